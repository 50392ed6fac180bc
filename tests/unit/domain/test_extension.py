"""Whether a lease may last longer: at once, after an approval, or not at all, and why not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog
from daypass.domain.circumstances import Circumstances
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.extension import MOST_CHANGES, Wish, judge_extension, total_with
from daypass.domain.holding import USUAL
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import PROVISION_DEADLINE, Attempt, Cut, Extension, Lease, LeaseState
from daypass.domain.policy import Allowed, NeedsApproval, Refused
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Request, RequestState
from daypass.domain.scope import within
from tests.builders import (
    NOON,
    a_catalog,
    a_lease,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
)
from tests.rules import the_level

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def running(**fields: Any) -> Lease:
    """Return alice's lease of an hour, granted at noon."""
    attempt = Attempt(
        number=1,
        objects=(),
        expires_at=NOON + HOUR,
        create_before=NOON + PROVISION_DEADLINE,
        began_at=NOON,
        free_until=NOON + 4 * HOUR,
    )
    default = a_lease(
        state=LeaseState.ACTIVE, attempt=attempt, granted_at=NOON, ends_at=NOON + HOUR
    )
    return replace(default, **fields)


def more(length: timedelta = HOUR, **fields: Any) -> Extension:
    """Return an extension that was made so, free unless told otherwise."""
    default = Extension(length=length, until=NOON + HOUR + length, asked_at=NOON, done_at=NOON)
    return replace(default, **fields)


def a_wish(length: timedelta | None = HOUR, lease: Lease | None = None, **fields: Any) -> Wish:
    """Return what alice wants."""
    default = Wish(
        by=a_person(),
        lease=lease or running(),
        request=approved(HOUR),
        length=length,
    )
    return replace(default, **fields)


def approved(duration: timedelta) -> Request:
    """Return the request of a lease that bob approved for so long."""
    said = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
    plan = replace(a_plan(), duration=duration)
    return a_request(state=RequestState.APPROVED, plan=plan, approvals=(said,))


def given(catalog: Catalog | None = None, **fields: Any) -> Circumstances:
    """Return how things stand ten minutes after noon."""
    now = NOON + 10 * MINUTE
    default = Circumstances(
        catalog=catalog or a_catalog(),
        now=now,
        seen={"prod": a_snapshot(taken_at=now), "dev": a_snapshot("dev", taken_at=now)},
        timekeeper_at=now,
    )
    return replace(default, **fields)


def rules(**fields: Any) -> Catalog:
    """Return a catalog whose only workflow is as told."""
    return a_catalog(workflows=(a_workflow(**fields),))


def why(wish: Wish, stands: Circumstances | None = None) -> tuple[Reason, ...]:
    """Return the reasons for a no."""
    verdict = judge_extension(wish, stands or given())
    assert isinstance(verdict, Refused)
    return verdict.reasons


def test_extension_within_the_maximum_is_free_the_first_time() -> None:
    """One free extension, as long as the lease then lasts no longer than its workflow gives."""
    verdict = judge_extension(a_wish(3 * HOUR, request=approved(3 * HOUR)), given())
    assert isinstance(verdict, Allowed)
    assert verdict.plan.duration == 3 * HOUR


@pytest.mark.parametrize(
    ("lease", "length", "given_first"),
    [
        (running(), 3 * HOUR + timedelta(seconds=1), 4 * HOUR),
        (running(), HOUR + timedelta(seconds=1), HOUR),
        (running(ends_at=NOON + 2 * HOUR, extensions=(more(),)), HOUR, HOUR),
    ],
)
def test_extension_needs_approval_beyond_what_is_free(
    lease: Lease, length: timedelta, given_first: timedelta
) -> None:
    """Past the workflow's maximum in all, more than was approved, or once the free ones are had."""
    verdict = judge_extension(a_wish(length, lease, request=approved(given_first)), given())
    assert isinstance(verdict, NeedsApproval)
    assert verdict.plan.steps


