"""Does Slack still reach us? Asked once a second, by a clock that nobody can set back.

A connection may be open on our side alone: a gateway forgot it, a machine vanished. Slack's client
notices where it was answered before, and not where the wall clock jumps; so whatever is silent for
too long is cut here, and the client connects anew.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from threading import Lock, Thread
from typing import Final

import structlog
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.interval_runner import IntervalRunner

from daypass.adapters.prometheus.pulse import Pulse
from daypass.repeating import repeating

LOOK: Final = 1.0
"""Seconds from one look to the next."""
SILENT: Final = 15.0
"""Seconds without a word on an open connection after which it is cut: seven pings unanswered."""
DEAF: Final = 3
"""Connections in a row over which nothing was heard, after which only a new start helps: Slack's
client may go on reading one that it has replaced (it sets the session and its state in two steps),
and connecting once more does not mend that."""
_CLOSING: Final = 5.0
"""Seconds in which the client must have closed; the client waits for such a reader for ever."""
BUSY: Final = 60.0
"""Seconds without a free thread after which the listeners are stuck: each call has its own limit,
far below."""
_log = structlog.get_logger(__name__)


def close(client: SocketModeClient) -> None:
    """Close the client, for good; a thread of it that does not end is left behind, and said."""
    closing = Thread(target=client.close, name="closing", daemon=True)
    closing.start()
    closing.join(_CLOSING)
    if closing.is_alive():
        _log.warning("bot.not_closed", seconds=_CLOSING)


class Connection:
    """Watches the connection of `client`, and the threads of `executor` that serve it."""

    def __init__(
        self,
        client: SocketModeClient,
        executor: Executor,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._executor, self._ticks = client, executor, ticks
        self._heard = self._opened = self._free = ticks()
        self._pong: tuple[str | None, float | None] = (None, None)
        self._unheard = 0
        self._counting = Lock()
        self._left: str | None = None
        self._asked: Future[None] | None = None
        self._pulse = Pulse(ticks=ticks)
        client.on_message_listeners.append(lambda _: self._hear())

    @property
    def silence(self) -> float:
        """Seconds since Slack was last heard."""
        return self._ticks() - self._heard

    def look(self) -> None:
        """Look once: note what was heard, cut what is silent, see whether a thread is free."""
        # Asked once: the client may connect anew meanwhile, and a new one has its whole time.
        session = self._client.current_session
        if session is not None and session.is_active():
            # A new session was answered, and so was a ping of which the client notes when.
            self._compare(session.session_id, session.last_ping_pong_time)
            if self._ticks() - self._opened > SILENT < self.silence:
                self._cut(session.session_id)
        if self._asked is None or self._asked.done():
            self._asked = self._executor.submit(self._is_free)
        self._pulse.beat()

    def lives(self) -> str:
        """Say what of it is stuck, so that only a new start helps; empty for nothing.

        That Slack is away is nothing that a new start mends; that it is connected again and again
        and never heard may be.
        """
        if self._unheard >= DEAF:
            return f"Slack was connected {self._unheard} times in a row and never heard"
        for name, loop in self._loops():
            if not loop.is_alive():
                return f"Slack's client has no {name} any more"
        busy = self._ticks() - self._free
        if busy > BUSY:
            return f"no listener has been free for {busy:.0f} s"
        return self._pulse.lives()

    def ready(self) -> str:
        """Say what keeps Slack from reaching us; empty for nothing."""
        if not self._client.is_connected():
            return "Slack is not connected"
        if self.silence > SILENT:
            return f"Slack has not been heard for {self.silence:.0f} s"
        return self.lives()

    def watching(self) -> AbstractContextManager[None]:
        """Look every LOOK until the end of the block."""
        return repeating(self._look_loudly, LOOK, name="reach")

    def _look_loudly(self) -> None:
        try:
            self.look()
        except Exception:  # noqa: BLE001 - The outermost loop of this thread.
            _log.exception("bot.watch_broken")

    def _loops(self) -> Iterator[tuple[str, IntervalRunner]]:
        yield "reader", self._client.current_session_runner
        yield "dispatcher", self._client.message_processor
        if self._client.current_app_monitor_started:
            yield "monitor", self._client.current_app_monitor

    def _cut(self, session: str) -> None:
        """Leave a connection; the client may take more than one look to notice, it counts once."""
        with self._counting:
            if (silence := self.silence) <= SILENT:  # It was heard just now.
                return
            first = session != self._left
            self._unheard += first
        if first:
            _log.warning("bot.slack_silent", seconds=round(silence))
        self._left = session
        self._client.disconnect()

    def _compare(self, session: str, pong: float | None) -> None:
        before, self._pong = self._pong, (session, pong)
        if session != before[0]:
            self._opened = self._ticks()
        elif pong != before[1]:
            self._hear()

    def _hear(self) -> None:
        with self._counting:
            self._heard, self._unheard = self._ticks(), 0

    def _is_free(self) -> None:
        self._free = self._ticks()
