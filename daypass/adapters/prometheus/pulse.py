"""Whether a loop still moves, told by when it last looked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SILENCE: Final = 20.0
"""Seconds without a look after which a loop is taken for stuck; one may wait 15 for a Redis that is
silent, and a restart is no help then."""


@dataclass(slots=True, kw_only=True)
class Pulse:
    """When a loop last looked, and what it found wrong."""

    ticks: Callable[[], float] = time.monotonic
    wrong: str = "it has only just started"
    looked: float = field(init=False)

    def __post_init__(self) -> None:
        """Count from the start."""
        self.looked = self.ticks()

    def beat(self, wrong: str = "") -> None:
        """Say that it looked."""
        self.looked, self.wrong = self.ticks(), wrong

    def lives(self) -> str:
        """Say how long it has been stuck; empty while it is not."""
        silent = self.ticks() - self.looked
        return f"it has been stuck for {silent:.0f} s" if silent > SILENCE else ""

    def ready(self) -> str:
        """Say what keeps it from its work; empty for nothing."""
        return self.lives() or self.wrong
