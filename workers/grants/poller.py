"""A look at the agenda that needs nobody to wake us: no timekeeper, and no job that arrives.

RQ cannot enqueue into a Redis that takes no writes, and whoever should wake us may be gone. Ends
must not wait for either (law 10); a cluster that is being worked on already is left alone. Nor do
they wait for the rows: a cluster at which nobody asked us to look for long is looked at, too.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

import structlog

from daypass.domain.errors import PermanentOutsideError
from daypass.ports import Agenda
from workers.liveness import POLLER, Say, to_nobody

PERIOD: Final = 1.0
"""Seconds from one look to the next."""
OVERDUE: Final = timedelta(seconds=1)
"""Ten ticks of a timekeeper: so late is what nobody woke us for."""

_log = structlog.get_logger()


class Poller:
    """Begins with what has been due for OVERDUE on `clusters`; `begin` must return soon.

    `missed` says of a cluster that it is time to see to it whatever the agenda says.
    """

    def __init__(
        self,
        agenda: Agenda,
        clusters: Collection[str],
        begin: Callable[[str], None],
        *,
        now: Callable[[], datetime],
        missed: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._agenda = agenda
        self._now = now
        self._missed = missed
        self._clusters = clusters
        self._begin = begin
        self._failing = False

    def look(self) -> None:
        """Look once; what was missed needs no answer of the agenda."""
        for name in self._clusters:
            if self._missed(name):
                self._begin(name)
        now = self._now()
        for keeper, since in self._oldest().items():
            if now - since >= OVERDUE:
                self._begin(keeper)

    def _oldest(self) -> Mapping[str, datetime]:
        """Ask the agenda; where somebody has made that unreadable begin with every cluster."""
        try:
            return self._agenda.oldest(self._clusters)
        except PermanentOutsideError:
            for name in self._clusters:
                self._begin(name)
            raise

    def keep_looking(self, stop: Event, say: Say = to_nobody) -> None:
        """Look until `stop` and `say` so; what goes wrong is said once, and the next look comes."""
        while not stop.wait(PERIOD):
            say(POLLER)
            try:
                self.look()
                self._failing = False
            except Exception as error:  # noqa: BLE001 - The outermost loop: ends depend on it.
                if not self._failing:
                    _log.warning("grants.poller_fails", why=str(error))
                self._failing = True

    def start(self, stop: Event, say: Say) -> Thread:
        """Look in a thread of its own until `stop`."""
        thread = Thread(target=self.keep_looking, args=(stop, say), name="poller", daemon=True)
        thread.start()
        return thread