@pytest.mark.parametrize(
    "had",
    [more(request=RequestId("y")), more(done_at=None, refused="the cluster refused it")],
)
def test_extension_is_free_when_the_others_were_approved_or_refused(had: Extension) -> None:
    """Only what was had for free counts against what is free."""
    assert isinstance(judge_extension(a_wish(lease=running(extensions=(had,))), given()), Allowed)


def test_extension_is_never_free_where_the_workflow_says_none() -> None:
    """`extensions: 0` always asks."""
    assert isinstance(judge_extension(a_wish(), given(rules(extensions=0))), NeedsApproval)


def test_extension_is_as_free_as_the_workflow_says() -> None:
    """`extensions: 2` gives two without asking."""
    lease = running(ends_at=NOON + 2 * HOUR, extensions=(more(),))
    assert isinstance(judge_extension(a_wish(lease=lease), given(rules(extensions=2))), Allowed)


def test_extension_of_an_automatic_lease_is_free_any_number_of_times_within_the_maximum() -> None:
    """Where nobody is asked for the lease nobody is asked for more of it."""
    lease = running(extensions=(more(), more()), ends_at=NOON + 3 * HOUR)
    verdict = judge_extension(a_wish(lease=lease), given(rules(steps=(), extensions=0)))
    assert isinstance(verdict, Allowed)


def test_extension_of_an_automatic_lease_ends_at_the_maximum() -> None:
    """Nobody could say yes to more; the refusal says what is left."""
    (reason,) = why(a_wish(3 * HOUR + MINUTE), given(rules(steps=())))
    assert reason == no.TooLongInAll(
        lease="k7q2m9x4t1bd-1", total=4 * HOUR + MINUTE, most=4 * HOUR, left=3 * HOUR
    )


def test_extension_ends_at_what_a_lease_may_last_in_all() -> None:
    """24 hours in all, whoever says yes: the guard on the cluster knows the same number."""
    lease = running(ends_at=NOON + 22 * HOUR)
    assert isinstance(judge_extension(a_wish(2 * HOUR, lease), given()), NeedsApproval)
    (reason,) = why(a_wish(2 * HOUR + MINUTE, lease))
    assert isinstance(reason, no.TooLongInAll)
    assert (reason.most, reason.left) == (24 * HOUR, 2 * HOUR)


def test_longest_is_a_day_or_the_longest_maximum() -> None:
    """A workflow that gives more at once gives more in all."""
    assert a_catalog().longest == 24 * HOUR
    assert rules(max_duration=72 * HOUR).longest == 72 * HOUR


@pytest.mark.parametrize("cut_by", ["U0BOB", "U0ALICE"])
def test_extension_asks_once_somebody_else_has_taken_time_off(cut_by: str) -> None:
    """What an approver took is not taken back without a yes; what one took oneself is."""
    cut = Cut(to=NOON + HOUR / 2, at=NOON, by=PersonId(cut_by))
    shorter = running().shortened(cut, by_holder=cut_by == "U0ALICE")
    verdict = judge_extension(a_wish(lease=shorter), given())
    assert isinstance(verdict, NeedsApproval if cut_by == "U0BOB" else Allowed)


