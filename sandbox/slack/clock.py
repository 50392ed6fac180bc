"""The emulator's time, which can be moved forward so that nobody waits thirty minutes."""

import time


class Clock:
    """Seconds since 1970. Moves with real time plus what was added."""

    def __init__(self) -> None:
        """It starts at the real time."""
        self.offset = 0.0
        self._last_ts = 0

    def now(self) -> float:
        """The present moment."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move forward. Raises ValueError for a negative number: time never runs back."""
        if seconds < 0:
            message = "time does not run backwards"
            raise ValueError(message)
        self.offset += seconds

    def ts(self) -> str:
        """A message timestamp, never the same twice."""
        micros = max(int(self.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
