"""From a slash command to its ack, and from the click on Approve to the proven grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import sleep
from typing import Final

from bench.commands import ASKERS
from bench.crowd import Crowd, until
from bench.floor import REST
from bench.hops import BENCH, Ear, Step, hops_of, steps
from daypass.adapters.redis.client import connect
from daypass.domain.ids import PersonId, RequestId, lease_id
from daypass.ports import NOTIFICATIONS
from sandbox.stack import Stack

APPROVALS: Final = "#access-approvals"
_PAUSE: Final = 0.05
"""Seconds between two looks whether it is granted: to look takes a processor from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """Seconds from click to proven grant, and the way of each."""

    seconds: Sequence[float]
    ways: Sequence[Sequence[Step]]


def clicks(stack: Stack, crowd: Crowd, count: int) -> Clicks:
    """Measure click on Approve → proven grant by Redis's clock, each on a system at rest.

    Each second click is listened to: that costs a little, so those are not among the seconds.
    """
    names = _asked(crowd, count)
    stack.slack.wait("bob", APPROVALS, names[-1], within=60)
    # Slack is told of all that was asked for first.
    until(lambda: not crowd.agenda.overdue([NOTIFICATIONS]), 60, pause=REST)
    plain = [_clicked(stack, crowd, name) for name in names[::2]]
    ear = Ear(connect(f"{stack.valkey.url}?client_name={BENCH}"))
    with ear.listening():
        ways = [_heard(stack, crowd, name, ear=ear) for name in names[1::2]]
    return Clicks(seconds=[end - start for start, end in plain], ways=ways)


def _heard(stack: Stack, crowd: Crowd, name: RequestId, *, ear: Ear) -> Sequence[Step]:
    ear.taken()
    start, _ = _clicked(stack, crowd, name)
    return steps(ear.taken(), start, hops_of(name))


def _asked(crowd: Crowd, count: int) -> Sequence[RequestId]:
    """Return requests that wait for an answer, by people in turn; `acks` made enough of them."""
    made = [crowd.store.requests_of(PersonId(f"U0{who.upper()}"), count) for who in ASKERS]
    return [request.id for turn in zip(*made, strict=False) for request in turn][:count]


def _clicked(stack: Stack, crowd: Crowd, name: RequestId) -> tuple[float, float]:
    """Return when it was clicked, and granted."""
    sleep(REST)
    start = crowd.clock.now()
    stack.slack.click("bob", APPROVALS, match=name, action="approve")
    until(lambda: crowd.granted([lease_id(name, 1)]) == 1, 20, pause=_PAUSE)
    lease = crowd.store.lease(lease_id(name, 1))
    if lease is None or lease.granted_at is None:
        raise RuntimeError(f"{name} was not granted")
    return start.timestamp(), lease.granted_at.timestamp()
