"""Tick: one look of the timekeeper; any number of them may look at the same time."""

from collections.abc import Sequence
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import RequestId
from daypass.domain.request import RequestState
from daypass.ports import TIMEKEEPER, Change, Claim, Ledger
from daypass.usecases.judging import TIMEKEEPER_PROCESS
from daypass.usecases.moves import card, no_longer_waiting, until_committed

BATCH: Final = 50


def tick(ports: Ledger) -> int:
    """Say that we are alive, wake whoever has overdue promises, let old requests lapse.

    Returns how many sets were woken. Raises PermanentOutsideError for a request that cannot be
    read, after everything else is done.
    """
    ports.clock.beat(TIMEKEEPER_PROCESS)
    overdue = ports.clock.overdue()
    # First, for ends depend on it.
    woken = sum(ports.clock.wake(due) for due in overdue if due != TIMEKEEPER)
    if TIMEKEEPER in overdue:
        _lapse_all(ports.clock.claim(TIMEKEEPER, BATCH), ports)
    return woken


def _lapse_all(claims: Sequence[Claim], ports: Ledger) -> None:
    """Let each lapse; one that cannot be read is raised when the others are done."""
    unreadable: PermanentOutsideError | None = None
    for claim in claims:
        try:
            _lapse(claim, ports)
        except PermanentOutsideError as error:
            unreadable = error
    if unreadable is not None:
        raise unreadable


def _lapse(claim: Claim, ports: Ledger) -> None:
    until_committed(lambda: _lapsed(RequestId(claim.promise.subject), ports))
    ports.clock.finish(claim)


def _lapsed(name: RequestId, ports: Ledger) -> None:
    request = ports.store.request(name)
    if request is None or request.state is not RequestState.PENDING:
        return
    now = ports.clock.now()
    event = AuditEvent(
        at=now,
        action=Action.REQUEST_LAPSED,
        actor=TIMEKEEPER_PROCESS,
        subject=name,
        cluster=request.cluster,
    )
    ports.store.commit(
        Change(
            move=ports.ids.move(),
            requests=(request.moved_to(RequestState.LAPSED, now),),
            events=(event,),
            promises=(card(name, now),),
            kept=no_longer_waiting(request),
        )
    )
