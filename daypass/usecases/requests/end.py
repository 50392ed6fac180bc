"""End: an approver of its workflow, or an administrator, ends somebody's lease early."""

from dataclasses import dataclass

from daypass.domain.decision import could_revoke, may_revoke
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.people import Person
from daypass.domain.policy import unfit
from daypass.domain.reasons import AlreadyEnding, NotYours
from daypass.ports import AskPorts, Ledger
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.identify import described, identify
from daypass.usecases.shared.targets import leases_to_end


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """End the lease, or every lease of the request, that `target` names."""

    actor: PersonId
    target: str
    reason: str = ""


def end(command: End, ports: AskPorts) -> tuple[Lease, ...]:
    """Decide that leases are over; one's own are released.

    Raises RefusedError when the actor may not, or when they are over already.
    """
    refused = tuple(unfit(command.reason))
    if refused:
        raise RefusedError(*refused)
    person = identify(command.actor, ports)
    return until_committed(lambda: _end(command, person, ports))


def _end(command: End, person: Person, ports: AskPorts) -> tuple[Lease, ...]:
    request, leases = leases_to_end(command.target, ports)
    if _is_of(person, leases):
        own = Ending(cause=EndCause.RELEASED, actor=person.id, by=person.id)
        return over_now(leases, own, ports)
    barred = [
        lease for lease in leases if not may_revoke(person, lease, request, catalog=ports.catalog)
    ]
    if barred:
        named = could_revoke(barred[0], request, ports.catalog)
        # Without approvers and administrators its holder alone can, by releasing it.
        could = described(named, ports) or (barred[0].holder.email,)
        raise RefusedError(NotYours(verb="revoke", what=f"lease {barred[0].id}", could=could))
    why = Ending(cause=EndCause.REVOKED, actor=person.id, by=person.id, why=command.reason.strip())
    return over_now(leases, why, ports)


def _is_of(person: Person, leases: tuple[Lease, ...]) -> bool:
    """Whether somebody holds these leases, whatever their request says: no end needs it."""
    return all(lease.holder.id == person.id for lease in leases)


def over_now(leases: tuple[Lease, ...], why: Ending, ledger: Ledger) -> tuple[Lease, ...]:
    """Commit the end of leases; raises RefusedError when one is ending or ended already."""
    over = next((lease for lease in leases if not lease.grantable), None)
    if over is not None:
        raise RefusedError(AlreadyEnding(lease=over.id, state=over.state))
    change = ending(leases, why, ledger)
    ledger.store.commit(change)
    return change.leases
