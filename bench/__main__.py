"""`python -m bench`: starts a stack of its own, measures, prints one table."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import asking, bursts, floor
from bench.crowd import Crowd
from bench.figures import Figure, percentile, show, spread
from bench.memory import resident_megabytes
from sandbox.cluster.build import ensure_binaries
from sandbox.cluster.progress import Progress
from sandbox.processes import Processes
from sandbox.signals import ending_signals_interrupt
from sandbox.stack import Stack, Wish

PRODUCT = ("bot", "grants", "notifications", "timekeeper")


def main() -> int:
    """Return the exit code."""
    asked = _parser().parse_args()
    progress = Progress(sys.stdout)
    with ending_signals_interrupt(), tempfile.TemporaryDirectory() as folder:
        binaries = ensure_binaries(os.environ, progress)
        with Processes(Path(folder)) as processes:
            stack = Stack(processes, binaries, wish=Wish(rate_limits=False))
            stack.start(lambda part: progress.say(f"Starting {part} …"))
            show(_measured(stack, asked.count, progress.say))
    return 0


def _measured(stack: Stack, count: int, say: Callable[[str], None]) -> list[Figure]:
    crowd = Crowd(stack)
    token = stack.configured.folder / "prod-token"
    say("The floor …")
    base = floor.measure(stack.clusters["prod"], token, count)
    say("Commands and clicks …")
    asked = _asking(stack, crowd, base)
    say(f"{count} approvals at once, then as many ends in one second …")
    return [*asked, *_bursts(stack, crowd, base, count=count), *_memory(stack)]


def _asking(stack: Stack, crowd: Crowd, base: floor.Floor) -> list[Figure]:
    plain = asking.plain_lines(stack, 200)
    acks = asking.acks(stack, 200)
    clicks = asking.clicks(stack, crowd, 70)[10:]
    ratio = percentile(clicks, 50) / percentile(base.grant, 50)
    return [
        Figure(
            name="slash command → ack (p50 / p99 / max)",
            value=spread(acks),
            floor=f"a line without an app: {spread(plain)}",
            must="p99 < 100 ms (30 ms)",
        ),
        Figure(
            name="approve click → proven grant",
            value=f"{spread(clicks)} = {ratio:.1f} × floor at p50",
            floor=f"create + first yes: {spread(base.grant)}",
            must="≤ 8 × (4 ×)",
        ),
    ]


def _bursts(stack: Stack, crowd: Crowd, base: floor.Floor, *, count: int) -> list[Figure]:
    names = crowd.ask(count)
    rate = bursts.grants_per_second(stack, crowd, names)
    lags = bursts.end_lags(crowd, names)
    together = 1 / (1 / base.creates + 1 / base.reviews)
    undone = 1 / (1 / base.deletes + 1 / base.reviews)
    return [
        Figure(
            name=f"burst of {count} approvals, one worker",
            value=f"{rate:,.0f} grants/s = {rate / together:.2f} × floor",
            floor=f"create + review, 16 threads: {together:,.0f}/s",
            must="≥ 100/s (250/s)",
        ),
        Figure(
            name=f"end → proven gone, {count} ends in 1 s (p50 / p99 / max)",
            value=spread(lags),
            floor=f"delete + review, 16 threads: {undone:,.0f}/s",
            must="p99 < 1 s (0.4 s)",
        ),
    ]


def _memory(stack: Stack) -> list[Figure]:
    sizes = resident_megabytes(stack)
    return [
        Figure(name=f"resident memory: {name}", value=f"{sizes[name]:.0f} MB", must="< 120 MB (80)")
        for name in PRODUCT
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="size of a burst (1000)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
