"""Can I: whether somebody may do something now, and which level would let them."""

from dataclasses import dataclass, replace

from daypass.domain.catalog import Cluster, Level
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.kubectl import Asked, asked, groups_of
from daypass.domain.lease import Lease
from daypass.domain.people import Person
from daypass.domain.picture import ROLES, About
from daypass.domain.policy import unknown_cluster
from daypass.domain.rbac.bindings import Bound
from daypass.domain.rbac.levels import Access, allowed_by
from daypass.domain.rbac.ways import Way, ways
from daypass.domain.reasons import NotPictured
from daypass.domain.review import EVERYBODY, Question
from daypass.domain.scope import Scope
from daypass.domain.sight import Sight, acts_in, levels_of, sight_of
from daypass.ports import AskPorts
from daypass.usecases.requests.offering import Offer, offers
from daypass.usecases.requests.somebody import somebody
from daypass.usecases.shared.having import Had, had_on
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.pictured import access_for
from daypass.usecases.shared.standing import unlooked


@dataclass(frozen=True, slots=True, kw_only=True)
class CanI:
    """Ask whether one may do that, in words of kubectl; on every cluster where none is named.

    `person` asks for somebody else. `heard_of` is the username that a pasted message names.
    """

    actor: PersonId
    verb: str
    what: str
    namespace: str = ""
    subresource: str = ""
    cluster: str = ""
    person: str = ""
    heard_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known for one cluster.

    Yes by a `binding` or by a `lease`; no where `sure`; else perhaps, by the lease `doubted` if it
    is that of which too little is known, or by one that nobody knows of: the store was lost, and
    the cluster is `unlooked` at since. `groups` are those that the rules there know for a
    resource of that name, where nobody said its group.
    """

    cluster: Cluster
    username: str
    about: About
    question: Question
    current: bool
    namespaced: bool
    binding: Bound | None = None
    lease: Lease | None = None
    doubted: Lease | None = None
    unlooked: bool = False
    sure: bool = True
    ways: tuple[tuple[Way, Offer], ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def yes(self) -> bool:
        """Whether they may do it now."""
        return self.binding is not None or self.lease is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answers of all clusters that were asked, and those of which nothing is known."""

    asked: CanI
    person: Person
    answers: tuple[Answer, ...]
    unknown: tuple[str, ...] = ()

    @property
    def telling(self) -> tuple[Answer, ...]:
        """Those where something allows it, or could be asked for; all where there are none."""
        return tuple(one for one in self.answers if one.yes or one.ways) or self.answers


def can_i(command: CanI, ports: AskPorts) -> Answered:
    """Answer from the pictures and from the leases that the person holds.

    Raises RefusedError for a cluster of which nothing is known.
    """
    person = _person(command, ports)
    clusters = _clusters(command, ports)
    seen = {one.name: ports.pictures.about(one.name) for one in clusters}
    unknown = tuple(name for name, about in seen.items() if about is None)
    if len(unknown) == len(clusters):
        raise RefusedError(*(NotPictured(cluster=name) for name in unknown))
    answers = tuple(
        _answer(command, person, cluster, about=about, ports=ports)
        for cluster in clusters
        if (about := seen[cluster.name]) is not None
    )
    return Answered(asked=command, person=person, answers=answers, unknown=unknown)


def _person(command: CanI, ports: AskPorts) -> Person:
    actor = identify(command.actor, ports)
    return somebody(command.person, actor, ports) if command.person else actor


def _clusters(command: CanI, ports: AskPorts) -> tuple[Cluster, ...]:
    if not command.cluster:
        return tuple(ports.catalog.clusters.values())
    known = ports.catalog.clusters.get(command.cluster)
    if known is None:
        raise RefusedError(unknown_cluster(command.cluster, ports.catalog))
    return (known,)


def _answer(
    command: CanI, person: Person, cluster: Cluster, *, about: About, ports: AskPorts
) -> Answer:
    wanted = asked(
        command.verb,
        command.what,
        namespace=command.namespace,
        subresource=command.subresource,
    )
    username = cluster.username_of(person)
    doubted = bool(unlooked([cluster.name], ports))  # First: what is found meanwhile is held.
    levels = levels_of(person, cluster, ports.catalog)
    sight = sight_of(person, cluster, ports.catalog)
    groups = () if wanted.known else _groups(wanted, cluster, sight, ports=ports)
    held = had_on(cluster, person, ports)
    every = [*levels, *(one.level for one in held if one.level is not None)]
    places = [(level, _anywhere(level, wanted.question.namespace)) for level in every]
    there = access_for(about, username, places, ledger=ports)
    group = groups[0] if groups else wanted.question.group
    question = replace(wanted.question, user=username, groups=(EVERYBODY,), group=group)
    found = ways(levels, question, there, namespaced=wanted.namespaced)
    by_lease = [(one, _allowed(one, question, there)) for one in held]
    return Answer(
        cluster=cluster,
        username=username,
        about=about,
        question=question,
        current=about.current(ports.clock.now()),
        namespaced=wanted.namespaced,
        binding=there.because(question),
        lease=next((one.lease for one, allowed in by_lease if allowed), None),
        doubted=next((one.lease for one, yes in by_lease if yes is None and not one.certain), None),
        unlooked=doubted,
        sure=not (
            doubted or there.doubtful(question) or any(allowed is None for _, allowed in by_lease)
        ),
        ways=_offered(found, person, cluster, ports=ports),
        groups=groups,
    )


def _groups(wanted: Asked, cluster: Cluster, sight: Sight, *, ports: AskPorts) -> tuple[str, ...]:
    """Return the groups that roles which they see name with a resource of which we know nothing."""
    rules = (
        rule
        for kind in ROLES
        for entry in sight.all_of(ports.pictures.entries(cluster.name, kind))
        for rule in entry.rules
    )
    return groups_of(wanted.question.resource, rules)


def _allowed(had: Had, question: Question, there: Access) -> bool | None:
    """Whether a lease allows what is asked; None: it may."""
    if had.level is None:
        return None if acts_in(had.lease.scope, question.namespace) else False
    allowed = allowed_by(had.level, had.lease.scope, question, there=there)
    return allowed if had.certain or not allowed else None


def _anywhere(level: Level, namespace: str) -> Scope:
    """Return every place where a level may hold; of a glob's only the one that is asked about."""
    return Scope(namespaces=(*level.anywhere.namespaces, *([namespace] if namespace else [])))


def _offered(
    found: tuple[Way, ...], person: Person, cluster: Cluster, *, ports: AskPorts
) -> tuple[tuple[Way, Offer], ...]:
    """Return each way with how the person stands to it there; nobody is looked up for none."""
    if not found:
        return ()
    known = {offer.level.name: offer for offer in offers(person, (cluster,), ports)}
    there = (way for way in found if way.level.name in known)
    return tuple((way, known[way.level.name].at(way.scope)) for way in there)
