"""From a slash command to its ack, as the person's client sees it."""

from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice
from typing import Final

from bench.figures import timed
from bench.places import NAMESPACES
from sandbox.stack import Stack

ASK: Final = '/access to prod --k8sGroup=team-view -n {namespace} --duration 1h --reason "bench"'
ASKERS: Final = ("alice", "carol", "dan")
"""They have the same once in one place: each asks for another namespace every time."""


def plain_lines(stack: Stack, count: int) -> list[float]:
    """Measure what the emulator itself takes for a line that concerns no app."""
    return [timed(lambda: stack.slack.say("carol", "#general", "hello"))[0] for _ in range(count)]


def acks(stack: Stack, count: int) -> list[float]:
    """Measure command → ack, as the person's client sees it.

    What is asked for once more than there are people and namespaces is refused, after the ack.
    """
    return [
        timed(partial(stack.slack.say, who, "#general", line))[0]
        for who, line in islice(cycle(_lines()), count)
    ]


def _lines() -> Iterator[tuple[str, str]]:
    for namespace in NAMESPACES:
        for who in ASKERS:
            yield who, ASK.format(namespace=namespace)
