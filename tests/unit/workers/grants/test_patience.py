"""A watch that is cut again and again does not have everything listed every second."""

from workers.grants.patience import FIRST, LASTED, LONGEST, Patience

MOST = 1.6
"""By what a pause may be longer."""


def test_pauses_grow_while_watches_do_not_last() -> None:
    """Up to some seconds: what levels rest on must not go unseen for long."""
    patience = Patience()
    pauses = [patience.pause(1.0) for _ in range(30)]
    assert pauses[0] <= FIRST * MOST
    assert max(pauses) <= LONGEST * MOST
    assert min(pauses[10:]) > FIRST * MOST


def test_watch_that_lasted_is_begun_again_at_once() -> None:
    """However long it had been in trouble."""
    patience = Patience()
    for _ in range(30):
        patience.pause(0.0)
    assert patience.pause(LASTED) <= FIRST * MOST
    assert patience.pause(1.0) <= 2 * FIRST * MOST


def test_pauses_are_not_the_same_for_all() -> None:
    """A server that comes back is not asked by everybody in the same moment."""
    assert len({Patience().pause(1.0) for _ in range(20)}) > 1
