"""`python -m bench`: starts a stack of its own, measures, prints one table."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench import deliveries, few, pictured
from bench.crowd import Crowd
from bench.figures import Figure, show
from bench.many import Many
from bench.population import Population
from bench.site import Site
from bench.upkeep import PRODUCT
from bench.usage import resident_megabytes
from chaos.network import Network
from sandbox.cluster.build import ensure_binaries
from sandbox.cluster.progress import Progress
from sandbox.processes import Processes
from sandbox.signals import ending_signals_interrupt
from sandbox.stack import Stack

PARTS: Final = ("asking", "burst", "deliveries", "picture", "looks", "drift", "idle", "ends")
_MANY: Final = frozenset({"looks", "drift", "idle", "ends"})


def main() -> int:
    """Return the exit code."""
    asked = _parser().parse_args()
    progress = Progress(sys.stdout)
    with ExitStack() as held:
        held.enter_context(ending_signals_interrupt())
        folder = held.enter_context(tempfile.TemporaryDirectory())
        binaries = ensure_binaries(os.environ, progress)
        network = Network()
        held.enter_context(network.running())
        processes = held.enter_context(Processes(Path(folder)))
        site = Site(processes, binaries, network)
        site.start(lambda part: progress.say(f"Starting {part} …"))
        show([_load("when it began"), *_measured(site, asked, progress.say), _load("at the end")])
    return 0


def _measured(site: Site, asked: argparse.Namespace, say: Callable[[str], None]) -> list[Figure]:
    stack, crowd, parts = site.stack, Crowd(site.stack), asked.only or PARTS
    people = Population.of(stack, crowd)
    found: list[Figure] = []
    if "asking" in parts:
        say("Commands and clicks …")
        found += few.asked(stack, people, empty=site.empty)
    if "burst" in parts:
        say(f"{asked.count} approvals at once, then as many ends in one second …")
        found += few.burst(stack, people, count=asked.count)
    if "deliveries" in parts:
        say("Each delivery …")
        found += deliveries.figures(stack, people)
    if "picture" in parts:
        say("Others fill a cluster …")
        found += pictured.figures(stack, crowd)
    if _MANY & set(parts):
        many = Many(site=site, people=people, live=asked.live, say=say)
        found += many.figures(parts, count=asked.count)
    return [*found, *_memory(stack)]


def _memory(stack: Stack) -> list[Figure]:
    sizes = resident_megabytes(stack)
    return [
        Figure(name=f"resident memory: {name}", value=f"{sizes[name]:.0f} MB", must="< 110 MB (80)")
        for name in PRODUCT
        if name != "valkey"
    ]


def _load(when: str) -> Figure:
    """Say how busy the machine is: milliseconds of a busy one say little."""
    one, five, _ = os.getloadavg()
    return Figure(name=f"load {when}", value=f"{one:.1f} ({five:.1f} in five minutes)")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="size of a burst (1000)")
    parser.add_argument("--live", type=int, default=50_000, help="leases that live (50000)")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts, not all")
    return parser


if __name__ == "__main__":
    sys.exit(main())
