"""Whoever has the duty to watch a cluster keeps its picture in the store: everybody's things.

In threads of its own: no flood of others' changes delays what is done about ours. Each write names
the duty and its holder, so that who lost it writes nothing; then all of it is begun anew.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from threading import Condition, Event, Thread
from typing import Final

from daypass.domain.errors import PermanentOutsideError
from daypass.domain.picture import About, Edit, Entry, Kind, Shown
from daypass.domain.shifting import HASTE
from daypass.ports import DUTY_HELD, GrantPorts, watch_of
from daypass.usecases.grants.reconcile import survey
from workers.grants.concerns import Concerns
from workers.grants.kept import Kept, length
from workers.grants.looks import ROLE
from workers.grants.stream import follow
from workers.outermost import log_escaped

ABOUT_EVERY: Final = 10.0
"""Seconds from one word on the picture to the next: a third of what makes it current."""
_TOGETHER: Final = 0.05
"""Seconds in which changes are gathered: in a burst they share a write."""
_AT_ONCE: Final = 200
"""Things that are written in one step."""
_WAITING: Final = 1_000
"""Changes that wait to be written; whoever sees more waits, and the server keeps them meanwhile."""
_LONG: Final = 1 << 20
"""Bytes of things that are held at once, of a list and of what waits: as Python's objects they
take ten times that."""
_SILENT: Final = 90.0
"""Seconds without a sign of life after which a kind is not seen; a bookmark comes each minute."""
_AGAIN: Final = 1.0
"""Seconds before it is tried again to write what was seen."""
_REFUSED: Final = 30.0
"""Seconds before what was refused is asked for again: rights come late, if at all."""
_SURVEYS: Final = 0.2
"""Seconds from one look at what levels need to the next, whatever changes meanwhile."""
_SHARE: Final = 10
"""So many times longer than such a look takes is the pause after it: a tenth of a processor."""
_SAID: Final = 200
"""Characters of the reason why a kind is not seen."""


class Picture:
    """The picture of one cluster, for as long as `holder` has the duty."""

    def __init__(self, ports: GrantPorts, holder: str) -> None:
        self._ports, self._holder = ports, holder
        self._duty = watch_of(ports.name)
        self._kept = {kind: Kept() for kind in Kind}
        self._concerns = Concerns(ports.catalog, ports.name)
        self._pending: dict[str, Entry | None] = {}
        self._pending_long = 0
        self._more = Condition()
        self._stopped, self.lost = Event(), False
        self._alive: dict[Kind, float] = {}
        self._whole = set[Kind]()
        self._unseen: dict[Kind, str] = {}
        self._until = math.inf
        self._said_at = self._surveyed_at = -_REFUSED
        self._said: About | None = None
        self._survey_wanted, self._survey_again = False, math.inf
        self._threads: list[Thread] = []

    @property
    def name(self) -> str:
        """Which cluster."""
        return self._ports.name

    def start(self) -> None:
        """Begin to watch each kind, and to write what is seen, in threads of their own."""
        for kind in Kind:
            self._run(self._stream, kind, name=f"picture-{kind}")
        self._run(self._keep, name="picture")

    def renew(self, since: float) -> None:
        """Go on: the duty was asked for at the tick `since`; not if it had run out by then.

        Somebody else may have had it in between, and have written what is newer.
        """
        if since >= self._until:
            self._lose()
        self._until = since + DUTY_HELD.total_seconds()

    def stop(self) -> None:
        """Do nothing any more; a thread that waits for its server ends when that says something."""
        self._stopped.set()
        with self._more:
            self._more.notify_all()

    def lives(self) -> bool:
        """Whether a thread of it still waits for its server."""
        return any(thread.is_alive() for thread in self._threads)

    def look(self, kind: Kind, since: str) -> Iterator[str]:
        """Watch a kind until the server ends it; yield the revisions to go on from.

        A list that breaks is begun anew, and so is what was refused, or left something out: that
        finds room only in a list.

        Raises:
            OutsideError: the server or the store does not answer, or refuses.
        """
        stale: set[str] | None = None
        shows = iter(self._ports.cluster.picture(kind, "" if kind in self._unseen else since))
        while portion := self._portion(shows, listed=stale is not None):
            if portion[0].begins:
                stale, self._kept[kind] = (
                    set(self._ports.pictures.keys(self._ports.name, kind)),
                    Kept(),
                )
                self._whole.discard(kind)
            self._take(kind, portion, stale)
            self._alive[kind] = self._ports.clock.ticks()
            if portion[-1].whole:
                self._change(dict.fromkeys((stale or set()) - self._kept[kind].keys))
                self._whole.add(kind)
                self._unseen.pop(kind, None)
                stale = None
            yield "" if stale is not None else portion[-1].revision
        if self._kept[kind].left_out:
            yield ""

    def _portion(self, shows: Iterator[Shown], *, listed: bool) -> Sequence[Shown]:
        """Return the next of a list, as many as are compared at once, or one change."""
        taken, long = list[Shown](), 0
        for shown in islice(shows, _AT_ONCE if listed else 1):
            taken.append(shown)
            long += _long(shown.entry)
            if shown.whole or long >= _LONG:
                break
        return taken

    def _take(self, kind: Kind, portion: Sequence[Shown], stale: set[str] | None) -> None:
        changed, kept = dict[str, Entry | None](), self._kept[kind]
        for shown in portion:
            if (entry := shown.entry) is None:
                continue
            if shown.gone:
                kept.drop(entry)
            changed[entry.key] = entry if not shown.gone and kept.keep(entry) else None
        if stale is not None and changed:
            there = self._ports.pictures.named(self._ports.name, list(changed))
            changed = {k: one for k, one in changed.items() if there.get(k) != one}
        self._change(changed)

    def _change(self, changed: dict[str, Entry | None]) -> None:
        """Let it be written; wait where too much waits already."""
        if not changed:
            return
        with self._more:
            while self._is_full() and not self._stopped.is_set():
                self._more.wait(1.0)
            for key, entry in changed.items():
                self._pending_long += _long(entry) - _long(self._pending.get(key))
                self._pending[key] = entry
            self._more.notify_all()

    def _is_full(self) -> bool:
        return len(self._pending) >= _WAITING or self._pending_long >= _LONG

    def write_once(self) -> None:
        """Write what was seen so far, and what is to be said of it.

        Raises:
            OutsideError: the store or the cluster does not answer.
        """
        with self._more:
            batch = dict(islice(self._pending.items(), _WAITING))
        there = tuple(entry for entry in batch.values() if entry is not None)
        gone = tuple(key for key, entry in batch.items() if entry is None)
        edit = Edit(cluster=self._ports.name, there=there, gone=gone)
        late = self._ports.clock.ticks() >= self._until
        if late or (batch and not self._ports.pictures.edit(edit, self._duty, self._holder)):
            self._lose()
            return
        with self._more:  # What changed once more meanwhile is written once more.
            for key, entry in batch.items():
                if self._pending.get(key, batch) is entry:
                    self._pending_long -= _long(self._pending.pop(key))
            self._more.notify_all()
        self._survey_wanted |= self._concerns.touched(batch)
        self._say()
        self._survey()

    def _lose(self) -> None:
        """Do nothing any more: the duty is, or was, another's."""
        self.lost = True
        self.stop()

    def _say(self) -> None:
        now = self._ports.clock.ticks()
        if now - self._said_at < ABOUT_EVERY or not self._sees():
            return
        if self._is_forgotten():
            self._lose()
            return
        self._said_at = now
        about = About(
            cluster=self._ports.name,
            at=self._ports.clock.now(),
            left_out={kind: n for kind, kept in self._kept.items() if (n := kept.left_out)},
            unseen=dict(self._unseen),
        )
        if not self._ports.pictures.keep_about(about, self._duty, self._holder):
            self._lose()
        self._said = about

    def _is_forgotten(self) -> bool:
        """Whether the store has not what was said last: what was written before is lost, too."""
        if self._said is None:
            return False
        there = self._ports.pictures.about(self._ports.name)
        return there is None or there.at < self._said.at

    def _sees(self) -> bool:
        """Whether each kind was seen whole, and lives, or cannot be seen; all of it is written."""
        now = self._ports.clock.ticks()
        watched = self._whole - self._unseen.keys()
        alive = all(now - self._alive.get(kind, -_SILENT) < _SILENT for kind in watched)
        return alive and len(watched) + len(self._unseen) == len(Kind) and not self._pending

    def _survey(self) -> None:
        """Look at what levels need, at once where that changed; not all the time.

        And once more when what was just said of it keeps nothing worse from being said.
        """
        now = self._ports.clock.ticks()
        if not (self._survey_wanted or now >= self._survey_again) or now < self._surveyed_at:
            return
        self._survey_again = now + HASTE.total_seconds() if self._survey_wanted else math.inf
        self._survey_wanted = False
        survey(self._ports)
        took = self._ports.clock.ticks() - now
        self._surveyed_at = now + max(_SURVEYS, _SHARE * took)

    def _stream(self, kind: Kind) -> None:
        look, failed = partial(self.look, kind), partial(self._broke, kind)
        follow(look, failed, stopped=self._stopped, ticks=self._ports.clock.ticks)

    def _broke(self, kind: Kind, error: Exception, *, again: bool) -> float:
        if isinstance(error, PermanentOutsideError):
            self._unseen[kind] = str(error)[:_SAID]
            return _REFUSED
        self._alive.pop(kind, None)
        if not again:
            self._escaped(error, kind)
        return 0.0

    def _keep(self) -> None:
        while not self._stopped.is_set():
            with self._more:
                if not self._pending:
                    self._more.wait(_SURVEYS if self._survey_wanted else 1.0)
            self._stopped.wait(_TOGETHER)
            try:
                self.write_once()
            except Exception as error:  # noqa: BLE001 - The outermost loop: it is tried again.
                self._escaped(error, "what was seen")
                self._stopped.wait(_AGAIN)

    def _escaped(self, error: Exception, what: object) -> None:
        log_escaped(error, what, role=ROLE, step="picture", cluster=self._ports.name)

    def _run(self, do: Callable[..., None], *what: Kind, name: str) -> None:
        thread = Thread(target=do, args=what, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


def _long(entry: Entry | None) -> int:
    return length(entry) if entry is not None else 0
