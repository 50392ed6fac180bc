"""`python -m workers ROLE`: wires one role, imports only that, and keeps its processes alive."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import partial
from importlib import import_module
from typing import Final

import structlog

from daypass import logs
from daypass.adapters.prometheus.children import count_in
from daypass.domain.errors import ConfigurationError, SettingsError, TemporaryOutsideError
from daypass.garbage import collect_seldom
from daypass.settings import GrantsSettings, NotificationsSettings, TimekeeperSettings
from workers.health import watched_children
from workers.liveness import JOBS, Say, to_nobody, to_supervisor
from workers.supervisor import WRONG_CONFIGURATION, Pace, follow, stop_on_signals, supervise

_CHILD: Final = "--supervised"
_TRY_AGAIN: Final = 1.0
"""Seconds from one try to start without Redis to the next; each takes about 2 s itself."""
_ONE_HEAP: Final = ("MALLOC_ARENA_MAX", "1")
"""glibc's mallopt(3): with a heap for each of tens of threads a worker is 4 MB larger."""
_log = structlog.get_logger()
_Settings = GrantsSettings | NotificationsSettings | TimekeeperSettings
_SETTINGS: Final[Mapping[str, Callable[[Mapping[str, str]], _Settings]]] = {
    "grants": GrantsSettings.read,
    "notifications": NotificationsSettings.read,
    "timekeeper": TimekeeperSettings.read,
}


def main(arguments: Sequence[str], environ: MutableMapping[str, str]) -> int:
    """Run one role until SIGTERM; return the exit code, 78 when something is set wrongly."""
    asked = _parser().parse_args(arguments)
    logs.configure(asked.role, sys.stderr)
    try:
        settings = _SETTINGS[asked.role](environ)
        # The timekeeper survives whatever happens by itself; RQ's workers may crash.
        if asked.supervised is not None or asked.role == "timekeeper":
            return _be(asked.role, settings, place=asked.supervised)
        return _supervise(asked.role, settings, environ)
    except (SettingsError, ConfigurationError) as error:
        print(f"{asked.role} cannot start:\n{error}", file=sys.stderr)
        return WRONG_CONFIGURATION


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers", description="Runs one worker role.")
    parser.add_argument("role", choices=sorted(_SETTINGS))
    parser.add_argument(_CHILD, type=int, help=argparse.SUPPRESS)
    return parser


def _be(role: str, settings: _Settings, *, place: int | None) -> int:
    run = import_module(f"workers.{role}").run
    collect_seldom()
    say: Say = to_nobody
    if place is not None:
        count_in(place)
        follow()
        say = to_supervisor()
        run = partial(run, say=say)
    while True:
        say(JOBS)
        try:
            run(settings)
        except TemporaryOutsideError as error:
            # A supervisor waits longer after each death, and ends are to go on when Redis is back.
            _log.error("worker.waits", why=str(error))
            time.sleep(_TRY_AGAIN)
        else:
            return 0


def _supervise(role: str, settings: _Settings, environ: MutableMapping[str, str]) -> int:
    command = (sys.executable, "-m", "workers", role, _CHILD)
    environ.setdefault(*_ONE_HEAP)  # The children have it from us.
    count = getattr(settings, "processes", 1)
    with watched_children(settings, count, environ) as told:
        return supervise(command, count, pace=Pace(), stop=stop_on_signals(), told=told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
