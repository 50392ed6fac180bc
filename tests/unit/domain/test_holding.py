"""One person holds a level once in one place at one time, and is not granted too much a minute."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.circumstances import Circumstances
from daypass.domain.extension import Wish, judge_extension
from daypass.domain.holding import USUAL, Holding
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Attempt, EndCause, Lease, LeaseState
from daypass.domain.policy import Allowed, NeedsApproval, Refused, judge
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Item
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from daypass.domain.tally import Start
from tests.builders import (
    NOON,
    a_catalog,
    a_lease,
    a_level,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
)

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OTHER = RequestId("b" * 12)


def a_start(lease: str, at: datetime = NOON) -> Start:
    """Return the beginning of a lease for `debug` in payments."""
    return Start(lease=LeaseId(lease), level="debug", scope=within("payments"), at=at)


def circumstances(catalog: Catalog | None = None, **holding: Any) -> Circumstances:
    """Return prod at noon, where the requester has something already."""
    return Circumstances(
        catalog=catalog or a_catalog(),
        now=NOON,
        seen={"prod": a_snapshot()},
        timekeeper_at=NOON,
        holding=Holding(**holding),
    )


TEAM_A = within("team-a")


def held(level: str = "open", scope: Scope = TEAM_A, **fields: Any) -> Lease:
    """Return a lease that is active for an hour."""
    default: dict[str, Any] = {
        "state": LeaseState.ACTIVE, "granted_at": NOON, "ends_at": NOON + HOUR,
    }  # fmt: skip
    return a_lease(**{**default, "level": level, "scope": scope, **fields})


def refused(given: Circumstances, *namespaces: str, level: str = "open") -> tuple[Reason, ...]:
    """Return why alice does not get a level in these namespaces; empty when she does."""
    verdict = judge(an_ask(levels=(level,), namespaces=namespaces), given)
    return verdict.reasons if isinstance(verdict, Refused) else ()


def places(reasons: tuple[Reason, ...]) -> list[tuple[str, ...]]:
    """Return what is free of each that is taken."""
    return [one.free for one in reasons if isinstance(one, no.Taken)]


def test_what_is_held_is_not_had_twice() -> None:
    """The answer has the lease, until when it lasts, and how much longer it is extended."""
    (reason,) = refused(circumstances(leases=(held(),)), "team-a")
    assert reason == no.HeldAlready(
        there=a_lease().id,
        level="open",
        cluster="prod",
        scope=within("team-a"),
        most=1,
        free=(),
        until=NOON + HOUR,
        more=USUAL,
    )


def test_what_waits_is_not_asked_for_twice() -> None:
    """The answer has the request, and who could say yes."""
    item = Item(level="open", scope=within("team-a"), workflow="production")
    waiting = a_request(plan=a_plan(items=(item,)))
    (reason,) = refused(circumstances(waiting=(waiting,)), "team-a")
    assert reason == no.AskedAlready(
        there=waiting.id,
        level="open",
        cluster="prod",
        scope=within("team-a"),
        most=1,
        free=(),
        by=("team:sre",),
    )


def test_what_waits_names_whose_answer_is_missing() -> None:
    """Not whoever said yes already, nor whoever is asked only after that."""
    steps = tuple(Step(by=(Principal(email=f"{n}@example.com"),)) for n in ("bob", "dan", "fay"))
    item = Item(level="open", scope=within("team-a"), workflow="production")
    yes = Approval(by=a_person("bob"), at=NOON, yes=True)
    waiting = a_request(plan=a_plan(items=(item,), steps=steps), approvals=(yes,))
    (reason,) = refused(circumstances(waiting=(waiting,)), "team-a")
    assert isinstance(reason, no.AskedAlready)
    assert reason.by == ("dan@example.com",)


def test_a_namespace_in_common_is_the_same_place() -> None:
    """Whatever else is asked for or held beside it; what is free is said."""
    given = circumstances(leases=(held(scope=within("team-a", "team-c")),))
    assert places(refused(given, "team-a", "team-b")) == [("team-b",)]
    assert refused(given, "team-b") == ()


def test_another_level_is_another_thing() -> None:
    """Levels are told apart by name alone."""
    assert refused(circumstances(leases=(held("debug", within("team-a")),)), "team-a") == ()


@pytest.mark.parametrize("asked", [CLUSTER_WIDE, within("team-a")])
@pytest.mark.parametrize("there", [CLUSTER_WIDE, within("team-a")])
def test_the_whole_cluster_is_every_place(asked: Scope, there: Scope) -> None:
    """Also where a level was cluster-wide before, or has become so."""
    level = a_level(namespaces=asked.namespaces, cluster_wide=asked.cluster_wide)
    given = circumstances(a_catalog(levels=(level,)), leases=(held("debug", there),))
    (reason,) = refused(given, level="debug")
    assert isinstance(reason, no.HeldAlready)


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_at": NOON},
        {"ends_at": NOON - SECOND},
        {"state": LeaseState.REVOKING, "cause": EndCause.RELEASED},
        {"state": LeaseState.ENDED, "cause": EndCause.RELEASED, "ended_at": NOON},
    ],
)
def test_what_is_over_or_ending_keeps_no_place(fields: dict[str, Any]) -> None:
    """An object that somebody keeps on a cluster for ever must not keep a person out."""
    assert refused(circumstances(leases=(held(**fields),)), "team-a") == ()


def test_what_is_being_granted_keeps_its_place() -> None:
    """It has no end that could be told yet, although an attempt has one."""
    attempt = Attempt(number=1, objects=(), expires_at=NOON + HOUR, create_before=NOON)
    lease = a_lease(level="open", scope=within("team-a"), attempt=attempt, ends_at=NOON + HOUR)
    (reason,) = refused(circumstances(leases=(lease,)), "team-a")
    assert isinstance(reason, no.HeldAlready)
    assert reason.until is None


def test_what_was_adopted_counts_and_takes_no_more_time() -> None:
    """It was approved before the store forgot it."""
    (reason,) = refused(circumstances(leases=(held(adopted=True),)), "team-a")
    assert isinstance(reason, no.HeldAlready)
    assert reason.more == timedelta(0)


def test_rules_may_say_more_at_once() -> None:
    """Each place by itself: two that are held in two places leave one more in each."""
    given = circumstances(
        a_catalog(workflows=(a_workflow(at_once=2),)),
        leases=(
            held(),
            held(scope=within("team-b"), id=LeaseId(f"{OTHER}-1")),
        ),
    )
    assert refused(given, "team-a", "team-b") == ()
    item = Item(level="open", scope=within("team-b"), workflow="production")
    more = replace(given.holding, waiting=(a_request(plan=a_plan(items=(item,))),))
    reasons = refused(replace(given, holding=more), "team-a", "team-b")
    assert [type(one) for one in reasons] == [no.HeldAlready, no.AskedAlready]
    assert {one.scope for one in reasons if isinstance(one, no.Taken)} == {within("team-b")}


@pytest.mark.parametrize("free_until", [None, NOON + 2 * HOUR])
def test_an_extension_takes_no_other_place_and_is_no_further_grant(
    free_until: datetime | None,
) -> None:
    """Neither the lease itself nor a blown fuse stands against more time, free or to be asked."""
    attempt = Attempt(
        number=1, objects=(), expires_at=NOON + HOUR, create_before=NOON, began_at=NOON,
        free_until=free_until,
    )  # fmt: skip
    lease = held("debug", within("payments"), attempt=attempt)
    yes = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
    wish = Wish(by=lease.holder, lease=lease, request=a_request(approvals=(yes,)), length=HOUR)
    starts = tuple(a_start(lease.id) for _ in range(99))
    verdict = judge_extension(wish, circumstances(leases=(lease,), starts=starts))
    assert isinstance(verdict, Allowed if free_until else NeedsApproval)


@pytest.mark.parametrize(("begun", "blown"), [(28, False), (29, True)])
def test_the_fuse_lets_so_many_a_minute_and_no_more(begun: int, *, blown: bool) -> None:
    """What is asked for counts with what was begun: two levels are two leases."""
    starts = tuple(a_start(f"{OTHER}-{n}") for n in range(begun))
    verdict = judge(an_ask(levels=("debug", "nodes")), circumstances(starts=starts))
    reasons = verdict.reasons if isinstance(verdict, Refused) else ()
    assert reasons == ((no.TooOften(cluster="prod", most=30),) if blown else ())
