"""What one person may ask for on clusters, judged as the ask would be, and how they stand to it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from typing import Self

from daypass.domain.catalog import Cluster, Level, Principal, Workflow, named
from daypass.domain.circumstances import NAMED, Circumstances, Roster
from daypass.domain.discovery import any_place
from daypass.domain.errors import UnreadableError
from daypass.domain.holding import Holding, taken
from daypass.domain.ids import RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.legible import legible
from daypass.domain.levels import levels_on
from daypass.domain.people import Person
from daypass.domain.planning import Choice, plan_of
from daypass.domain.policy import interlock, judge_level, unattainable
from daypass.domain.reasons import NamespaceNeeded, Reason, Taken
from daypass.domain.request import Ask, Item
from daypass.domain.risk import Risk
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from daypass.domain.unnamed import default_level
from daypass.ports import AskPorts
from daypass.usecases.shared.holdings import holding_to_ask
from daypass.usecases.shared.identify import roster
from daypass.usecases.shared.judging import circumstances
from daypass.usecases.shared.owning import name_of

_Key = tuple[str, str]
LookedUp = Callable[[tuple[Principal, ...]], Roster]
"""The people behind principals, as many of each as a sentence takes; the others are counted."""


class OfferState(StrEnum):
    """What a level on a cluster is to the person who looks."""

    AVAILABLE = "available"
    PENDING = "pending"
    GRANTED = "granted"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that waits, and where a level of it would hold."""

    request: RequestId
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One level on one cluster that a person may ask for; no `approvers` means automatic.

    `held` and `asked` are what they have of it already, and what waits, perhaps elsewhere than they
    look; `taken` is what another account of their username has. `at` says what it is to them in one
    scope.
    """

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
    default: bool = False
    """Whether it is what they ask for by naming no level."""
    narrow: bool = False
    """Whether it holds in more namespaces than one request can name: some must be picked."""
    held: tuple[Lease, ...] = ()
    asked: tuple[Asked, ...] = ()
    taken: tuple[Taken, ...] = ()

    @property
    def busy(self) -> frozenset[str]:
        """The namespaces for which it cannot be asked."""
        names = (name for one in self.taken for name in one.scope.namespaces)
        return self.there.union(name for name in names if self._full(within(name)))

    @property
    def there(self) -> frozenset[str]:
        """The namespaces in which they have it, or wait for it."""
        scopes = [*(one.scope for one in self.held), *(one.scope for one in self.asked)]
        return frozenset(name for scope in scopes for name in scope.namespaces)

    @property
    def requests(self) -> tuple[RequestId, ...]:
        """The requests of what they have of it, and those that wait, without doubles."""
        names = [*(one.request for one in self.held), *(one.request for one in self.asked)]
        return tuple(dict.fromkeys(names))

    def at(self, scope: Scope) -> Self:
        """Return what it is in a scope: held or asked for in all of it, else as it may be had."""
        held = [one for one in self.held if one.scope.overlaps(scope)]
        if held and scope.within_all(one.scope for one in held):
            first = min(held, key=lambda one: one.ends_at or one.approved_at)
            until = first.ends_at if first.state is LeaseState.ACTIVE else None
            granted = replace(self, state=OfferState.GRANTED, request=first.request)
            return replace(granted, until=until, why=())
        waiting = [one for one in self.asked if one.scope.overlaps(scope)]
        scopes = [*(one.scope for one in held), *(one.scope for one in waiting)]
        if waiting and scope.within_all(scopes):
            name = waiting[0].request
            return replace(self, state=OfferState.PENDING, request=name, why=())
        free = (p for p in scope.places if not p.within_all(scopes) and not self._full(p))
        if self.state is OfferState.AVAILABLE and not any(free):
            why = tuple(one for one in self.taken if one.scope.overlaps(scope))
            return replace(self, state=OfferState.UNAVAILABLE, why=why)
        return self

    def _full(self, place: Scope) -> bool:
        """Whether other accounts have it there as often as one person may."""
        there = [one.most for one in self.taken if one.scope.overlaps(place)]
        return len(there) >= max(there, default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mine:
    """What the person has already, by cluster and level."""

    asked: Mapping[_Key, Sequence[Asked]]
    held: Mapping[_Key, Sequence[Lease]]


def offers(person: Person, clusters: Sequence[Cluster], ports: AskPorts) -> tuple[Offer, ...]:
    """List what a person may ask for there."""
    mine, looked_up = _mine(person, ports), _lookup(ports)
    return tuple(
        offer
        for cluster in clusters
        for offer in _offers(person, cluster, mine, looked_up=looked_up, ports=ports)
    )


def _mine(person: Person, ports: AskPorts) -> _Mine:
    asked, held = defaultdict[_Key, list[Asked]](list), defaultdict[_Key, list[Lease]](list)
    for one in ports.store.pending_of(person.id):
        if one.extends is None:  # It becomes no lease: what it asks more of is held, or over.
            for item in one.plan.items:
                waits = Asked(request=one.id, scope=item.scope)
                asked[one.cluster, item.level].append(waits)
    for lease in ports.store.live_of(person.id):
        if lease.grantable:
            held[lease.cluster, lease.level].append(lease)
    return _Mine(asked=asked, held=held)


def _lookup(ports: AskPorts) -> LookedUp:
    """Return what looks people up, once each: many levels have the same approvers."""
    return cache(lambda approvers: roster(approvers, ports, most=NAMED))


def _offers(
    person: Person, cluster: Cluster, mine: _Mine, *, looked_up: LookedUp, ports: AskPorts
) -> Iterator[Offer]:
    given = _circumstances(person, cluster, ports)
    unnamed = default_level(person, cluster, ports.catalog)
    for level in levels_on(cluster.name, ports.catalog):
        workflow = ports.catalog.workflow_for(person, cluster, level.name)
        if workflow is None:
            continue
        approvers = named(workflow.steps)
        offer = Offer(
            cluster=cluster,
            level=level,
            workflow=workflow,
            state=OfferState.AVAILABLE,
            approvers=looked_up(approvers).describe(approvers),
            default=level.name == unnamed,
        )
        yield _held(_judged(offer, person, given, looked_up=looked_up), mine)


def _circumstances(person: Person, cluster: Cluster, ports: AskPorts) -> Circumstances:
    """Return how things stand for who asks; also what another account of that username holds."""
    name = name_of(person, cluster.name, ports)
    given = replace(circumstances(cluster.name, ports), namesake=name.namesake)
    with suppress(UnreadableError):  # An ask is refused; that is no reason to show nothing.
        holding = holding_to_ask(person, cluster.name, ports)
        others = tuple(one for one in holding.leases if one.holder.id != person.id)
        return replace(given, holding=replace(holding, leases=others, waiting=()))
    return given


def _held(offer: Offer, mine: _Mine) -> Offer:
    """Return what it is to whoever has it, or waits for it, already: in all of it."""
    key = offer.cluster.name, offer.level.name
    held, asked = tuple(mine.held.get(key, ())), tuple(mine.asked.get(key, ()))
    known = replace(offer, held=held, asked=asked)
    return known.at(offer.level.anywhere)


def _judged(offer: Offer, person: Person, given: Circumstances, *, looked_up: LookedUp) -> Offer:
    """Judge as the command would; that a namespace has to be picked is no obstacle."""
    ask = Ask(
        requester=person,
        cluster=offer.cluster.name,
        levels=(offer.level.name,),
        namespaces=any_place(offer.level, given.seen.get(offer.cluster.name)),
    )
    held_by_others = partial(_taken, others=given.holding, by=person, now=given.now)
    given = replace(given, holding=replace(given.holding, leases=()))
    found = judge_level(ask, offer.level.name, cluster=offer.cluster, given=given)
    why = (
        *interlock(offer.cluster.name, given),
        *_refusals(found, ask, given, looked_up=looked_up),
    )
    # That a namespace has to be picked first is no obstacle.
    if why := tuple(reason for reason in why if not isinstance(reason, NamespaceNeeded)):
        return replace(offer, state=OfferState.UNAVAILABLE, why=why)
    if not isinstance(found, Choice):
        item = Item(level=offer.level.name, scope=CLUSTER_WIDE, workflow=offer.workflow.name)
        return replace(offer, taken=held_by_others(item, offer.workflow))
    approvers = named(found.workflow.steps)
    return replace(
        offer,
        taken=held_by_others(found.item, found.workflow),
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


def _taken(
    item: Item, workflow: Workflow, *, others: Holding, by: Person, now: datetime
) -> tuple[Taken, ...]:
    """Return what other accounts have of a level, wherever it is."""
    anywhere = replace(item, scope=CLUSTER_WIDE)
    reasons = taken(anywhere, workflow, holding=others, by=by, now=now)
    return tuple(reason for reason in reasons if isinstance(reason, Taken))
