"""Who may stop everything: an administrator, looked up at this very moment (law 5)."""

from daypass.domain.catalog import covered
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.reasons import NotYours
from daypass.ports import AskPorts
from daypass.usecases.shared.identify import described, identify


def administrator(actor: PersonId, ports: AskPorts, *, verb: str, what: str) -> Person:
    """Return the administrator behind an account.

    Raises RefusedError, which names who is one, for anybody else.
    """
    person = identify(actor, ports)
    admins = ports.catalog.admins
    if covered(admins, person):
        return person
    could = described(admins, ports) or ("Only the command daypass on a terminal",)
    raise RefusedError(NotYours(verb=verb, what=what, could=could))
