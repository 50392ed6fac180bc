"""CheckName: what a cluster says of a person, compared with what Daypass would bind there.

The name that was pasted is compared and forgotten: nothing is stored, looked up or decided by it.
"""

from dataclasses import dataclass

from daypass.domain.catalog import Cluster
from daypass.domain.comparing import Comparison, compared
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.policy import unknown_cluster
from daypass.ports import AskPorts
from daypass.usecases.shared.identify import identify


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckName:
    """Compare what `cluster` said, on every cluster where none is named; nothing said: say how."""

    actor: PersonId
    cluster: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How what was said compares with a person's name on each cluster that was meant.

    `elsewhere` are the other clusters that know them by the very name that was said.
    """

    person: Person
    said: str
    found: tuple[tuple[Cluster, Comparison], ...]
    elsewhere: tuple[str, ...] = ()


def check_name(command: CheckName, ports: AskPorts) -> Checked:
    """Compare; raises RefusedError where there is no such cluster."""
    person = identify(command.actor, ports)
    clusters = ports.catalog.clusters
    if command.cluster and command.cluster not in clusters:
        raise RefusedError(unknown_cluster(command.cluster, ports.catalog))
    meant = [clusters[command.cluster]] if command.cluster else list(clusters.values())
    others = [one for one in clusters.values() if one not in meant]
    return Checked(
        person=person,
        said=command.said,
        found=tuple((one, _compared(one, person, command.said)) for one in meant),
        elsewhere=tuple(one.name for one in others if one.username_of(person) == command.said),
    )


def _compared(cluster: Cluster, person: Person, said: str) -> Comparison:
    own = cluster.override_of(person)
    template = cluster.username if own is None else own
    bound = cluster.username_of(person)
    return compared(bound, said, email=person.email, template=template)
