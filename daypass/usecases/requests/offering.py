"""What one person may ask for on clusters, judged as the ask would be, and how they stand to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache

from daypass.domain.catalog import Cluster, Level, Principal, Workflow, named
from daypass.domain.circumstances import NAMED, Circumstances, Roster
from daypass.domain.discovery import any_place
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.legible import legible
from daypass.domain.people import Person
from daypass.domain.planning import Choice, plan_of
from daypass.domain.policy import interlock, judge_level, unattainable
from daypass.domain.reasons import NamespaceNeeded, Reason, Taken
from daypass.domain.request import Ask, Request
from daypass.domain.risk import Risk
from daypass.ports import AskPorts
from daypass.usecases.shared.holdings import holding_to_ask
from daypass.usecases.shared.identify import roster
from daypass.usecases.shared.judging import circumstances

LookedUp = Callable[[tuple[Principal, ...]], Roster]
"""The people behind principals, as many of each as a sentence takes; the others are counted."""


class OfferState(StrEnum):
    """What a level on a cluster is to the person who looks."""

    AVAILABLE = "available"
    PENDING = "pending"
    GRANTED = "granted"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One level on one cluster that a person may ask for; no `approvers` means automatic."""

    cluster: Cluster
    level: Level
    workflow: Workflow
    state: OfferState
    approvers: tuple[str, ...]
    request: RequestId | None = None
    until: datetime | None = None
    why: tuple[Reason, ...] = ()
    risks: tuple[Risk, ...] = ()
    """What it leads to by what was seen of it; none where nothing was judged."""
    narrow: bool = False
    """Whether it holds in more namespaces than one request can name: some must be picked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mine:
    """What the person has already, by cluster and level."""

    requests: Mapping[tuple[str, str], Request]
    leases: Mapping[tuple[str, str], Lease]


def offers(person: Person, clusters: Sequence[Cluster], ports: AskPorts) -> tuple[Offer, ...]:
    """List what a person may ask for there."""
    mine, looked_up = _mine(person, ports), _lookup(ports)
    return tuple(
        offer
        for cluster in clusters
        for offer in _offers(person, cluster, mine, looked_up=looked_up, ports=ports)
    )


def _mine(person: Person, ports: AskPorts) -> _Mine:
    pending, held = ports.store.pending_of(person.id), ports.store.live_of(person.id)
    return _Mine(
        requests={
            (one.cluster, item.level): one
            for one in pending
            if one.extends is None  # It becomes no lease: what it asks more of is held, or over.
            for item in one.plan.items
        },
        leases={(lease.cluster, lease.level): lease for lease in held if lease.grantable},
    )


def _lookup(ports: AskPorts) -> LookedUp:
    """Return what looks people up, once each: many levels have the same approvers."""
    return cache(lambda approvers: roster(approvers, ports, most=NAMED))


def _offers(
    person: Person, cluster: Cluster, mine: _Mine, *, looked_up: LookedUp, ports: AskPorts
) -> Iterator[Offer]:
    given = _circumstances(person, cluster, ports)
    for level in ports.catalog.levels.values():
        workflow = ports.catalog.workflow_for(person, cluster, level.name)
        if workflow is None or not level.clusters.selects(cluster):
            continue
        approvers = named(workflow.steps)
        offer = Offer(
            cluster=cluster,
            level=level,
            workflow=workflow,
            state=OfferState.AVAILABLE,
            approvers=looked_up(approvers).describe(approvers),
        )
        yield _held(_judged(offer, person, given, looked_up=looked_up), mine)


def _circumstances(person: Person, cluster: Cluster, ports: AskPorts) -> Circumstances:
    """Return how things stand for who asks; also what another account of that username holds."""
    given = circumstances(cluster.name, ports)
    with suppress(UnreadableError):  # An ask is refused; that is no reason to show nothing.
        holding = holding_to_ask(person, cluster.name, ports)
        others = tuple(one for one in holding.leases if one.holder.id != person.id)
        return replace(given, holding=replace(holding, leases=others, waiting=()))
    return given


def _held(offer: Offer, mine: _Mine) -> Offer:
    """Return what it is to whoever has it, or waits for it, already."""
    key = offer.cluster.name, offer.level.name
    known = replace(offer, why=())
    if lease := mine.leases.get(key):
        until = lease.ends_at if lease.state is LeaseState.ACTIVE else None
        return replace(known, state=OfferState.GRANTED, request=lease.request, until=until)
    if request := mine.requests.get(key):
        return replace(known, state=OfferState.PENDING, request=request.id)
    return offer


def _judged(offer: Offer, person: Person, given: Circumstances, *, looked_up: LookedUp) -> Offer:
    """Judge as the command would; that a namespace has to be picked is no obstacle."""
    ask = Ask(
        requester=person,
        cluster=offer.cluster.name,
        levels=(offer.level.name,),
        namespaces=any_place(offer.level, given.seen.get(offer.cluster.name)),
    )
    found = judge_level(ask, offer.level.name, cluster=offer.cluster, given=given)
    why = (
        *interlock(offer.cluster.name, given),
        *_refusals(found, ask, given, looked_up=looked_up),
    )
    if why := tuple(reason for reason in why if not _is_passed_by(reason, offer.level)):
        return replace(offer, state=OfferState.UNAVAILABLE, why=why)
    if not isinstance(found, Choice):  # A namespace has to be picked first.
        return offer
    approvers = named(found.workflow.steps)
    return replace(
        offer,
        workflow=found.workflow,
        approvers=looked_up(approvers).describe(approvers),
        risks=found.item.risks,
        narrow=not legible([found.item]),
    )


def _refusals(
    found: Choice | tuple[Reason, ...], ask: Ask, given: Circumstances, *, looked_up: LookedUp
) -> Sequence[Reason]:
    if not isinstance(found, Choice):
        return found
    plan = plan_of(ask, [found], given.catalog.version)
    people = looked_up(named(plan.steps)) if plan.steps else None
    return tuple(unattainable(plan, ask, replace(given, roster=people)))


def _is_passed_by(reason: Reason, level: Level) -> bool:
    """Whether picking a namespace, or another one, is enough."""
    return isinstance(reason, NamespaceNeeded) or (bool(level.choose) and isinstance(reason, Taken))
