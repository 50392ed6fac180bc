"""What is asked of a role from outside, at the address that DAYPASS_HEALTH names."""

import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from daypass.adapters.prometheus.serve import Health, of_children, serving, store_answers
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock

SILENCE: Final = 10.0
"""Seconds without a look after which a loop is taken for stuck."""
_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library lets children leave what they count, if it is set when they import it."""


class Watched(Protocol):
    """The settings that are needed here."""

    @property
    def redis_url(self) -> str:
        """Redis, which every role needs for its work."""

    @property
    def health(self) -> tuple[str, int] | None:
        """Where to serve; None for nowhere."""


@dataclass(slots=True)
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


@contextmanager
def watched_children(
    settings: Watched, count: int, environ: MutableMapping[str, str]
) -> Iterator[Callable[[int], None]]:
    """Serve what `count` children count; yield what wants to hear how many of them run.

    `environ` is what the children will be started with.
    """
    if settings.health is None:
        yield lambda _: None
        return
    pulse, answers = Pulse(), store_answers(RedisClock(connect(settings.redis_url)))
    health = Health(lives=pulse.lives, ready=lambda: pulse.ready() or answers())
    with TemporaryDirectory(prefix="daypass-") as folder:
        environ[_FOLDER] = folder
        with serving(settings.health, of_children(folder), health):
            yield lambda running: pulse.beat(_missing(running, count))


def _missing(running: int, count: int) -> str:
    return "" if running == count else f"{running} of {count} processes run"
