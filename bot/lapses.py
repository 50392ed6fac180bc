"""Requests that nobody answers time out: looked for once a second, in a thread of its own."""

from contextlib import AbstractContextManager
from typing import Final

import structlog

from daypass.adapters.redis.said import Said
from daypass.domain.errors import DaypassError
from daypass.ports import Ledger
from daypass.repeating import repeating
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

    def looking(self) -> AbstractContextManager[None]:
        """Look every LOOK until the end of the block."""
        return repeating(self.look, LOOK, name="lapses")
