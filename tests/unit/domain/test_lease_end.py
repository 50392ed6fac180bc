"""The end of a lease moves by its own table of moves only."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daypass.domain.errors import IllegalMoveError
from daypass.domain.extension import heard
from daypass.domain.ids import PersonId
from daypass.domain.lease import Cut, LeaseState
from daypass.domain.request import Approval
from tests.builders import NOON, a_lease, a_person, a_request
from tests.unit.domain.test_extension import HOUR, MINUTE, more, running


def test_lease_began_when_its_attempt_was_fixed() -> None:
    """A lease that was never begun has no such moment, nor anything that is free."""
    assert running().began_at == NOON
    assert (a_lease().began_at, a_lease().free_until) == (None, None)


def test_lease_ends_where_its_extension_says_once_it_is_so() -> None:
    """Law 2: until the objects carry it the end is what it was; the attempt says the same."""
    wanted = more(done_at=None)
    extending = running().extending(wanted)
    assert (extending.extension, extending.ends_at) == (wanted, NOON + HOUR)
    longer = extending.extended(NOON + MINUTE, NOON + 4 * HOUR)
    assert (longer.extension, longer.ends_at) == (None, NOON + 2 * HOUR)
    assert longer.attempt is not None
    assert longer.attempt.expires_at == longer.ends_at
    assert longer.free_until == NOON + 4 * HOUR
    assert longer.extensions[0].done_at == NOON + MINUTE


def test_lease_keeps_its_end_when_it_is_not_extended() -> None:
    """A refusal changes nothing but what people read."""
    kept = running().extending(more(done_at=None)).not_extended("no")
    assert (kept.extension, kept.ends_at, kept.extensions[0].refused) == (None, NOON + HOUR, "no")


CUT = Cut(to=NOON + HOUR / 2, at=NOON, by=PersonId("U0BOB"))


def test_lease_ends_earlier_once_it_is_shortened() -> None:
    """Lease and attempt end together, and who did it is kept."""
    shorter = running().shortened(CUT, by_holder=True)
    assert (shorter.ends_at, shorter.cuts) == (CUT.to, (CUT,))
    assert shorter.attempt is not None
    assert shorter.attempt.expires_at == CUT.to


def illegal_moves() -> list[Callable[[], object]]:
    """Return what may not be done to the end of a lease."""
    wanted = more(done_at=None)
    over = running(state=LeaseState.ENDED)
    return [
        lambda: over.extending(wanted),
        lambda: running().extending(wanted).extending(wanted),
        lambda: running().extended(NOON, None),
        lambda: over.not_extended("x"),
        lambda: over.shortened(CUT, by_holder=True),
        lambda: running().shortened(replace(CUT, to=NOON + HOUR), by_holder=True),
        lambda: a_lease(state=LeaseState.ACTIVE).shortened(CUT, by_holder=True),
        lambda: running().held("x"),
    ]


@pytest.mark.parametrize("move", illegal_moves())
def test_lease_end_moves_by_the_table_only(move: Callable[[], object]) -> None:
    """Nothing moves the end of a lease that does not run, nor two things at once."""
    with pytest.raises(IllegalMoveError):
        move()


def test_lease_without_an_attempt_has_its_end_moved_alone() -> None:
    """What was taken over in an odd shape ends when it is told to."""
    assert running(attempt=None).shortened(CUT, by_holder=True).attempt is None


def test_lease_without_an_end_hears_of_no_limit() -> None:
    """It was written so: there is nothing of which less could be free."""
    said = Approval(by=a_person("bob", "sre"), at=NOON, yes=True, duration=MINUTE)
    limited = replace(a_request(), approvals=(said,))
    assert limited.limited
    assert heard(a_lease(), limited) == a_lease()
