"""What everybody who looks at a cluster begins with: who they are, what they see, how old it is."""

from dataclasses import dataclass
from datetime import datetime

from daypass.domain.catalog import Cluster
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.picture import About
from daypass.domain.policy import unknown_cluster
from daypass.domain.sight import Sight, sight_of
from daypass.ports import AskPorts
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.pictured import about_of


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Somebody before the picture of a cluster, now."""

    person: Person
    cluster: Cluster
    sight: Sight
    about: About
    now: datetime

    @property
    def current(self) -> bool:
        """Whether the picture shows what is there now."""
        return self.about.current(self.now)


def look(actor: PersonId, cluster: str, ports: AskPorts) -> View:
    """Let somebody look at a cluster; raises RefusedError where there is nothing to look at."""
    person = identify(actor, ports)
    known = ports.catalog.clusters.get(cluster)
    if known is None:
        raise RefusedError(unknown_cluster(cluster, ports.catalog))
    return View(
        person=person,
        cluster=known,
        sight=sight_of(person, known, ports.catalog),
        about=about_of(cluster, ports),
        now=ports.clock.now(),
    )
