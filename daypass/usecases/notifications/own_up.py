"""Own up: what Slack does not take is told to whoever waits for it, and tried again."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Final

from daypass.domain.errors import OutsideError
from daypass.domain.ids import PersonId
from daypass.domain.notification import Notification, Topic, Unsaid
from daypass.domain.request import Request, RequestState
from daypass.ports import Change, Ledger, NotifyPorts
from daypass.usecases.shared.identify import roster
from daypass.usecases.shared.rows import card

WAITING: Final = "direct:unsaid"
"""What the requester is told, by its key; administrators' keys begin with ALARM."""
ALARM: Final = "alarm:"
QUIET: Final = timedelta(hours=1)
"""So long administrators hear of one place and reason once, however many requests there are."""
ADMINISTRATORS: Final = 10
"""Told by direct message; a metric says it to the rest."""


def admissions(
    request: Request, unsaid: Unsaid | None, keys: Collection[str], *, ports: NotifyPorts
) -> Iterator[Notification]:
    """Say what is in the way of a request's messages; `keys` are those of what was told of it.

    What was told once is kept true: it is edited when nothing is in the way any more.
    """
    told = [key for key in keys if key == WAITING or key.startswith(ALARM)]
    whom = {key: _whose(key, request) for key in told}
    if unsaid is not None:
        if request.state is RequestState.PENDING and request.requester.id not in unsaid.to:
            whom[WAITING] = request.requester.id
        if not any(key.startswith(ALARM) for key in told):
            whom |= {
                f"{ALARM}{administrator}": administrator
                for administrator in _administrators(request, unsaid, ports)
            }
    for key, person in whom.items():
        yield Notification(
            key=key, topic=Topic.UNSAID, to=person, request=request, leases=(), unsaid=unsaid
        )


def told_again(place: str, ledger: Ledger) -> int:
    """Have tried now what Slack did not take in a channel; say about how many requests."""
    now = ledger.clock.now()
    waiting = [unsaid.request for unsaid in ledger.store.all_unsaid() if place in unsaid.to]
    if waiting:
        rows = tuple(card(request, now) for request in waiting)
        ledger.store.commit(Change(move=ledger.ids.move(), promises=rows))
    return len(waiting)


def _whose(key: str, request: Request) -> PersonId:
    return request.requester.id if key == WAITING else PersonId(key.removeprefix(ALARM))


def _administrators(request: Request, unsaid: Unsaid, ports: NotifyPorts) -> tuple[PersonId, ...]:
    """Return whom to tell; nobody where they heard of it, or where it is told to nobody."""
    heard = f"alarm:{','.join(unsaid.to)}:{unsaid.why}"
    if not ports.store.once(heard, QUIET):
        return ()
    admins = ports.catalog.admins
    try:
        found = [person.id for person in roster(admins, ports).of(admins)]
    except OutsideError:
        ports.store.again(heard)
        return ()
    left_out = {request.requester.id, *unsaid.to}
    return tuple(one for one in found if one not in left_out)[:ADMINISTRATORS]
