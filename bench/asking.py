"""From a slash command to its ack, and from the click on Approve to the proven grant."""

from collections.abc import Sequence
from time import sleep
from typing import Final

from bench.crowd import Crowd, until
from bench.figures import timed
from bench.floor import REST
from daypass.domain.ids import PersonId, RequestId, lease_id
from sandbox.stack import Stack

ASK: Final = '/access to prod --k8sGroup=debug --duration 1h --reason "bench"'
APPROVALS: Final = "#access-approvals"


def plain_lines(stack: Stack, count: int) -> list[float]:
    """Measure what the emulator itself takes for a line that concerns no app."""
    return [timed(lambda: stack.slack.say("carol", "#general", "hello"))[0] for _ in range(count)]


def acks(stack: Stack, count: int) -> list[float]:
    """Measure command → ack, as the person's client sees it."""
    return [timed(lambda: stack.slack.say("alice", "#general", ASK))[0] for _ in range(count)]


def clicks(stack: Stack, crowd: Crowd, count: int) -> list[float]:
    """Measure click on Approve → proven grant by Redis's clock, each on a system at rest."""
    names = _asked(crowd, count)
    stack.slack.wait("bob", APPROVALS, names[-1], within=60)
    return [_clicked(stack, crowd, name) for name in names]


def _asked(crowd: Crowd, count: int) -> Sequence[RequestId]:
    """Return requests that wait for an answer; `acks` made enough of them."""
    made = crowd.store.requests_of(PersonId("U0ALICE"), count)
    return [request.id for request in made]


def _clicked(stack: Stack, crowd: Crowd, name: RequestId) -> float:
    sleep(REST)
    start = crowd.clock.now()
    stack.slack.click("bob", APPROVALS, match=name, action="approve")
    until(lambda: crowd.granted([lease_id(name, 1)]) == 1, 20)
    lease = crowd.store.lease(lease_id(name, 1))
    if lease is None or lease.granted_at is None:
        raise RuntimeError(f"{name} was not granted")
    return (lease.granted_at - start).total_seconds()
