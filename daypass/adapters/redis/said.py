"""Said: what is told once, not at every read: whoever writes damaged values must not fill a log."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

import structlog

MOST: Final = 100
"""Keys that are remembered; more at one time are the work of somebody, and need no line each."""
SHOWN: Final = 200
"""Characters of what is quoted: a line of a log."""
_FORGOTTEN_AFTER: Final = 3_600.0
"""Seconds: what is still so after an hour is worth another line."""
_log = structlog.get_logger()


class Said:
    """Logs each thing once within an hour, and of at most MOST things; safe for several threads."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._lock = Lock()
        self._keys: set[str] = set()
        self._since = ticks()

    def error(self, event: str, key: str, why: str) -> None:
        """Log what is wrong with `key`, unless that was said; one line is for all above MOST."""
        with self._lock:
            is_new = self._note(key[:SHOWN])
            others = len(self._keys) > MOST
        if is_new:
            shown = "and others: they are not named for an hour" if others else why
            _log.error(event, key=key[:SHOWN], why=shown[:SHOWN])

    def _note(self, key: str) -> bool:
        if self._ticks() - self._since >= _FORGOTTEN_AFTER:
            self._keys, self._since = set(), self._ticks()
        if key in self._keys or len(self._keys) > MOST:
            return False
        self._keys.add(key)
        return True
