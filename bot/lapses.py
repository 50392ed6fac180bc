"""Requests that nobody answers time out: looked for once a second, in a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

import structlog

from daypass.adapters.redis.said import Said
from daypass.domain.errors import DaypassError
from daypass.ports import Ledger
from daypass.usecases.requests.lapse import let_lapse

LOOK: Final = 1.0
"""Seconds from one look to the next: a card may say so much later that nobody answered."""
_log = structlog.get_logger(__name__)


class Lapses:
    """Looks, and says each thing that it fails with once: it comes back every few seconds."""

    def __init__(self, ports: Ledger) -> None:
        self._ports = ports
        self._said = Said()

    def look(self) -> None:
        """Look once; whatever goes wrong, the next look comes."""
        try:
            let_lapse(self._ports)
        except DaypassError as trouble:
            self._said.error("bot.lapses_fail", str(trouble), "what it is about does not time out")
        except Exception:  # noqa: BLE001 - The outermost loop of this thread.
            _log.exception("bot.lapses_broken")

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look every LOOK until the end of the block."""
        over = Event()
        thread = Thread(target=self._keep_looking, args=(over,), name="lapses", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep_looking(self, over: Event) -> None:
        while not over.wait(LOOK):
            self.look()
