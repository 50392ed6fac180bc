"""What is asked of a role from outside, at the address that DAYPASS_HEALTH names."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.meters import count_died, count_killed
from daypass.adapters.prometheus.pulse import Pulse
from daypass.adapters.prometheus.serve import Health, of_children, serving, store_answers
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from workers.supervisor import Look

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
) -> Iterator[Callable[[Look], None]]:
    """Serve what `count` children count; yield what wants to hear of every look at them.

    `environ` is what the children will be started with.
    """
    if settings.health is None:
        yield lambda _: None
        return
    answers = store_answers(RedisHeartbeats(connect(settings.redis_url)))
    with TemporaryDirectory(prefix="daypass-") as folder:
        environ[_FOLDER] = folder
        registry = of_children(folder)
        children = Children(count, registry)
        health = Health(lives=children.lives, ready=lambda: children.ready() or answers())
        with serving(settings.health, registry, health):
            yield children.hear


class Children:
    """What the supervisor last saw of `count` children, and that it still looks."""

    def __init__(self, count: int, registry: CollectorRegistry) -> None:
        self._count = count
        self._pulse = Pulse()
        self._look = Look(running=0)
        self._killed, self._died = count_killed(registry), count_died(registry)

    def hear(self, look: Look) -> None:
        """Take what was seen."""
        self._killed.inc(look.killed - self._look.killed)
        self._died.inc(look.died - self._look.died)
        self._look = look
        missing = f"{look.running} of {self._count} processes run"
        self._pulse.beat("" if look.running == self._count else missing)

    def lives(self) -> str:
        """Say which of them are stuck, or that the supervisor is; empty for none."""
        return self._pulse.lives() or "\n".join(self._look.stuck)

    def ready(self) -> str:
        """Say what keeps them from their work; empty for nothing."""
        return self.lives() or self._pulse.ready()
