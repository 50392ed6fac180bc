"""Shows a long build: one line that changes on a terminal, a line now and then in a log."""

from typing import TextIO

_EVERY = 30  # Seconds between two lines where lines cannot be rewritten.
_CLEAR = "\r\x1b[K"


class Progress:
    """Writes to one stream; `running` may be called as often as one likes."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._last: tuple[str, int] | None = None

    def say(self, text: str) -> None:
        """A line that stays."""
        self._write(f"{_CLEAR if self._live else ''}{text}\n")

    def running(self, what: str, seconds: int, reached: str = "") -> None:
        """How long something has been going on, and how far it has come."""
        text = f"{what}: {seconds // 60}:{seconds % 60:02} so far{reached}"
        now = (what, seconds // _EVERY)
        if self._live:
            self._write(f"{_CLEAR}{text}")
        elif seconds >= _EVERY and self._last != now:
            self._write(f"{text}\n")
        self._last = now

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
