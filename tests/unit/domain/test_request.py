"""A request's table of moves, and how answers are counted."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from daypass.domain.catalog import Principal, Step
from daypass.domain.errors import IllegalMoveError
from daypass.domain.ids import LeaseId
from daypass.domain.people import Person
from daypass.domain.request import Approval, RequestState, progress
from daypass.domain.yields import gave, leases_for
from tests.builders import NOON, SRE, a_person, a_plan, a_request

BOB, DAN = a_person("bob", "sre"), a_person("dan", "sre", "leads")
LEADS = Principal(team="leads")


def yes(by: Person = BOB, minutes: int | None = None) -> Approval:
    duration = timedelta(minutes=minutes) if minutes else None
    return Approval(by=by, at=NOON, yes=True, duration=duration)


@pytest.mark.parametrize(("before", "after"), list(product(RequestState, RequestState)))
def test_request_moves_only_as_the_table_says(before: RequestState, after: RequestState) -> None:
    """Only a pending request moves, to any other state, and never again."""
    request = a_request(state=before)
    if before is RequestState.PENDING is not after:
        moved = request.moved_to(after, NOON)
        assert (moved.state, moved.decided_at) == (after, NOON)
    else:
        with pytest.raises(IllegalMoveError):
            request.moved_to(after, NOON)


@pytest.mark.parametrize("state", sorted(set(RequestState) - {RequestState.PENDING}))
def test_with_approval_fails_when_the_request_is_over(state: RequestState) -> None:
    """Only a pending request takes answers."""
    with pytest.raises(IllegalMoveError):
        a_request(state=state).with_approval(yes())


@pytest.mark.parametrize(
    ("steps", "answers", "number", "given"),
    [
        ((Step(by=(SRE,)),), (), 0, 0),
        ((Step(by=(SRE,)),), (yes(),), 1, 0),
        ((Step(by=(SRE,), count=2),), (yes(),), 0, 1),
        ((Step(by=(SRE,), count=2),), (yes(), yes()), 0, 1),
        ((Step(by=(SRE,), count=2),), (yes(), yes(DAN)), 1, 0),
        ((Step(by=(SRE,)), Step(by=(LEADS,))), (yes(DAN), yes()), 1, 0),
        ((Step(by=(SRE,)), Step(by=(LEADS,))), (yes(), yes(DAN)), 2, 0),
        ((Step(by=(LEADS,)),), (yes(),), 0, 0),
        ((Step(by=(SRE,)),), (Approval(by=BOB, at=NOON, yes=False),), 0, 0),
        ((), (yes(),), 0, 0),
    ],
    ids=["none", "one of one", "one of two", "twice the same", "two of two", "second step waits",
         "both steps", "not entitled", "a no", "no steps"],
)  # fmt: skip
def test_progress_counts_steps_in_order_and_nobody_twice(
    steps: tuple[Step, ...], answers: tuple[Approval, ...], number: int, given: int
) -> None:
    """Law 5: a step is met by `count` different people who are entitled to it, in order."""
    found = progress(steps, answers)
    assert (found.number, found.given) == (number, given)
    assert found.step == (steps[number] if number < len(steps) else None)


def test_duration_is_the_shortest_that_an_approver_gave() -> None:
    """An approver may shorten; the shortest wins; a no shortens nothing."""
    no = Approval(by=DAN, at=NOON, yes=False, duration=timedelta(minutes=1))
    request = a_request(approvals=(yes(minutes=30), yes(DAN, minutes=20), no))
    assert request.duration == timedelta(minutes=20)
    assert a_request().duration == timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "by"),
    [
        (RequestState.PENDING, ""),
        (RequestState.APPROVED, "U0BOB"),
        (RequestState.DENIED, "U0BOB"),
        (RequestState.CANCELLED, "U0ALICE"),
        (RequestState.LAPSED, ""),
    ],
)
def test_decided_by_names_whoever_made_it_so(state: RequestState, by: str) -> None:
    """Who gave a part of the answers did not cancel it, and nobody lets it lapse."""
    assert a_request(state=state, approvals=(yes(),)).decided_by == by


def test_decided_by_is_empty_when_it_was_automatic() -> None:
    """An automatic approval is nobody's."""
    assert a_request(state=RequestState.APPROVED, plan=a_plan(steps=())).decided_by == ""


def test_request_names_its_leases_in_the_order_of_its_items() -> None:
    """There is one lease per level, numbered from one."""
    items = a_plan().items * 2
    request = a_request(plan=a_plan(items=items))
    assert request.lease_ids == ("k7q2m9x4t1bd-1", "k7q2m9x4t1bd-2")
    assert request.plan.workflows == ("production",)


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        ({}, True),
        ({"state": RequestState.PENDING}, False),
        ({"decided_at": None}, False),
        ({"decided_at": NOON + timedelta(seconds=1)}, False),
        ({"extends": LeaseId("k7q2m9x4t1bd-1")}, False),
        ({"approvals": (yes(minutes=5),)}, False),
    ],
)
def test_gave_is_so_of_what_the_approval_makes_alone(
    fields: dict[str, Any], *, given: bool
) -> None:
    """It is approved, once, and for no more: what came of the lease since is another matter."""
    state = RequestState.APPROVED
    approved = a_request(state=state, decided_at=NOON, approvals=(yes(),))
    (lease,) = leases_for(approved, NOON)
    assert gave(replace(approved, **fields), lease.delayed("it waits")) is given
