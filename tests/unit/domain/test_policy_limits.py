"""What the rule book refuses whoever asks: nothing at all, no time, one lease too many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain import reasons as no
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import judge_approval
from daypass.domain.holding import Holding
from daypass.domain.lease import LeaseState
from daypass.domain.policy import CLUSTER_WIDE_CAP, NeedsApproval, Refused, judge
from daypass.domain.request import Approval
from tests.builders import (
    NOON,
    a_catalog,
    a_lease,
    a_person,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
)


def given(wide: int = 0) -> Circumstances:
    """Return a good day, with that many cluster-wide leases."""
    return Circumstances(
        catalog=a_catalog(),
        now=NOON,
        seen={"prod": a_snapshot()},
        timekeeper_at=NOON,
        cluster_wide=wide,
    )


def test_judge_refuses_an_ask_without_a_level() -> None:
    """An answer always has a reason, and says what may be named instead."""
    offered = ("debug", "open", "nodes", "platform-admins")
    none = no.NoLevel(who="alice", cluster="prod", offered=offered)
    assert judge(an_ask(levels=()), given()) == Refused(reasons=(none,))


@pytest.mark.parametrize("seconds", [0, -60])
def test_judge_refuses_a_duration_that_is_not_positive(seconds: int) -> None:
    """Zero is not the default, and nobody gets an end in the past."""
    duration = timedelta(seconds=seconds)
    verdict = judge(an_ask(duration=duration), given())
    assert verdict == Refused(reasons=(no.NotPositive(given=duration),))


def test_judge_approval_refuses_to_approve_for_no_time() -> None:
    """An approver shortens to something."""
    bob = a_person("bob", "engineers", "sre")
    answer = Approval(by=bob, at=NOON, yes=True, duration=timedelta(0))
    refused = judge_approval(a_request(), answer, given())
    assert refused == Refused(reasons=(no.NotPositive(given=timedelta(0)),))


@pytest.mark.parametrize("levels", [("nodes",), ("nodes", "debug")])
def test_judge_allows_the_last_cluster_wide_lease(levels: tuple[str, ...]) -> None:
    """One place is left: one cluster-wide level fits, whatever else is asked for."""
    verdict = judge(an_ask(levels=levels), given(wide=CLUSTER_WIDE_CAP - 1))
    assert isinstance(verdict, NeedsApproval)


def test_judge_refuses_two_cluster_wide_levels_when_one_place_is_left() -> None:
    """Both would be approved and both would fail."""
    verdict = judge(an_ask(levels=("nodes", "platform-admins")), given(wide=CLUSTER_WIDE_CAP - 1))
    assert verdict == Refused(reasons=(no.ClusterFull(cluster="prod", most=CLUSTER_WIDE_CAP),))


def test_judge_finds_what_a_workflow_refuses_besides_the_level() -> None:
    """Who corrects the namespace is not told about the time and the reason only after that."""
    ask = an_ask(levels=("open",), duration=timedelta(hours=9), reason="")
    verdict = judge(ask, given())
    assert isinstance(verdict, Refused)
    kinds = [type(reason) for reason in verdict.reasons]
    assert kinds == [no.NamespaceNeeded, no.ReasonMissing, no.DurationTooLong]


def test_judge_finds_every_namespace_that_may_not_be_named() -> None:
    """Who corrects the first of two is not told of the other only after that."""
    verdict = judge(an_ask(namespaces=("team-b", "payments", "team-a", "team-b")), given())
    assert isinstance(verdict, Refused)
    assert [
        one.namespace for one in verdict.reasons if isinstance(one, no.NamespaceNotAllowed)
    ] == [
        "team-b",
        "team-a",
    ]


def test_judge_says_of_no_workflow_what_is_not_offered_there() -> None:
    """Of a level that nobody has there no rule says anything."""
    ask = an_ask(cluster="dev", levels=("platform-admins", "nope"), duration=timedelta(hours=9))
    verdict = judge(ask, replace(given(), seen={"dev": a_snapshot("dev")}))
    assert isinstance(verdict, Refused)
    assert [type(reason) for reason in verdict.reasons] == [no.NotOffered, no.UnknownLevel]


def test_judge_limits_nothing_by_the_workflow_of_what_is_held_already() -> None:
    """The line that goes on leaves that out, and asks for the rest for as long as was typed."""
    short = a_workflow("short", levels=("debug",), max_duration=timedelta(minutes=5))
    rules = a_catalog(workflows=(short, a_workflow()))
    there = a_lease(state=LeaseState.ACTIVE, ends_at=NOON + timedelta(hours=1))
    good = replace(given(), catalog=rules, holding=Holding(leases=(there,)))
    verdict = judge(an_ask(levels=("debug", "nodes")), good)
    assert isinstance(verdict, Refused)
    assert [type(reason) for reason in verdict.reasons] == [no.HeldAlready]
