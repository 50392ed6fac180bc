"""What each delivery costs: a burst of grants and of ends, beside the raw calls that it needs."""

from typing import Final

from bench import bursts
from bench.figures import Figure
from bench.places import TOGETHER
from bench.population import Population
from daypass.domain.catalog import Level
from daypass.domain.deliveries import every_part
from daypass.domain.levels import levels_on
from sandbox.stack import Stack

COUNT: Final = 300
"""Leases of each: of those that hold cluster-wide a cluster has at most 500."""
_LEVELS: Final = ("debug", "platform-admins", "oncall")
"""One of the sandbox's for each delivery."""


def figures(stack: Stack, people: Population) -> list[Figure]:
    """Measure each with nothing else live; its floor is measured before it and after it."""
    catalog = people.crowd.ports.catalog
    levels = {level.name: level for level in levels_on("prod", catalog)}
    return [_figure(stack, people, levels[name]) for name in _LEVELS]


def _figure(stack: Stack, people: Population, level: Level) -> Figure:
    before = people.floor(stack, COUNT, place=TOGETHER)
    names = people.crowd.ask(COUNT, level.name)
    given = bursts.grants_per_second(stack, people.crowd, names)
    gone = bursts.ends(people.crowd, names)
    after = people.floor(stack, COUNT, place=TOGETHER)
    base, calls = before.between(after), len(every_part(level))
    return Figure(
        name=f"{level.delivery}: {COUNT} grants at once, then as many ends",
        value=f"{given:,.0f} grants/s = {base.given / calls / given:.1f} × the calls; "
        f"all ended after {gone.seconds:.1f} s = "
        f"{gone.seconds * base.undone / COUNT / calls:.1f} ×",
        floor=f"{calls} of create + review: {base.given / calls:,.0f}/s; "
        f"{calls} of delete + review: {base.undone / calls:,.0f}/s; 16 threads",
        must="≤ 2.5 × the raw calls",
    )