@pytest.mark.parametrize(("most", "length"), [(4 * HOUR, USUAL), (10 * MINUTE, 10 * MINUTE)])
def test_extension_is_as_long_as_usual_when_nobody_says_how_long(
    most: timedelta, length: timedelta
) -> None:
    """Half an hour, or the workflow's maximum where that is less."""
    verdict = judge_extension(a_wish(None), given(rules(max_duration=most)))
    assert not isinstance(verdict, Refused)
    assert verdict.plan.duration == length


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (a_wish(timedelta(0)), no.NotPositive(given=timedelta(0))),
        (a_wish(-HOUR), no.NotPositive(given=-HOUR)),
        (
            a_wish(5 * HOUR),
            no.DurationTooLong(asked=5 * HOUR, most=4 * HOUR, workflow="production"),
        ),
        (
            a_wish(by=a_person("carol")),
            no.NotYours(verb="extend", what="lease k7q2m9x4t1bd-1", could=("alice@example.com",)),
        ),
        (a_wish(lease=a_lease()), no.NotGrantedYet(lease="k7q2m9x4t1bd-1")),
        (
            a_wish(lease=running(state=LeaseState.REVOKING)),
            no.AlreadyEnding(lease="k7q2m9x4t1bd-1", state="revoking"),
        ),
        (
            a_wish(lease=running(state=LeaseState.ENDED)),
            no.AlreadyEnding(lease="k7q2m9x4t1bd-1", state="ended"),
        ),
        (
            a_wish(lease=running(ends_at=NOON)),
            no.AlreadyEnding(lease="k7q2m9x4t1bd-1", state="revoking"),
        ),
        (a_wish(lease=running(adopted=True)), no.TakenOver(lease="k7q2m9x4t1bd-1")),
        (
            a_wish(lease=running(extensions=(more(done_at=None),))),
            no.BeingExtended(lease="k7q2m9x4t1bd-1"),
        ),
        (
            a_wish(lease=running(extensions=(more(refused="x"),) * MOST_CHANGES)),
            no.MovedTooOften(lease="k7q2m9x4t1bd-1", most=MOST_CHANGES),
        ),
        (
            a_wish(waiting=RequestId("y")),
            no.ExtensionAsked(lease="k7q2m9x4t1bd-1", request="y"),
        ),
    ],
)
def test_extension_is_refused_with_its_reason(wish: Wish, reason: Reason) -> None:
    """Each thing that speaks against it is said as data."""
    assert why(wish) == (reason,)


@pytest.mark.parametrize(
    ("stands", "kind"),
    [
        (given(freeze=Freeze(by="dan", at=NOON, everywhere=True)), no.Frozen),
        (
            given(epoch=Epoch(id="e", install="main", begun_at=NOON, unproven=frozenset({"prod"}))),
            no.Restoring,
        ),
        (given(timekeeper_at=None), no.NoTimekeeper),
        (given(seen={}), no.ClusterUnavailable),
        (given(a_catalog(levels=())), no.UnknownLevel),
        (given(a_catalog(workflows=())), no.NoWorkflow),
    ],
)
def test_extension_is_refused_where_a_grant_would_be(
    stands: Circumstances, kind: type[Reason]
) -> None:
    """The same interlock and the same rules as for a new grant (laws 6 and 10)."""
    (reason,) = why(a_wish(), stands)
    assert isinstance(reason, kind)


def test_extension_is_refused_when_the_level_holds_elsewhere_by_now() -> None:
    """What was approved is prolonged, never something else."""
    (reason,) = why(a_wish(lease=running(scope=within("team-a"))))
    assert isinstance(reason, no.ConfigurationChanged)


def test_extension_is_refused_where_the_level_gives_something_else_by_now() -> None:
    """Its objects still give what it was approved for, and nobody said yes to more of that."""
    (item,) = a_plan().items
    first = a_request(plan=a_plan(items=(replace(item, gives="ClusterRole/edit"),)))
    (reason,) = why(a_wish(request=first), given())
    assert isinstance(reason, no.ConfigurationChanged)
    assert "gives something else now" in str(reason)


def test_extension_is_not_refused_by_its_own_place_under_the_cap() -> None:
    """The lease is counted already: keeping it takes no further place."""
    wide = running(level="nodes", scope=replace(running().scope, namespaces=()))
    (item,), nodes = a_plan().items, the_level("nodes", a_catalog())
    there = replace(item, level="nodes", scope=wide.scope, gives=nodes.gives)
    wish = a_wish(lease=wide, request=replace(approved(HOUR), plan=a_plan(items=(there,))))
    assert isinstance(judge_extension(wish, given(cluster_wide=500)), Allowed)
    (reason,) = why(wish, given(cluster_wide=501))
    assert isinstance(reason, no.ClusterFull)


def test_extension_rests_on_the_reason_that_was_given_first() -> None:
    """Nobody has to say it again; whoever does is heard."""
    assert a_wish().ask.reason == an_ask().reason
    assert a_wish(reason="INC-43").ask.reason == "INC-43"


def test_extension_of_a_lease_without_an_end_counts_nothing_else() -> None:
    """A lease that never began lasts as long as what is asked for."""
    assert total_with(a_lease(), HOUR) == HOUR
