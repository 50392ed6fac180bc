"""`python -m chaos`: starts a site of its own, attacks it for a while, and gives the verdict."""

import argparse
import os
import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Final

from chaos.crowd import Crowd
from chaos.ledger import Ledger, is_quiet
from chaos.network import Network
from chaos.report import report
from chaos.site import Site
from chaos.storm import Storms
from chaos.verdict import Evidence, posted
from chaos.watcher import Watcher
from daypass.adapters.redis.client import connect
from daypass.domain.duration import DurationError, read_duration
from sandbox.cluster.build import ensure_binaries
from sandbox.cluster.progress import Progress
from sandbox.errors import SandboxError
from sandbox.processes import Processes
from sandbox.signals import ending_signals_interrupt
from sandbox.stack import Stack, Wish

FOLDER: Final = Path(".sandbox/chaos")
"""Logs and state of the last run stay there."""
_FULL: Final = (1000, 600.0)
"""Leases, and the seconds for so many."""
_TAIL: Final = 30.0
"""Seconds before the end from which nobody asks for anything new: the longest lease, and a bit."""
_SETTLED: Final = 150.0
"""Seconds that all may take to be over afterwards: an attempt is given up after two minutes."""


def main(arguments: Sequence[str]) -> int:
    """Return 0 when nothing leaked, was lost or came twice, 1 when not, 130 after Ctrl-C."""
    asked = _parser().parse_args(arguments)
    asked.leases = asked.leases or round(_FULL[0] * asked.seconds / _FULL[1])
    try:
        return _attack(asked)
    except (SandboxError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _attack(asked: argparse.Namespace) -> int:
    progress = Progress(sys.stdout)
    binaries = ensure_binaries(os.environ, progress)
    print(f"seed {asked.seed}: the same faults, leases and order again with --seed {asked.seed}")
    with ExitStack() as held:
        held.enter_context(ending_signals_interrupt())
        network = Network()
        held.enter_context(network.running())
        processes = held.enter_context(Processes(FOLDER.resolve()))
        site = Site(Stack(processes, binaries, wish=Wish(rate_limits=False)), network)
        site.start(lambda part: progress.say(f"Starting {part} …"))
        evidence, storms = _soak(site, asked)
        lines, good = report(evidence, storms.done)
    print("\n".join(lines))
    return 0 if good else 1


def _soak(site: Site, asked: argparse.Namespace) -> tuple[Evidence, Storms]:
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)

    watchers = [Watcher(server) for server in site.stack.clusters]
    crowd, storms = Crowd(site, asked.seed), Storms(site, asked.seed, say)
    for watcher in watchers:
        watcher.start()
    alive = Thread(target=crowd.live, args=(asked.leases, asked.seconds - _TAIL), daemon=True)
    alive.start()
    storms.rage(asked.seconds)
    _settle(site, storms, alive)
    crowd.stop()
    say("everything should be over")
    return _evidence(site, watchers, (crowd, storms)), storms


def _settle(site: Site, storms: Storms, alive: Thread) -> None:
    """Wait until all leases are over and everybody was told, but not for ever."""
    until = time.monotonic() + _SETTLED
    with connect(site.stack.valkey.url) as client:
        while time.monotonic() < until:
            storms.wait(0.5)
            if not alive.is_alive() and is_quiet(client, site.clusters):
                return


def _evidence(site: Site, watchers: Sequence[Watcher], played: tuple[Crowd, Storms]) -> Evidence:
    crowd, storms = played
    for watcher in watchers:
        watcher.stop()
    with connect(site.stack.valkey.url) as client:
        ledger = Ledger.read(client)
    return Evidence(
        sights=[sight for watcher in watchers for sight in watcher.sights],
        looks={watcher.server.name: watcher.looks for watcher in watchers},
        left=[sight for watcher in watchers for sight in watcher.look()],
        ledger=ledger,
        promised=crowd.promised,
        shadows=storms.shadows,
        messages=posted(site.stack.slack),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chaos", description="Kills everything and counts what outlives its lease."
    )
    parser.add_argument("--for", dest="seconds", type=_seconds, default=_FULL[1], metavar="10m")
    parser.add_argument("--leases", type=int, help="how many; 1000 in ten minutes unless said")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = read_duration(text).total_seconds()
    except DurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if seconds < 2 * _TAIL:
        raise argparse.ArgumentTypeError(f"{text} is too short: one minute is the least")
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
