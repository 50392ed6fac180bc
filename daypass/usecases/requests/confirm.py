"""An administrator vouches for an account's email after it changed; it never happens by itself."""

from dataclasses import dataclass

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Distrust, Pin, spelled
from daypass.domain.reasons import Nobody
from daypass.ports import Change, Ledger
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.readable import with_version
from daypass.usecases.shared.rows import holder_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """`actor` says that the account `person` is the one with `email`."""

    actor: str
    person: PersonId
    email: str


def confirm(command: Confirm, ports: Ledger) -> Pin:
    """Pin the account to that email from now on, and write down who said so.

    What cannot be read is written over. RefusedError where the email is pinned to another account:
    that one's own comes first.
    """
    return until_committed(lambda: _confirm(command, ports))


def _confirm(command: Confirm, ports: Ledger) -> Pin:
    email, now = spelled(command.email), ports.clock.now()
    if "@" not in email:
        raise RefusedError(Nobody(name=command.person, why=Distrust.NO_EMAIL))
    if ports.store.owner(email) not in (None, command.person):
        raise RefusedError(Nobody(name=command.person, why=Distrust.EMAIL_TAKEN))
    before, version = with_version(lambda: ports.store.pin(command.person))
    pin = Pin(id=command.person, email=email, pinned_at=now, version=version)
    event = AuditEvent(
        at=now,
        action=Action.PERSON_CONFIRMED,
        actor=command.actor,
        subject=command.person,
        facts={"email": email, "before": before.email if before else ""},
    )
    # What they hold under the name of before is nobody's, or soon somebody else's.
    look = holder_row(command.person, now)
    ports.store.commit(
        Change(move=ports.ids.move(), pins=(pin,), events=(event,), promises=(look,))
    )
    return pin
