"""Figures: percentiles of what was measured, and the table that shows them."""

import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing, what it is held against, and what was aimed at."""

    name: str
    value: str
    floor: str = ""
    must: str = ""


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value below which `share` of a hundred lie; needs two values at least."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def spread(values: Sequence[float]) -> str:
    """Write seconds as `p50 / p99 / max` in milliseconds."""
    marks = (percentile(values, 50), percentile(values, 99), max(values))
    return " / ".join(f"{1000 * mark:,.1f}" for mark in marks) + " ms"


def timed(do: Callable[[], T]) -> tuple[float, T]:
    """Return how many seconds it took, and what it returned."""
    start = perf_counter()
    result = do()
    return perf_counter() - start, result


def at_once(do: Callable[[int], object], count: int, *, threads: int = 16) -> float:
    """Do it `count` times with that many threads; return how many were done per second."""
    with ThreadPoolExecutor(threads) as pool:
        seconds, _ = timed(lambda: list(pool.map(do, range(count))))
    return count / seconds


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    table = Table("what", "measured", "floor in this run", "must (aim)")
    for figure in figures:
        table.add_row(figure.name, figure.value, figure.floor, figure.must)
    Console(width=150).print(table)
