"""What was begun to be granted is counted, and what of it may go on or be begun again."""

from dataclasses import replace
from datetime import datetime, timedelta

from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import PROVISION_DEADLINE, Attempt
from daypass.domain.scope import CLUSTER_WIDE
from daypass.domain.tally import MINUTE, Tally
from tests.builders import (
    NOON,
    a_lease,
)
from tests.unit.domain.test_holding import a_start

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OTHER = RequestId("b" * 12)


def a_tally(*starts: tuple[str, timedelta]) -> Tally:
    """Return a tally of leases that were begun so long ago."""
    made = tuple(a_start(name, NOON - ago) for name, ago in starts)
    return Tally(cluster="prod", username="alice@example.com", starts=made)


def test_a_minute_is_a_minute() -> None:
    """What is later than now, a clock having been set back, holds nobody up for longer."""
    tally = a_tally(("old", MINUTE), ("late", MINUTE - SECOND), ("ahead", -MINUTE))
    assert [one.lease for one in tally.within_minute(NOON)] == ["late"]


def test_a_tally_keeps_what_may_be_held_and_what_an_approval_might_begin_again() -> None:
    """So it has no more in it than a person has, and was granted within minutes."""
    tally = a_tally(("gone", 2 * HOUR), ("held", HOUR), ("over", MINUTE), ("late", SECOND))
    tally = tally.ended([LeaseId("over")])
    new, late = (a_lease(id=LeaseId(name)) for name in ("new", "late"))
    counted = tally.counting(new, NOON, 2 * HOUR)
    assert counted.leases == ("held", "over", "late", "new")
    assert (counted.running, counted.over) == (("held", "late", "new"), ("over",))
    assert counted.counting(late, NOON + SECOND, HOUR) == counted
    after = counted.counting(a_lease(id=LeaseId("after")), NOON + MINUTE, 2 * HOUR)
    assert after.leases == ("held", "late", "new", "after")


def test_a_tally_keeps_what_was_begun_by_rules_that_gave_more() -> None:
    """It may be there for as long as it was given, whatever the maximum was lowered to since."""
    began = a_tally().counting(a_lease(attempt=None), NOON, 4 * HOUR)
    after = a_lease(id=LeaseId("after"), attempt=None)
    assert began.counting(after, NOON + 3 * HOUR, HOUR).leases == (*began.leases, "after")
    assert began.counting(after, NOON + 4 * HOUR, HOUR).leases == ("after",)
    (held,) = began.standing(began.leases, HOUR)
    assert held.ends_at == NOON + 4 * HOUR


def test_one_attempt_of_a_lease_may_go_on_and_the_next_begins_once_it_came_to_nothing() -> None:
    """Whatever the lease says of itself."""
    before = a_lease(attempt=None)
    first, second = (replace(before, attempt=an_attempt(n, NOON + n * SECOND)) for n in (1, 2))
    tally = a_tally().counting(first, NOON, HOUR)
    assert (tally.may_begin(before, NOON), tally.may_go_on(first)) == (False, True)
    assert not any(map(tally.may_go_on, (before, second)))
    undone = tally.undoing(before.id)
    assert (undone.may_begin(before, NOON), undone.may_go_on(first)) == (True, False)
    assert not undone.settled([before.id]).may_begin(before, NOON)
    again = undone.counting(second, NOON + 2 * SECOND, HOUR)
    assert (again.may_begin(before, NOON), again.may_go_on(second)) == (False, True)
    assert len(again.starts) == 1
    for after in (again.settled([before.id]), again.ended([before.id])):
        assert (after.may_begin(before, NOON), after.may_go_on(second)) == (False, False)


def test_a_lease_whose_attempt_began_later_is_kept_until_its_end() -> None:
    """The first may have come to nothing: the next lasts as long, and counts from the first."""
    first = a_lease(ends_at=NOON + HOUR)
    tally = a_tally().counting(first, NOON, HOUR).undoing(first.id)
    begun = tally.counting(replace(first, ends_at=NOON + HOUR + MINUTE), NOON + MINUTE, HOUR)
    longer = begun.settled([first.id], until=NOON + 2 * HOUR + MINUTE)
    for kept, end in ((begun, NOON + HOUR + MINUTE), (longer, NOON + 2 * HOUR + MINUTE)):
        after = a_lease(id=LeaseId("after"))
        assert first.id in kept.counting(after, end - SECOND, HOUR).leases
        assert first.id not in kept.counting(after, end, HOUR).leases


def test_what_came_to_nothing_is_begun_again_for_the_same_and_soon() -> None:
    """By the bot: it would be counted for what it was, and as begun when it was."""
    lease = a_lease(attempt=None)
    undone = a_tally().counting(lease, NOON, HOUR).undoing(lease.id)
    late = NOON + PROVISION_DEADLINE
    assert undone.may_begin(lease, late - SECOND)
    others = (replace(lease, level="other"), replace(lease, scope=CLUSTER_WIDE))
    assert not any(undone.may_begin(other, NOON) for other in others)
    assert not undone.may_begin(lease, late)


def an_attempt(number: int, at: datetime) -> Attempt:
    """Return an attempt that was fixed then."""
    until = at + HOUR
    return Attempt(number=number, objects=(), expires_at=until, create_before=until, began_at=at)


def test_what_is_over_is_remembered_until_its_approval_is_too_old_though_time_jumps_back() -> None:
    """Else whoever writes to the store has it begun once more when that moment comes again."""
    tally = a_tally(("ahead", -HOUR)).ended([LeaseId("ahead")])
    later = tally.counting(a_lease(id=LeaseId("new")), NOON + MINUTE, HOUR)
    assert not later.may_begin(a_lease(id=LeaseId("ahead")), NOON)
    again = later.counting(a_lease(id=LeaseId("newer")), NOON + HOUR + 2 * MINUTE, HOUR)
    assert "ahead" not in again.leases
