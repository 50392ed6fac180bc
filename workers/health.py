"""What is asked of a role from outside, at the address that DAYPASS_HEALTH names."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from daypass.adapters.prometheus.pulse import Pulse
from daypass.adapters.prometheus.serve import Health, of_children, serving, store_answers
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock

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
