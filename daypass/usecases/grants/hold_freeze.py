"""Hold the freeze: the newest genuine word on new grants holds, whatever became of the store's.

The clusters' marks and what this process has seen know it; whoever may write to the store could
have removed it there.
"""

from contextlib import suppress
from dataclasses import replace

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import Circumstances
from daypass.domain.epoch import Freeze, Watermark, holding, same
from daypass.domain.errors import ConflictError, OutsideError
from daypass.ports import Change, GrantPorts
from daypass.usecases.shared.events import GRANTS_WORKER
from daypass.usecases.shared.standing import EVERYWHERE, known_by_email, last_word


def hold_freeze(mark: Watermark | None, ports: GrantPorts) -> None:
    """Put a word back that a mark knows, or this process, and that the store has lost.

    Where that fails the next try does it: it holds all the same, and whoever writes another again
    and again keeps nobody from looking around.
    """
    stored, version = last_word(ports)
    held = held_freeze(mark, stored, ports)
    ports.witness.freeze = held
    if held is not None and not same(held, stored):
        with suppress(ConflictError, OutsideError):
            ports.store.commit(_put_back(held, version, ports))


def held_freeze(mark: Watermark | None, stored: Freeze | None, ports: GrantPorts) -> Freeze | None:
    """Return the word that holds of all that are known."""
    now = ports.clock.now()
    known = holding(mark.freeze if mark is not None else None, ports.witness.freeze, now)
    return holding(known, stored, now)


def as_held(given: Circumstances, ports: GrantPorts) -> Circumstances:
    """Return how things stand with the word that holds, also where it is gone just now.

    What that keeps back says on its card who froze: by email, for an account alone tells nobody.
    """
    held = held_freeze(None, given.freeze, ports)
    return replace(given, freeze=known_by_email(held, ports))


def _put_back(held: Freeze, version: int, ports: GrantPorts) -> Change:
    where = () if held.everywhere else sorted(held.clusters)
    event = AuditEvent(
        at=ports.clock.now(),
        action=Action.GRANTS_FROZEN if held.on else Action.GRANTS_THAWED,
        actor=GRANTS_WORKER,
        subject=", ".join(where) or EVERYWHERE,
        cluster=ports.name,
        facts={"by": held.by, "why": held.why, "from": "the cluster's mark"},
    )
    again = replace(held, version=version)
    return Change(move=ports.ids.move(), freeze=again, events=(event,))
