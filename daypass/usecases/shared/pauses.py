"""How long to wait: between two questions to a cluster that was just changed, between two tries."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

FIRST: Final = timedelta(milliseconds=2)
"""The server's cache lags its writes by about 1 ms; 97 % of first answers are already right."""
LONGEST: Final = timedelta(milliseconds=250)
SPREAD: Final = 0.25
"""By how much of itself a wait is made shorter or longer."""
_BYTES: Final = 8


def pauses() -> Iterator[timedelta]:
    """Yield FIRST and then twice as much each time, up to LONGEST, for ever."""
    pause = FIRST
    while True:
        yield pause
        pause = min(pause * 2, LONGEST)


def spread(wait: timedelta, subject: str, now: datetime) -> timedelta:
    """Return a wait up to SPREAD shorter or longer, so that many do not come back in step.

    The same for the same subject at the same time; another one at the next try.
    """
    return wait * (1 - SPREAD + 2 * SPREAD * _share(subject, now))


def no_sooner(wait: timedelta, subject: str, now: datetime) -> timedelta:
    """Return a wait that somebody asked for, or up to SPREAD longer: as `spread`."""
    return wait * (1 + SPREAD * _share(subject, now))


def _share(subject: str, now: datetime) -> float:
    """Return a number from 0 to 1 that nothing else follows."""
    seed = f"{subject} {now.isoformat()}".encode()
    return int.from_bytes(blake2b(seed, digest_size=_BYTES).digest(), "big") / 256**_BYTES
