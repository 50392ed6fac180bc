"""The figures of a system that is hardly used: commands, clicks, and one burst of each kind."""

from bench import asking, bursts
from bench.crowd import Crowd
from bench.figures import Figure, percentile, spread
from bench.floor import Floor
from sandbox.stack import Stack


def asked(stack: Stack, crowd: Crowd, base: Floor) -> list[Figure]:
    """Measure commands and clicks."""
    plain = asking.plain_lines(stack, 200)
    acks = asking.acks(stack, 200)
    clicks = asking.clicks(stack, crowd, 50)[10:]
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


def burst(stack: Stack, crowd: Crowd, base: Floor, *, count: int) -> list[Figure]:
    """Measure many approvals at once, and as many ends in one second, with nothing else live."""
    names = crowd.ask(count)
    rate = bursts.grants_per_second(stack, crowd, names)
    lags = bursts.end_lags(crowd, names)
    together = 1 / (1 / base.creates + 1 / base.reviews)
    return [
        Figure(
            name=f"burst of {count} approvals, one worker",
            value=f"{rate:,.0f} grants/s = {rate / together:.2f} × floor",
            floor=f"create + review, 16 threads: {together:,.0f}/s",
            must="≥ 100/s (250/s)",
        ),
        Figure(
            name=f"end → proven gone, {count} ends in 1 s, none else live (p50 / p99 / max)",
            value=spread(lags),
            floor=f"delete + review, 16 threads: {base.undone:,.0f}/s",
            must="p99 < 1 s (0.4 s)",
        ),
    ]
