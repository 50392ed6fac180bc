"""How long to wait: between two questions to a cluster that was just changed, between two tries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

FIRST: Final = timedelta(milliseconds=2)
"""The server's cache lags its writes by about 1 ms; 97 % of first answers are already right."""
LONGEST: Final = timedelta(milliseconds=250)
"""Four questions a second to a server that takes its time."""
SPREAD: Final = 0.25
"""By how much of itself a wait is made shorter or longer."""
_BYTES: Final = 8
"""Far more than enough to spread by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """When to try again what did not succeed: after a `share` of the time that was spent already.

    No sooner than after `first`, no later than after `longest`; needs no counter.
    """

    first: timedelta
    longest: timedelta
    share: float = 0.25

    def wait(self, since: datetime, now: datetime) -> timedelta:
        """Return how long to leave alone what has been tried since then."""
        return min(max((now - since) * self.share, self.first), self.longest)

    def until(
        self, since: datetime, subject: str, now: datetime, *, asked: timedelta | None = None
    ) -> datetime:
        """Return when to try again what has been tried since then, spread as `spread` says.

        Whoever asked to be left alone for so long is left alone for no less; for no time is not
        asked at all.
        """
        if asked:
            return now + no_sooner(asked, subject, now)
        return now + spread(self.wait(since, now), subject, now)


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
