"""From a slash command to its ack, and from the click on Approve to the proven grant."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from time import sleep
from typing import Final

from bench.crowd import Crowd, until
from bench.figures import timed
from bench.floor import REST
from bench.site import NAMESPACES
from daypass.domain.ids import PersonId, RequestId, lease_id
from sandbox.stack import Stack

ASK: Final = '/access to prod --k8sGroup=team-view -n {namespace} --duration 1h --reason "bench"'
ASKERS: Final = ("alice", "carol", "dan")
"""They have the same once in one place: each asks for another namespace every time."""
APPROVALS: Final = "#access-approvals"


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


def clicks(stack: Stack, crowd: Crowd, count: int) -> list[float]:
    """Measure click on Approve → proven grant by Redis's clock, each on a system at rest."""
    names = _asked(crowd, count)
    stack.slack.wait("bob", APPROVALS, names[-1], within=60)
    return [_clicked(stack, crowd, name) for name in names]


def _asked(crowd: Crowd, count: int) -> Sequence[RequestId]:
    """Return requests that wait for an answer, by people in turn; `acks` made enough of them."""
    made = [crowd.store.requests_of(PersonId(f"U0{who.upper()}"), count) for who in ASKERS]
    return [request.id for turn in zip(*made, strict=False) for request in turn][:count]


def _clicked(stack: Stack, crowd: Crowd, name: RequestId) -> float:
    sleep(REST)
    start = crowd.clock.now()
    stack.slack.click("bob", APPROVALS, match=name, action="approve")
    until(lambda: crowd.granted([lease_id(name, 1)]) == 1, 20)
    lease = crowd.store.lease(lease_id(name, 1))
    if lease is None or lease.granted_at is None:
        raise RuntimeError(f"{name} was not granted")
    return (lease.granted_at - start).total_seconds()
