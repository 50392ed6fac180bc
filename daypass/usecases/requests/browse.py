"""Browse: what a person may ask for, has asked for and holds; nothing here changes anything."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache

from daypass.domain.catalog import Cluster, Level, Principal, Workflow, covered, named
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import may_see
from daypass.domain.discovery import any_place
from daypass.domain.errors import RefusedError
from daypass.domain.grant import Subject
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.legible import legible
from daypass.domain.notification import Unsaid
from daypass.domain.people import Person
from daypass.domain.planning import Choice
from daypass.domain.policy import interlock, judge_level
from daypass.domain.rbac.gain import Gained
from daypass.domain.reasons import NamespaceNeeded, Reason, UnknownRequest, WhichOne
from daypass.domain.request import Ask, Request
from daypass.domain.risk import Risk
from daypass.ports import AskPorts
from daypass.usecases.shared.gaining import gained_to_decide
from daypass.usecases.shared.identify import described, identify
from daypass.usecases.shared.judging import circumstances
from daypass.usecases.shared.pictured import bindings_of
from daypass.usecases.shared.targets import held_by, request_named, waiting_for

Described = Callable[[tuple[Principal, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse:
    """Look around as `actor`; `words` filter a list or name one thing."""

    actor: PersonId
    words: tuple[str, ...] = ()


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
class Standing:
    """A request with its leases, what it adds while it waits, and what Slack takes no word of."""

    request: Request
    leases: tuple[Lease, ...]
    unsaid: Unsaid | None = None
    gained: Gained | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """One's own requests, newest first, and those of others that wait for one's answer."""

    mine: tuple[Standing, ...]
    waiting: tuple[Request, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a cluster calls somebody: by a `template`, or what was written down for them alone.

    `bound` counts the standing bindings that name it; None where nothing of the cluster is seen.
    """

    cluster: str
    username: str
    template: str
    own: bool = False
    bound: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whoami:
    """A person, who they are to each cluster, and whether they administrate Daypass."""

    person: Person
    names: tuple[Name, ...]
    admin: bool

    @property
    def usernames(self) -> Mapping[str, str]:
        """The usernames by cluster."""
        return {name.cluster: name.username for name in self.names}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mine:
    """What the person has already, by cluster and level."""

    requests: Mapping[tuple[str, str], Request]
    leases: Mapping[tuple[str, str], Lease]


def catalog(command: Browse, ports: AskPorts) -> tuple[Offer, ...]:
    """List what the person may ask for; every word must occur in cluster, level or summary."""
    person = identify(command.actor, ports)
    mine = _mine(person, ports)
    # Many levels have the same approvers: they are looked up once.
    told = cache(lambda approvers: described(approvers, ports))
    found = [
        offer
        for cluster in ports.catalog.clusters.values()
        for offer in _offers(person, cluster, mine, described=told, ports=ports)
        if _matches(offer, command.words)
    ]
    return tuple(found)


def requests(command: Browse, ports: AskPorts) -> Requests:
    """List one's own requests and those that wait for one's answer."""
    person = identify(command.actor, ports)
    mine = tuple(_standing(request, ports) for request in ports.store.requests_of(person.id))
    return Requests(mine=mine, waiting=tuple(waiting_for(person, ports)))


def status(command: Browse, ports: AskPorts) -> Standing:
    """Show the request that the first word names, or one's newest.

    Raises RefusedError when there is none, or none that this person may see.
    """
    person = identify(command.actor, ports)
    target = command.words[0] if command.words else _newest(person, ports)
    request = request_named(target, ports)
    if not may_see(person, request, ports.catalog):
        raise RefusedError(UnknownRequest(text=target))
    return replace(
        _standing(request, ports),
        unsaid=ports.store.unsaid(request.id),
        gained=gained_to_decide(request, ports),
    )


def leases(command: Browse, ports: AskPorts) -> tuple[Lease, ...]:
    """List one's own leases that are not over."""
    person = identify(command.actor, ports)
    return tuple(ports.store.live_of(person.id))


def whoami(command: Browse, ports: AskPorts) -> Whoami:
    """Say who one is to every cluster."""
    person = identify(command.actor, ports)
    clusters = ports.catalog.clusters.values()
    return Whoami(
        person=person,
        names=tuple(_name(person, cluster, ports) for cluster in clusters),
        admin=covered(ports.catalog.admins, person),
    )


def offers(person: Person, cluster: Cluster, ports: AskPorts) -> tuple[Offer, ...]:
    """List what a person may ask for on one cluster."""
    told = cache(lambda approvers: described(approvers, ports))
    return tuple(_offers(person, cluster, _mine(person, ports), described=told, ports=ports))


def _name(person: Person, cluster: Cluster, ports: AskPorts) -> Name:
    template = cluster.overrides.get(person.id)
    return Name(
        cluster=cluster.name,
        username=cluster.username_of(person),
        template=cluster.username if template is None else template,
        own=template is not None,
        bound=_bound(cluster.username_of(person), cluster.name, ports),
    )


def _bound(username: str, cluster: str, ports: AskPorts) -> int | None:
    if ports.pictures.about(cluster) is None:
        return None
    named = Subject(name=username)
    return sum(named in entry.subjects for entry in bindings_of(cluster, ports))


def _newest(person: Person, ports: AskPorts) -> str:
    newest = ports.store.requests_of(person.id, 1)
    if not newest:
        raise RefusedError(WhichOne(what="request", ids=()))
    return newest[0].id


def _standing(request: Request, ports: AskPorts) -> Standing:
    return Standing(request=request, leases=held_by(request, ports))


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


def _offers(
    person: Person, cluster: Cluster, mine: _Mine, *, described: Described, ports: AskPorts
) -> Iterator[Offer]:
    given = circumstances(cluster.name, ports)
    for level in ports.catalog.levels.values():
        workflow = ports.catalog.workflow_for(person, cluster, level.name)
        if workflow is None or not level.clusters.selects(cluster):
            continue
        offer = Offer(
            cluster=cluster,
            level=level,
            workflow=workflow,
            state=OfferState.AVAILABLE,
            approvers=described(named(workflow.steps)),
        )
        yield _held(_judged(offer, person, given, described=described), mine)


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


def _judged(offer: Offer, person: Person, given: Circumstances, *, described: Described) -> Offer:
    """Judge as the command would; that a namespace has to be picked is no obstacle."""
    ask = Ask(
        requester=person,
        cluster=offer.cluster.name,
        levels=(offer.level.name,),
        namespaces=any_place(offer.level, given.seen.get(offer.cluster.name)),
    )
    found = judge_level(ask, offer.level.name, cluster=offer.cluster, given=given)
    why = (*interlock(offer.cluster.name, given), *(() if isinstance(found, Choice) else found))
    why = tuple(reason for reason in why if not isinstance(reason, NamespaceNeeded))
    if why:
        return replace(offer, state=OfferState.UNAVAILABLE, why=why)
    if not isinstance(found, Choice):  # A namespace has to be picked first.
        return offer
    return replace(
        offer,
        workflow=found.workflow,
        approvers=described(named(found.workflow.steps)),
        risks=found.item.risks,
        narrow=not legible([found.item]),
    )


def _matches(offer: Offer, words: tuple[str, ...]) -> bool:
    labels = " ".join(f"{key}:{value}" for key, value in offer.cluster.labels.items())
    text = f"{offer.cluster.name} {labels} {offer.level.name} {offer.level.summary}".lower()
    return all(word.lower() in text for word in words)
