"""The agenda in memory: promises in a dictionary, wake-ups in a list.

Keeps the contract of the Redis one to the letter; holds nothing after the process.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from threading import RLock
from typing import Final

from daypass.adapters.memory.clock import MemoryClock
from daypass.ports import HURRIED, PUT_OFF, QUIET, TIMEKEEPER, Claim, Promise, PromiseKind, Share

_VISIBILITY: Final = timedelta(seconds=8)
"""As Redis's agenda has it."""

_Row = tuple[PromiseKind, str]


class MemoryAgenda:
    """Promises per keeper; `wakeups` are those whose worker was woken and has not started yet.

    To run a wake-up, take it from `wakeups` first and claim after that, as a worker does.
    """

    def __init__(self, clock: MemoryClock, visibility: timedelta = _VISIBILITY) -> None:
        self.lock: Final = RLock()
        self.clock: Final = clock
        self.wakeups: Final[list[str]] = []
        self._visibility = visibility
        self._rows: dict[str, dict[_Row, datetime]] = {}

    def claim(
        self, keeper: str, limit: int, kinds: Collection[PromiseKind] = ()
    ) -> Sequence[Claim]:
        """Claim up to `limit` promises of one keeper that are due, of `kinds` if given."""
        with self.lock:
            rows = self._rows.get(keeper, {}).items()
            wanted = [
                (at, f"{row[0]}:{row[1]}", row) for row, at in rows if row[0] in kinds or not kinds
            ]
            ready = sorted(wanted)[:limit]
            return [self._claimed(keeper, row) for at, _, row in ready if at <= self.clock.now()]

    def claim_shares(self, keeper: str, shares: Sequence[Share]) -> Sequence[Claim]:
        """Claim share by share, in one look; none of what comes after a share that is full."""
        claims = list[Claim]()
        with self.lock:
            for share in shares:
                mine = self.claim(keeper, share.most, share.kinds)
                claims += mine
                if len(mine) == share.most:
                    break
        return claims

    def _claimed(self, keeper: str, row: _Row) -> Claim:
        kind, subject = row
        promise = Promise(keeper=keeper, kind=kind, subject=subject, at=self._rows[keeper][row])
        until = self.clock.now() + self._visibility
        self._rows[keeper][row] = until
        return Claim(promise=promise, until=until)

    def ensure(self, *promises: Promise, within: timedelta) -> None:
        """Make sure that a row of each stands, due no later than `within` after its moment."""
        with self.lock:
            for promise in promises:
                rows = self._rows.setdefault(promise.keeper, {})
                latest = max(promise.at, self.clock.now()) + within
                if rows.setdefault(_row(promise), promise.at) > latest:
                    rows[_row(promise)] = promise.at

    def finish(self, claim: Claim) -> bool:
        """Remove what was claimed; False when a move has rescored the row since."""
        with self.lock:
            mine = self._is_mine(claim)
            if mine:
                del self._rows[claim.promise.keeper][_row(claim.promise)]
            return mine

    def postpone(self, claim: Claim, to: datetime) -> bool:
        """Make what was claimed due at `to`; False when a move has rescored the row since."""
        with self.lock:
            mine = self._is_mine(claim)
            if mine:
                self._rows[claim.promise.keeper][_row(claim.promise)] = to
            return mine

    def _is_mine(self, claim: Claim) -> bool:
        rows = self._rows.get(claim.promise.keeper, {})
        return rows.get(_row(claim.promise)) == claim.until

    def overdue(self, keepers: Collection[str]) -> Mapping[str, int]:
        """Count overdue promises of each of these keepers, those without any left out."""
        with self.lock:
            counts = {
                keeper: sum(at <= self.clock.now() for at in self._rows.get(keeper, {}).values())
                for keeper in keepers
            }
            return {keeper: count for keeper, count in counts.items() if count}

    def quiet(self, keepers: Collection[str]) -> timedelta:
        """Return for how long nothing of these keepers is due, QUIET for longer."""
        with self.lock:
            now = self.clock.now()
            rows = chain.from_iterable(self._rows.get(keeper, {}).values() for keeper in keepers)
            return min([QUIET, *(at - now for at in rows)])

    def oldest(self, keepers: Collection[str]) -> Mapping[str, datetime]:
        """Return since when the oldest overdue promise of each keeper is due, if any is."""
        with self.lock:
            first = {
                keeper: min(rows.values()) for keeper in keepers if (rows := self._rows.get(keeper))
            }
            return {keeper: at for keeper, at in first.items() if at <= self.clock.now()}

    def soon(self, keeper: str, kind: PromiseKind, until: datetime, *, among: int) -> Sequence[str]:
        """Name what one kind of promise due by then is about, `among` so many of the keeper's."""
        with self.lock:
            rows = sorted((at, *row) for row, at in self._rows.get(keeper, {}).items())
            return [subject for at, one, subject in rows[:among] if one is kind and at <= until]

    def hurry(self, keeper: str) -> int:
        """Make due now what one keeper put off by up to HURRIED; say how many rows that were."""
        with self.lock:
            rows = self._rows.get(keeper, {})
            until = self.clock.now() + HURRIED
            parked = [row for row, at in rows.items() if self.clock.now() < at <= until]
            hurried = [row for row in parked if row[0] in PUT_OFF]
            rows.update(dict.fromkeys(hurried, self.clock.now()))
            return len(hurried)

    def queued(self) -> Mapping[str, int]:
        """Count the wake-ups that no worker took yet: here each set has a queue of its own."""
        with self.lock:
            return Counter(self.wakeups)

    def wake(self, keeper: str) -> bool:
        """Enqueue a wake-up for that keeper unless one is outstanding; say whether it was."""
        with self.lock:
            needed = keeper != TIMEKEEPER and keeper not in self.wakeups
            if needed:
                self.wakeups.append(keeper)
            return needed

    def promises(self, keeper: str) -> Mapping[tuple[PromiseKind, str], datetime]:
        """Return every row of a set: when which kind of which subject is due."""
        with self.lock:
            return dict(self._rows.get(keeper, {}))

    def image(self) -> Mapping[str, Mapping[tuple[PromiseKind, str], datetime]]:
        """Return every row as it is now, for `set_back`."""
        with self.lock:
            return {keeper: dict(rows) for keeper, rows in self._rows.items()}

    def set_back(self, image: Mapping[str, Mapping[tuple[PromiseKind, str], datetime]]) -> None:
        """Have the rows of an earlier moment again; time itself goes on."""
        with self.lock:
            self._rows = {keeper: dict(rows) for keeper, rows in image.items()}

    def write(self, promises: Iterable[Promise], done: Iterable[Promise]) -> None:
        """Write and remove rows as a committed move does, and wake the sets that became due."""
        with self.lock:
            for promise in done:
                self._rows.get(promise.keeper, {}).pop(_row(promise), None)
            for promise in promises:
                self._rows.setdefault(promise.keeper, {})[_row(promise)] = promise.at
                if promise.at <= self.clock.now():
                    self.wake(promise.keeper)


def _row(promise: Promise) -> _Row:
    return promise.kind, promise.subject
