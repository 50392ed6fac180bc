"""Details: everything that a request, or a level, adds to what a person may do already."""

from collections.abc import Sequence
from dataclasses import dataclass

from daypass.domain.decision import may_see
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.policy import unknown_cluster
from daypass.domain.rbac.gain import Gained
from daypass.domain.reasons import NotPictured, NoWorkflow, UnknownRequest
from daypass.domain.request import Request
from daypass.domain.sight import levels_of
from daypass.ports import AskPorts
from daypass.usecases.requests.offering import Offer
from daypass.usecases.shared.gaining import gained_by, gained_with
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.targets import request_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Ask about the request that `target` names, or about a `level` on the cluster of that name."""

    actor: PersonId
    target: str
    level: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Detailed:
    """What `person` gains on a cluster, by a request or by a level that they may ask for."""

    asked: Details
    person: Person
    cluster: str
    gained: Gained
    request: Request | None = None


def details(command: Details, ports: AskPorts) -> Detailed:
    """Say what is gained; judged anew for whoever asks, and by what the cluster shows now.

    Raises RefusedError where they may not see it, or where nothing of the cluster is known.
    """
    person = identify(command.actor, ports)
    if command.level:
        return _of_level(command, person, ports)
    request = request_named(command.target, ports)
    if not may_see(person, request, ports.catalog):
        raise RefusedError(UnknownRequest(text=command.target))
    return Detailed(
        asked=command,
        person=request.requester,
        cluster=request.cluster,
        gained=_known(gained_by(request, ports), request.cluster),
        request=request,
    )


def preview(offers: Sequence[Offer], actor: PersonId, ports: AskPorts) -> Gained | None:
    """Return what the one level that is offered would add; of several nothing is said."""
    if len(offers) != 1:
        return None
    (offer,) = offers
    return gained_with(identify(actor, ports), offer.cluster, offer.level, ledger=ports)


def _of_level(command: Details, person: Person, ports: AskPorts) -> Detailed:
    cluster = ports.catalog.clusters.get(command.target)
    if cluster is None:
        raise RefusedError(unknown_cluster(command.target, ports.catalog))
    offered = {level.name: level for level in levels_of(person, cluster, ports.catalog)}
    if command.level not in offered:
        raise RefusedError(NoWorkflow(who=person.name, level=command.level, cluster=cluster.name))
    found = gained_with(person, cluster, offered[command.level], ledger=ports)
    return Detailed(
        asked=command, person=person, cluster=cluster.name, gained=_known(found, cluster.name)
    )


def _known(found: Gained | None, cluster: str) -> Gained:
    if found is None:
        raise RefusedError(NotPictured(cluster=cluster))
    return found
