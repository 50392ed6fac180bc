"""`python -m tests.failpoints.worker ROLE`: a real worker whose ports pass a trap.

Everything else is as in `python -m workers ROLE`, but what a dead process had claimed is due again
after VISIBILITY, and the supervisor has imported what its children need: a successor is forked, and
works at once instead of after the second that an interpreter takes to import it all.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any, Final, TypeVar, cast

from daypass import logs
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.rq.routes import NOTIFICATIONS_ROUTE
from daypass.adapters.rq.worker import work as work_for_rq
from daypass.settings import GrantsSettings, NotificationsSettings, TimekeeperSettings
from tests.failpoints.trap import Trap, Trapped
from workers import notifications, timekeeper
from workers.grants import worker as grants
from workers.supervisor import follow, stop_on_signals

VISIBILITY: Final = timedelta(seconds=1.5)
_LOOK: Final = 0.05
"""Seconds between two looks at the child, and before the next one."""
P = TypeVar("P")


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one role until SIGTERM."""
    role = arguments[0]
    logs.configure(role, sys.stderr)
    if role == "timekeeper":
        timekeeper.run(TimekeeperSettings.read(environ))
    elif _is_child(stop_on_signals()):
        follow()
        (_grants if role == "grants" else _notifications)(environ)
    return 0


def _is_child(stop: Event) -> bool:
    """Return true in each child; in their supervisor, that keeps one running, false at the end."""
    while not stop.is_set():
        theirs, ours = os.pipe()
        child = os.fork()
        if not child:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(ours)
            os.dup2(theirs, sys.stdin.fileno())
            return True
        os.close(theirs)
        _watched(child, stop)
        os.close(ours)  # That ends a child that still runs.
    return False


def _watched(child: int, stop: Event) -> None:
    """Return when the child is dead, or is to end."""
    while not stop.wait(_LOOK):
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return


def trap_of(settings: Path) -> Trap:
    """Return the trap of the workers that were told `settings`, a file."""
    return Trap(settings.parent / "trap")


def _grants(environ: Mapping[str, str]) -> None:
    settings = GrantsSettings.read(environ)
    trap, worker = trap_of(settings.config), grants.wire(settings)
    agenda = RedisAgenda(connect(settings.redis_url), visibility=VISIBILITY)
    clusters = {name: _trapped(one, "cluster", trap) for name, one in worker.clusters.items()}
    trapped = replace(
        worker,
        store=_trapped(worker.store, "store", trap),
        agenda=_trapped(agenda, "agenda", trap),
        clusters=clusters,
    )
    grants.serve(trapped, settings.redis_url)


def _notifications(environ: Mapping[str, str]) -> None:
    settings = NotificationsSettings.read(environ)
    trap, ports = trap_of(settings.config), notifications.ports_of(settings)
    agenda = RedisAgenda(connect(settings.redis_url), visibility=VISIBILITY)
    trapped = replace(
        ports,
        store=_trapped(ports.store, "store", trap),
        agenda=_trapped(agenda, "agenda", trap),
        chat=_trapped(ports.chat, "chat", trap),
    )
    with notifications.notifier(trapped) as mine, notifications.opened(mine):
        work_for_rq(connect(settings.redis_url), NOTIFICATIONS_ROUTE)


def _trapped(port: P, name: str, trap: Trap) -> P:
    return cast("P", cast("Any", Trapped(port, name, trap)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
