"""For whom an administrator asks: another account, by its id or its email."""

from daypass.domain.catalog import Principal, covered
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person, spelled
from daypass.domain.reasons import NotYours, UnknownPerson
from daypass.ports import AskPorts
from daypass.usecases.shared.identify import described, roster


def somebody(named: str, actor: Person, ports: AskPorts) -> Person:
    """Return the trusted person of that id or email; oneself may always be named.

    Raises RefusedError for who is nobody, and for everybody but administrators.
    """
    if named == actor.id or spelled(named) == actor.mailbox:
        return actor
    if not covered(ports.catalog.admins, actor):
        could = described(ports.catalog.admins, ports) or ("Nobody",)
        raise RefusedError(NotYours(verb="ask for", what="somebody else", could=could))
    mailbox = named if "@" in named else _mailbox(PersonId(named), ports)
    asked = Principal(email=spelled(mailbox))
    found = roster((asked,), ports).of((asked,)) if mailbox else ()
    if not found:
        raise RefusedError(UnknownPerson(text=named))
    return found[0]


def _mailbox(named: PersonId, ports: AskPorts) -> str:
    profile = ports.people.profile(named)
    return profile.mailbox if profile is not None else ""
