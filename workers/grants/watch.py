"""One cluster as it is watched: what is seen of ours there is judged at once."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from daypass.domain.lease import SKEW
from daypass.domain.sighting import Sighting
from daypass.ports import DUTY_HELD, GrantPorts
from daypass.usecases.grants.notice import notice
from daypass.usecases.grants.remove import NAMED
from workers.grants.looks import ROLE, report
from workers.grants.stream import follow
from workers.outermost import log_escaped

KINDS: Final = ("RoleBinding", "ClusterRoleBinding")
_TOGETHER: Final = 0.05
"""Seconds in which changes are gathered: in a burst they share their reads of the store."""
_IN_A_BURST: Final = 0.2
"""The same behind changes that were many: each time costs a look at the cluster's mark, and this
is still acted on within 0.3 s."""
MANY: Final = 10
"""Changes in one time that make a burst; a person or two grant fewer."""
_MOST: Final = 500
"""Changes that are judged together: as many as a look holds at once."""
_SILENT: Final = 90.0
"""Seconds without a sign of life after which a watch says nothing; a bookmark comes each minute."""
_CROWDED: Final = 5.0
"""Seconds before what comes after a crowd that had to go is judged: what of it the audit trail
names, and counts, is for each time."""
_LATE: Final = timedelta(seconds=10)
"""So long past its end nothing of ours is there: the whole is looked at then."""
_LATE_EVERY: Final = 30.0
"""Seconds from one such look to the next, as for others: something may be kept there for ever."""
_DOUBT_EVERY: Final = 10.0
"""Seconds from one comparison out of doubt to the next: somebody may change objects without end."""
_BEHIND: Final = 10.0
"""Seconds after which what was seen has to be judged: else it is not said that all is seen, and
looks compare everything again. Twice _CROWDED."""
WAITING: Final = 1_000
"""Changes that wait to be judged; what is more is compared as a whole. Twice _MOST; of the largest
that an object of ours can be 90 MB."""
_PERIOD: Final = 1.0
"""Seconds after which whoever waits for changes looks whether it is to stop."""


def gathering(last: int) -> float:
    """Return the seconds in which changes are gathered behind a time with so many."""
    return _IN_A_BURST if last > MANY else _TOGETHER


class Watch:
    """One cluster as it is watched, for as long as the duty is renewed.

    At most `waiting` changes wait to be judged.
    """

    def __init__(self, ports: GrantPorts, *, waiting: int = WAITING) -> None:
        self._ports = ports
        self._most = waiting
        self._seen: SimpleQueue[Sighting] = SimpleQueue()
        self._stopped = Event()
        self._until = 0.0
        self._alive: dict[str, float] = {}
        self._doubted, self._looked_late = -_DOUBT_EVERY, -_LATE_EVERY
        self._ahead = -math.inf
        self._behind: float | None = None
        self._last = 0
        self._threads: list[Thread] = []

    @property
    def name(self) -> str:
        """Which cluster."""
        return self._ports.name

    def lives(self) -> bool:
        """Whether a thread of it still waits for its server."""
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Begin to watch each kind, and to act on what is seen, in threads of their own."""
        for kind in KINDS:
            self._run(self._stream, kind, name=f"watch-{kind}")
        self._run(self._act, name="notice")

    def _run(self, do: Callable[..., None], *what: str, name: str) -> None:
        thread = Thread(target=do, args=what, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Do nothing any more; a thread that waits for its server ends when that says something."""
        self._stopped.set()

    def renew(self, since: float) -> None:
        """Go on: the duty was asked for at the tick `since`."""
        self._until = since + DUTY_HELD.total_seconds()

    @property
    def waiting(self) -> int:
        """How many changes wait to be judged."""
        return self._seen.qsize()

    def held(self) -> bool:
        """Whether the duty is still ours: who slept through its end must not act on old sights."""
        return not self._stopped.is_set() and self._ports.clock.ticks() < self._until

    def sees_all(self) -> bool:
        """Whether nothing happens unjudged: all kinds are watched, and the whole was compared."""
        now, witness, behind = self._ports.clock.ticks(), self._ports.witness, self._behind
        alive = all(now - self._alive.get(kind, -_SILENT) < _SILENT for kind in KINDS)
        judged = behind is None or now - behind < _BEHIND
        compared = witness.compare_by is not None and now < witness.compare_by
        return alive and judged and compared

    def look_after_ends(self) -> None:
        """Look at the whole where something is there long after its end, or may soon be (law 3)."""
        now, ticks = self._ports.clock.now(), self._ports.clock.ticks()
        if self._went_back(now, ticks):
            self._doubt()
        if ticks - self._looked_late < _LATE_EVERY:
            return
        if self._ports.witness.ends.any_before(now - _LATE):
            self._looked_late = ticks
            self._doubt()

    def _went_back(self, now: datetime, ticks: float) -> bool:
        """Whether the store's time did so since the last time.

        What was claimed or put off before is due at a moment that is far off by now.
        """
        before, self._ahead = self._ahead, now.timestamp() - ticks
        return before - self._ahead > SKEW.total_seconds()

    def look(self, kind: str, since: str) -> Iterator[str]:
        """Watch a kind until the server ends it; yield the revisions to go on from."""
        for sighting in self._ports.cluster.watch(kind, since):
            self._alive[kind] = self._ports.clock.ticks()
            self._keep(sighting)
            yield sighting.revision

    def _keep(self, sighting: Sighting) -> None:
        """Let it be judged; what cannot have been seen, or is too much, is compared as a whole."""
        if sighting.anew or self.waiting >= self._most:
            self._doubt()
        elif sighting.found is not None:
            self._behind = self._behind or self._ports.clock.ticks()
            self._seen.put(sighting)

    def act_once(self) -> None:
        """Judge what was seen so far, if anything; raises OutsideError where that cannot be."""
        if not (seen := self._gathered()):
            return
        try:
            if not self.held():
                self._doubt()
                return
            findings = notice(seen, self._ports)
        finally:  # What it did not judge a comparison does.
            self._behind = None if self._seen.empty() else self._ports.clock.ticks()
        report(findings, self._ports)
        if len(findings.removed) + len(findings.refused) > NAMED:
            self._stopped.wait(_CROWDED)

    def _stream(self, kind: str) -> None:
        look, failed = partial(self.look, kind), partial(self._broke, kind)
        follow(look, failed, stopped=self._stopped, ticks=self._ports.clock.ticks)

    def _broke(self, kind: str, error: Exception, *, again: bool) -> float:
        self._alive.pop(kind, None)
        if not again:
            self._say(error, kind, "watch")
        return 0.0

    def _act(self) -> None:
        while not self._stopped.is_set():
            try:
                self.act_once()
            except Exception as error:  # noqa: BLE001 - The outermost loop: ends depend on it.
                self._say(error, "what was seen", "notice")
                self._doubt()

    def _gathered(self) -> Sequence[Sighting]:
        """Wait a while for something to be seen, and for what comes together with it."""
        seen = list[Sighting]()
        with suppress(Empty):
            seen.append(self._seen.get(timeout=_PERIOD))
            self._stopped.wait(gathering(self._last))
            while len(seen) < _MOST:
                seen.append(self._seen.get_nowait())
        self._last = len(seen)
        return seen

    def _say(self, error: Exception, what: str, step: str) -> None:
        log_escaped(error, what, role=ROLE, step=step, cluster=self._ports.name)

    def _doubt(self) -> None:
        """Let everything be compared: now, or a little after it was compared for that last."""
        now = self._ports.clock.ticks()
        if now - self._doubted >= _DOUBT_EVERY:
            self._doubted = now
            self._ports.witness.doubt(now)
        else:
            self._ports.witness.doubt(now, self._doubted + _DOUBT_EVERY)
