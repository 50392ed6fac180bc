"""A credential that has to be asked for, and ends: kept, and renewed in time.

No call waits for a renewal while there is a good one: it is renewed beside the calls, and used to
its end where that fails. Without a good one all wait for the same run, and not long: an end that
comes to nothing now is tried again soon.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Condition, Thread
from time import monotonic
from typing import Final

import structlog

from daypass.adapters.kubernetes.identity import Credential
from daypass.adapters.kubernetes.plugin import Given
from daypass.domain.errors import OutsideError, TemporaryOutsideError

WAIT: Final = 5.0
"""Seconds that a call waits for a run: as long as for a server that does not answer."""
PAUSE: Final = 5.0
"""Seconds from the end of a run to the next: a server that takes nothing does not make hundreds."""
EARLY: Final = 300.0
"""Seconds before its end at which one is renewed, at most: who signs tokens may be away so long."""
PART: Final = 0.2
"""Of its life that is left then, at least: a token of EKS is good for 14 minutes."""
SHORTEST: Final = 10.0
"""Seconds for which one is used that is over by our clock: the server's clock is what counts, and
it says 401."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Good:
    """What was given, and the ticks at which to ask again and at which it ends."""

    credential: Credential
    renew_at: float = math.inf
    ends_at: float = math.inf


def utc_now() -> datetime:
    """Return what time it is on this machine."""
    return datetime.now(UTC)


class Renewed:
    """What `ask` gives, kept; safe to use from several threads. `name` is who is asked."""

    def __init__(
        self,
        name: str,
        ask: Callable[[], Given],
        *,
        ticks: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = utc_now,
        wait: float = WAIT,
    ) -> None:
        self._name = name
        self._ask = ask
        self._ticks = ticks
        self._now = now
        self._for = wait
        self._good: _Good | None = None
        self._fault: OutsideError = TemporaryOutsideError(f"{name} was never asked")
        self._said, self._over = "", False
        self._asks = Condition()
        self._running = False
        self._not_before = -math.inf

    def current(self) -> Credential:
        """Return what is good by now; raises OutsideError with what is wrong where nothing is."""
        good, at = self._good, self._ticks()
        if good is not None and at < good.renew_at:
            return good.credential
        self._begin()
        if good is not None and at < good.ends_at:
            return good.credential
        answered, good = self._wait(), self._good
        if good is not None and self._ticks() < good.ends_at:
            return good.credential
        if not answered:
            raise TemporaryOutsideError(f"{self._name} has not answered within {self._for:g} s")
        raise self._fault

    def renew(self) -> None:
        """Ask for another one, unless that was done just now, and wait for it."""
        self._begin()
        self._wait()

    def _begin(self) -> None:
        """Let somebody ask, unless somebody does or just did."""
        with self._asks:
            if self._running or self._ticks() < self._not_before:
                return
            self._running = True
        try:
            Thread(target=self._run, name="credential", daemon=True).start()
        except RuntimeError as error:
            self._say(TemporaryOutsideError(f"{self._name} cannot be asked: {error}"))
            self._end()

    def _wait(self) -> bool:
        """Wait for who asks; say whether there is an answer."""
        with self._asks:
            return self._asks.wait_for(lambda: not self._running, self._for)

    def _run(self) -> None:
        try:
            self._good = self._dated(self._ask())
            self._said = ""
        except OutsideError as error:
            self._say(error)
        finally:
            self._end()

    def _end(self) -> None:
        with self._asks:
            self._running = False
            self._not_before = self._ticks() + PAUSE
            self._asks.notify_all()

    def _dated(self, given: Given) -> _Good:
        """Count from now on by ticks: nobody's clock is asked for each call, or set meanwhile."""
        if given.expires is None:
            return _Good(credential=given.credential)
        life = (given.expires - self._now()).total_seconds()
        over = life < SHORTEST
        if over and not self._over:
            _log.warning("cluster.credential_over", given_by=self._name, over_since=-round(life))
        self._over, life = over, max(life, SHORTEST)
        at = self._ticks()
        return _Good(
            credential=given.credential,
            renew_at=at + life - min(EARLY, PART * life),
            ends_at=at + life,
        )

    def _say(self, fault: OutsideError) -> None:
        """Tell the log once: calls go on with what was good as long as it is."""
        if str(fault) != self._said:
            self._said = str(fault)
            _log.warning("cluster.credential_not_renewed", fault=self._said)
        self._fault = fault
