"""What one person has on one cluster, and how much of it at one time. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.catalog import Workflow, named
from daypass.domain.lease import Lease
from daypass.domain.people import Person
from daypass.domain.reasons import Reason
from daypass.domain.request import Item, Request
from daypass.domain.scope import Scope
from daypass.domain.tally import Start

USUAL: Final = timedelta(minutes=30)
"""How much longer a lease lasts where nobody says how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a person holds and waits for on a cluster, and when they were granted it of late.

    `undecided` counts all that they wait for, for more time as well, on whichever cluster. `full`
    tells that no more can be counted of what they have.
    """

    leases: tuple[Lease, ...] = ()
    waiting: tuple[Request, ...] = ()
    starts: tuple[Start, ...] = ()
    undecided: int = 0
    full: bool = False


NOTHING: Final = Holding()
MOST_UNDECIDED: Final = 20
"""Requests that one person waits for. Each of them is somebody's to read, and is said anew whenever
one of that person's leases ends early: Slack takes about a card in a second."""


def too_many_undecided(holding: Holding) -> Iterator[Reason]:
    """Say that somebody waits for as much as one person may; for who would wait for more."""
    if holding.undecided >= MOST_UNDECIDED:
        yield no.TooManyUndecided(given=holding.undecided, most=MOST_UNDECIDED)


def held(lease: Lease, now: datetime) -> bool:
    """Whether a lease keeps its place: what is ending, or past its end, does not."""
    return lease.grantable and (lease.ends_at is None or now < lease.ends_at)


def taken(
    item: Item, workflow: Workflow, *, holding: Holding, by: Person, now: datetime
) -> Iterator[Reason]:
    """Name what has a level in a place already, where that is as much as its workflow lets `by`.

    A place is one namespace, or the whole cluster, which is every namespace as well.
    """
    there = [
        *_held(item, workflow, [one for one in holding.leases if held(one, now)], by=by),
        *_asked(item, workflow, holding.waiting),
    ]
    for place in item.scope.places:
        inside = [one for one in there if one.scope.overlaps(place)]
        if len(inside) >= workflow.at_once:
            yield from inside


def _held(
    item: Item, workflow: Workflow, leases: Sequence[Lease], *, by: Person
) -> Iterator[no.Taken]:
    for lease in leases:
        if lease.level == item.level:
            yield no.HeldAlready(
                level=item.level,
                cluster=lease.cluster,
                scope=lease.scope,
                most=workflow.at_once,
                free=_besides(item.scope, lease.scope),
                there=lease.id,
                until=lease.ends_at if lease.granted_at is not None else None,
                more=more_under(workflow.facing(item.risks), lease),
                others=lease.holder.id not in ("", by.id),
            )


def more_under(flow: Workflow, lease: Lease) -> timedelta:
    """Return how much longer a workflow usually lets a lease last; nothing where it lets it not.

    Where nobody is asked, nobody could give more than what is free.
    """
    if lease.adopted or lease.ends_at is None:
        return timedelta(0)
    usual = min(USUAL, flow.max_duration)
    if flow.steps:
        return usual
    free = (lease.free_until or lease.ends_at) - lease.ends_at
    return max(min(usual, free, flow.max_duration - lasts(lease)), timedelta(0))


def lasts(lease: Lease) -> timedelta:
    """Return how long a lease that runs lasts in all."""
    if lease.ends_at is None or lease.began_at is None:
        return timedelta(0)
    return lease.ends_at - lease.began_at


def _asked(item: Item, workflow: Workflow, waiting: Sequence[Request]) -> Iterator[no.Taken]:
    for request in waiting:
        step = request.progress.step
        missing = named([step]) if step is not None else ()
        for other in request.plan.items:
            if other.level == item.level:
                yield no.AskedAlready(
                    level=item.level,
                    cluster=request.cluster,
                    scope=other.scope,
                    most=workflow.at_once,
                    free=_besides(item.scope, other.scope),
                    there=request.id,
                    by=tuple(str(name) for name in missing),
                )


def _besides(asked: Scope, there: Scope) -> tuple[str, ...]:
    if there.cluster_wide:
        return ()
    return tuple(namespace for namespace in asked.namespaces if namespace not in there.namespaces)
