"""What is done to the site: processes that die or stand still, wires that break; each is undone.

A fault casts a shadow: the time in which an end may be late because of it, and nobody is to blame.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import redis

from chaos.network import Mode
from chaos.site import COPIES, REDIS, Site, copy
from sandbox.cluster.servers import api_server
from sandbox.processes import Processes

BACK: Final = 5.0
"""Seconds from the return of a cluster or of Redis to the end of all that is late (law 3)."""
CLAIMED: Final = 12.0
"""Seconds from a worker's death: its claims are due after 10, then a tick, then a look."""
_RESTART: Final = (0.2, 2.0)
"""Seconds until something that was killed is started again, as a platform would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """From `begin` to `end` (epoch seconds) ends on `clusters` may be late; empty: nowhere."""

    name: str
    begin: float
    end: float
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Ends on `clusters` may be late: so many seconds from the fault's begin, or its healing."""

    clusters: tuple[str, ...] = ()
    begun: float = 0.0
    healed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something to do to `target`, how long it lasts, how it is undone and seen to have healed."""

    name: str
    target: str
    begin: Callable[[], None]
    end: Callable[[], None]
    healed: Callable[[], bool] = lambda: True
    lasts: tuple[float, float] = _RESTART
    late: Late = Late()

    def shadow(self, begun: float, healed: float) -> Shadow:
        """Return what it excuses."""
        end = max(healed + self.late.healed, begun + self.late.begun)
        return Shadow(name=self.name, begin=begun, end=end, clusters=self.late.clusters)


def deck(site: Site) -> list[Fault]:
    """Return one of each, and more of what happens more often."""
    return [
        *(one for one in _deaths(site) for _ in range(2)),
        *_servers(site),
        *_wires(site),
        *_pauses(site),
        Fault(
            name="Slack down",
            target="slack",
            begin=lambda: site.stack.slack.set_faults(down=True),
            end=site.stack.slack.clear_faults,
            lasts=(1.0, 6.0),
        ),
    ]


def _deaths(site: Site) -> Iterator[Fault]:
    """Kill a worker with its supervisor, or only the worker."""
    for number in COPIES:
        for role in ("notifications", "timekeeper"):
            yield _dies(site, copy(role, number), Late())
        grants = copy("grants", number)
        late = Late(clusters=site.clusters, begun=CLAIMED)
        yield _dies(site, grants, late)
        yield Fault(
            name=f"SIGKILL child of {grants}",
            target=grants,
            begin=partial(_kill_children, site.stack.processes, grants),
            end=_nothing,
            late=late,
        )


def _dies(site: Site, name: str, late: Late, *, healed: Callable[[], bool] = lambda: True) -> Fault:
    processes = site.stack.processes
    return Fault(
        name=f"SIGKILL {name}",
        target=name,
        begin=partial(_kill, processes, name),
        end=partial(_start, processes, name),
        healed=healed,
        late=late,
    )


def _servers(site: Site) -> Iterator[Fault]:
    """Kill Redis, etcd under all clusters, or one API server."""
    everywhere = Late(clusters=site.clusters, healed=BACK)
    yield _dies(site, "valkey", everywhere, healed=partial(_redis_answers, site))
    yield _dies(site, "etcd", everywhere, healed=partial(_all_ready, site))
    for server in site.stack.clusters:
        late = Late(clusters=(server.name,), healed=BACK)
        yield _dies(site, api_server(server.name), late, healed=server.admin().is_ready)


def _wires(site: Site) -> Iterator[Fault]:
    """Break the wire to Redis, or to one cluster, in each way."""
    for name in (REDIS, *site.clusters):
        for mode in (Mode.REFUSE, Mode.BLACKHOLE, Mode.RESET, Mode.SLOW):
            yield Fault(
                name=f"{name} {mode}",
                target=f"wire to {name}",
                begin=partial(site.network.set, name, mode),
                end=partial(site.network.set, name, Mode.OK),
                lasts=(0.5, 4.0),
                late=Late(clusters=site.clusters if name == REDIS else (name,), healed=BACK),
            )


def _pauses(site: Site) -> Iterator[Fault]:
    """Let a worker stand still, without knowing it, for longer or shorter than its claims last."""
    grants = Late(clusters=site.clusters, begun=CLAIMED, healed=BACK)
    for role, longest, late in (("grants", 13.0, grants), ("timekeeper", 8.0, Late())):
        name = copy(role, COPIES[0])
        yield Fault(
            name=f"SIGSTOP {name}",
            target=name,
            begin=partial(_signal, site.stack.processes, name, signal.SIGSTOP),
            end=partial(_signal, site.stack.processes, name, signal.SIGCONT),
            lasts=(1.0, longest),
            late=late,
        )


def _kill(processes: Processes, name: str) -> None:
    processes.kill(name)


def _start(processes: Processes, name: str) -> None:
    processes.start(processes[name].child)


def _signal(processes: Processes, name: str, number: signal.Signals) -> None:
    processes[name].signal(number)


def _nothing() -> None:
    """Its supervisor starts it anew."""


def _kill_children(processes: Processes, name: str) -> None:
    """Kill the worker and leave its supervisor (Linux; elsewhere nobody knows its children)."""
    pid = processes[name].pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)


def _redis_answers(site: Site) -> bool:
    with redis.Redis.from_url(site.stack.valkey.url, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def _all_ready(site: Site) -> bool:
    return all(server.admin().is_ready() for server in site.stack.clusters)


def now() -> float:
    """Return epoch seconds, by this machine's own clock."""
    return time.time()
