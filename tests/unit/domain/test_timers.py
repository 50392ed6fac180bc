"""When people are told of time: before an end, and while nobody answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.request import RequestState
from daypass.domain.timers import after, reminders, warnings
from tests.builders import NOON, a_lease, a_request


def lasting(minutes: float) -> Lease:
    """Return a lease that runs from noon for so many minutes."""
    return a_lease(
        state=LeaseState.ACTIVE, granted_at=NOON, ends_at=NOON + timedelta(minutes=minutes)
    )


@pytest.mark.parametrize(
    ("minutes", "before"),
    [
        (240, [15, 5]),
        (60, [15, 5]),
        (30, [7.5, 2.5]),
        (12, [3, 1]),
        (11, [2.75]),
        (4, [1]),
        (3.9, []),
    ],
)
def test_warnings_come_before_the_end_scaled_for_short_leases(
    minutes: float, before: list[float]
) -> None:
    """15 and 5 minutes before, at most a quarter and a twelfth of the lease, never under one."""
    lease = lasting(minutes)
    assert lease.ends_at is not None
    assert [(lease.ends_at - at) / timedelta(minutes=1) for at in warnings(lease)] == before


def test_warnings_are_of_the_end_that_counts_now() -> None:
    """An end that was moved moves its warnings: nobody is warned of one that is no more."""
    first = warnings(lasting(60))
    later = warnings(lasting(90))
    assert not set(first) & set(later)


@pytest.mark.parametrize(
    "lease",
    [
        a_lease(),
        replace(lasting(60), ends_at=None),
        lasting(60).ending(EndCause.RELEASED),
        lasting(60).ending(EndCause.RELEASED).ended(NOON, ""),
    ],
    ids=["granting", "without end", "ending", "ended"],
)
def test_warnings_are_none_where_nothing_runs(lease: Lease) -> None:
    """What is not granted, or is over, has no end to warn of."""
    assert warnings(lease) == ()


@pytest.mark.parametrize(
    ("timeout", "at"),
    [
        (24 * 60, [15, 30, 60, 120, 240, 480, 960]),
        (60, [15, 30]),
        (61, [15, 30, 60]),
        (16, [15]),
        (15, [7.5]),
        (2, [1]),
        (1.9, []),
    ],
)
def test_reminders_double_until_the_request_lapses(timeout: float, at: list[float]) -> None:
    """After 15 minutes, then doubling; a short time-out has one at its half, if any."""
    request = a_request(lapses_at=NOON + timedelta(minutes=timeout))
    assert [(one - NOON) / timedelta(minutes=1) for one in reminders(request)] == at


@pytest.mark.parametrize("state", [one for one in RequestState if one != RequestState.PENDING])
def test_reminders_are_none_once_it_is_decided(state: RequestState) -> None:
    """Nobody is reminded of what is over."""
    assert list(reminders(a_request(state=state))) == []


def test_after_is_the_first_moment_to_come() -> None:
    """What is due this very moment is not to come any more."""
    hour = timedelta(hours=1)
    assert after(NOON, (NOON - hour, NOON, NOON + hour, NOON + 2 * hour)) == NOON + hour
    assert after(NOON, (NOON,)) is None
