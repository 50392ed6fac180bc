"""Browse: what a person may ask for, has asked for and holds; nothing here changes anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from daypass.domain.catalog import Cluster, covered
from daypass.domain.decision import may_see
from daypass.domain.errors import RefusedError
from daypass.domain.grant import Subject
from daypass.domain.ids import PersonId
from daypass.domain.lease import Lease
from daypass.domain.notification import Unsaid
from daypass.domain.people import Person
from daypass.domain.rbac.gain import Gained
from daypass.domain.reasons import UnknownRequest, WhichOne
from daypass.domain.request import Request
from daypass.ports import AskPorts
from daypass.usecases.requests.offering import Offer, offers
from daypass.usecases.shared.gaining import adds_something, gained_to_decide
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.over_there import as_said
from daypass.usecases.shared.pictured import bindings_of
from daypass.usecases.shared.standing import unlooked
from daypass.usecases.shared.targets import held_by, is_turn_of, request_named, waiting_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse:
    """Look around as `actor`; `words` filter a list or name one thing."""

    actor: PersonId
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A request with its leases, what it adds while it waits, and what Slack takes no word of.

    `own` tells whether who looks is its requester. What it adds takes a look into its cluster, for
    which whoever shows it has to have the time.
    """

    request: Request
    leases: tuple[Lease, ...]
    unsaid: Unsaid | None = None
    gained: Gained | None = None
    own: bool = True

    @property
    def adds_something(self) -> bool:
        """Whether people decide about what it adds."""
        return adds_something(self.request)


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


def catalog(command: Browse, ports: AskPorts) -> tuple[Offer, ...]:
    """List what the person may ask for; every word must occur in cluster, level or summary."""
    person = identify(command.actor, ports)
    found = offers(person, tuple(ports.catalog.clusters.values()), ports)
    return tuple(offer for offer in found if _matches(offer, command.words))


def requests(command: Browse, ports: AskPorts) -> Requests:
    """List one's own requests and those that wait for one's answer."""
    person = identify(command.actor, ports)
    mine = _all_as_said(
        [_standing(request, ports) for request in ports.store.requests_of(person.id)], ports
    )
    waiting = [one for one in waiting_for(person, ports) if is_turn_of(person, one, ports)]
    return Requests(mine=mine, waiting=tuple(waiting))


def status(command: Browse, ports: AskPorts) -> Standing:
    """Show the request that the first word names, or one's newest.

    Raises RefusedError when there is none, or none that this person may see.
    """
    person = identify(command.actor, ports)
    target = command.words[0] if command.words else _newest(person, ports)
    request = request_named(target, ports)
    if not may_see(person, request, ports.catalog):
        raise RefusedError(UnknownRequest(text=target))
    standing = _standing(request, ports)
    return replace(
        standing,
        leases=as_said(standing.leases, ports),
        unsaid=ports.store.unsaid(request.id),
        own=request.requester.id == person.id,
    )


def adding(found: Standing, ports: AskPorts) -> Gained | None:
    """Return what a request that somebody may read adds while it waits."""
    return gained_to_decide(found.request, ports)


def leases(command: Browse, ports: AskPorts) -> tuple[Lease, ...]:
    """List one's own leases that are not over."""
    person = identify(command.actor, ports)
    return as_said(ports.store.live_of(person.id), ports)


def unlooked_at(ports: AskPorts) -> tuple[str, ...]:
    """Name the clusters on which somebody may hold more than is listed."""
    return unlooked(ports.catalog.clusters, ports)


def whoami(command: Browse, ports: AskPorts) -> Whoami:
    """Say who one is to every cluster."""
    person = identify(command.actor, ports)
    clusters = ports.catalog.clusters.values()
    return Whoami(
        person=person,
        names=tuple(_name(person, cluster, ports) for cluster in clusters),
        admin=covered(ports.catalog.admins, person),
    )


def _name(person: Person, cluster: Cluster, ports: AskPorts) -> Name:
    own = cluster.override_of(person)
    return Name(
        cluster=cluster.name,
        username=cluster.username_of(person),
        template=cluster.username if own is None else own,
        own=own is not None,
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


def _all_as_said(found: Sequence[Standing], ports: AskPorts) -> tuple[Standing, ...]:
    """Return the same with what is to end, in one round trip for all of them."""
    every = {one.id: one for one in as_said([x for one in found for x in one.leases], ports)}
    return tuple(
        replace(one, leases=tuple(every[lease.id] for lease in one.leases)) for one in found
    )


def _standing(request: Request, ports: AskPorts) -> Standing:
    return Standing(request=request, leases=held_by(request, ports))


def _matches(offer: Offer, words: tuple[str, ...]) -> bool:
    labels = " ".join(f"{key}:{value}" for key, value in offer.cluster.labels.items())
    text = f"{offer.cluster.name} {labels} {offer.level.name} {offer.level.summary}".lower()
    return all(word.lower() in text for word in words)
