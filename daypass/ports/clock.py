"""Time."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time: the store's own, one for all processes."""

    def now(self) -> datetime:
        """Return the present, aware, UTC."""
        ...

    def ticks(self) -> float:
        """Return seconds that only go forward, of this process alone, whatever the store says."""
        ...

    def pause(self, duration: timedelta) -> None:
        """Wait that long."""
        ...
