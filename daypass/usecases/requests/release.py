"""Release: the holder ends a lease early."""

from dataclasses import dataclass

from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.people import Person
from daypass.domain.reasons import NotYours
from daypass.ports import AskPorts
from daypass.usecases.requests.end import over_now
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import Ending
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.targets import leases_to_end, own_lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """End the lease, or all of the request, that `target` names; empty means the only one."""

    actor: PersonId
    target: str


def release(command: Release, ports: AskPorts) -> tuple[Lease, ...]:
    """End one's own leases; raises RefusedError when they are somebody else's or over."""
    person = identify(command.actor, ports)
    target = command.target or own_lease(person, ports).id
    return until_committed(lambda: _release(target, person, ports))


def _release(target: str, person: Person, ports: AskPorts) -> tuple[Lease, ...]:
    _, leases = leases_to_end(target, ports)
    # Whoever writes leases may put one of somebody else beside them: it keeps none from its end.
    own = tuple(lease for lease in leases if lease.holder.id == person.id)
    if not own:
        could = (leases[0].holder.email,)
        raise RefusedError(NotYours(verb="release", what=f"lease {leases[0].id}", could=could))
    why = Ending(cause=EndCause.RELEASED, actor=person.id, by=person.id)
    return over_now(own, why, ports)
