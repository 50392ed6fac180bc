"""The figures of a system that is hardly used: commands, clicks, and one burst of each kind."""

from collections.abc import Sequence
from typing import Final

from bench import asking, bursts, commands
from bench.figures import Figure, percentile, spread
from bench.gone import needed
from bench.hops import summed
from bench.places import TOGETHER
from bench.population import Population
from sandbox.stack import Stack

_SINGLE: Final = 50
"""Grants one after another, for the floor of clicks."""


def asked(stack: Stack, people: Population, *, empty: Sequence[float]) -> list[Figure]:
    """Measure commands and clicks; `empty` is what an app takes that only acknowledges."""
    base = people.one_by_one(stack, _SINGLE)
    plain = commands.plain_lines(stack, 200)
    acks = commands.acks(stack, 200)
    clicked = asking.clicks(stack, people.crowd, 60)
    clicks = clicked.seconds[5:]
    ratio = percentile(clicks, 50) / percentile(base, 50)
    return [
        Figure(
            name="slash command → ack (p50 / p99 / max)",
            value=f"{spread(acks)} = {percentile(acks, 50) / percentile(empty, 50):.1f} × floor",
            floor=f"an empty Bolt app: {spread(empty)}; without an app: {spread(plain)}",
            must="≤ 2.5 × at p50 (1.5 ×)",
        ),
        Figure(
            name="approve click → proven grant",
            value=f"{spread(clicks)} = {ratio:.1f} × floor at p50",
            floor=f"create + first yes: {spread(base)}",
            must="≤ 4.5 × at p50 (3 ×)",
        ),
        Figure(name="where a click's time goes (p50)", value="\n".join(summed(clicked.ways))),
    ]


def burst(stack: Stack, people: Population, *, count: int) -> list[Figure]:
    """Measure many approvals at once, and as many ends in one second, with nothing else live.

    The floor is measured before and after: machines that are shared differ from minute to minute.
    """
    before = people.floor(stack, count, place=TOGETHER)
    names = people.crowd.ask(count)
    rate = bursts.grants_per_second(stack, people.crowd, names)
    gone = bursts.ends(people.crowd, names)
    after = people.floor(stack, count, place=TOGETHER)
    base = before.between(after)
    return [
        Figure(
            name=f"burst of {count} approvals, one worker",
            value=f"{rate:,.0f} grants/s = {rate / base.given:.2f} × floor",
            floor="create + review, 16 threads, before and after: "
            f"{before.given:,.0f} and {after.given:,.0f}/s",
            must="≥ 0.55 × (0.75 ×)",
        ),
        Figure(
            name=f"end → proven gone, {count} ends in 1 s, none else live (p50 / p99 / max)",
            value=gone.beside(base),
            floor=needed(base, count),
            must="≤ 1.4 × (1.15 ×)",
        ),
    ]
