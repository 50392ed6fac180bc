"""Waits between two tries."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.ports import HURRIED
from daypass.usecases.grants import adjust, provision, reconcile, revoke
from daypass.usecases.shared.pauses import SPREAD, Backoff, no_sooner, spread
from tests.builders import NOON

SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)
"""What rounding may cost."""
SERVED = timedelta(seconds=5)
"""Law 3: a cluster that came back is served by then."""
SUBJECTS = [f"{n:012}-1" for n in range(1000)]


@given(st.text(), st.timedeltas(timedelta(0), timedelta(days=1)), st.integers(0, 10**9))
def test_spread_stays_within_a_quarter(subject: str, wait: timedelta, later: int) -> None:
    """A wait is never much longer nor much shorter than it was meant."""
    now = NOON + later * TICK
    assert wait * (1 - SPREAD) - TICK <= spread(wait, subject, now) <= wait * (1 + SPREAD) + TICK
    assert wait - TICK <= no_sooner(wait, subject, now) <= wait * (1 + SPREAD) + TICK


def test_spread_parts_those_who_failed_together() -> None:
    """A thousand that failed at one moment come back evenly over the time, not at once."""
    waits = [spread(SECOND, subject, NOON) for subject in SUBJECTS]
    tenths = [int((wait - SECOND * (1 - SPREAD)) / (SECOND * 2 * SPREAD) * 10) for wait in waits]
    assert len(set(waits)) > len(SUBJECTS) * 0.99
    assert all(50 < tenths.count(n) < 150 for n in range(10))


def test_spread_is_another_at_the_next_try() -> None:
    """Who was parted by little is parted anew; who asks twice about one try hears the same."""
    first = spread(SECOND, SUBJECTS[0], NOON)
    assert first == spread(SECOND, SUBJECTS[0], NOON)
    assert first != spread(SECOND, SUBJECTS[0], NOON + SECOND)


@pytest.mark.parametrize("asked", [None, timedelta(0)], ids=["nothing", "no time"])
def test_who_asks_for_no_time_is_left_alone_for_ours(asked: timedelta | None) -> None:
    """`Retry-After: 0` is no invitation to ask again and again."""
    again = Backoff(first=SECOND, longest=8 * SECOND)
    at = again.until(NOON, SUBJECTS[0], NOON, asked=asked)
    assert SECOND * (1 - SPREAD) <= at - NOON <= SECOND * (1 + SPREAD)


def test_longest_waits_keep_their_promises_when_spread() -> None:
    """Law 3 within 5 s, and no wait that `hurry` would not find."""
    most = 1 + SPREAD
    assert max(revoke.AGAIN.longest, revoke.EARLY_WAIT, reconcile.AGAIN) * most <= SERVED
    assert max(one.AGAIN.longest for one in (revoke, provision, adjust)) * most <= HURRIED
