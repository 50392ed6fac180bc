"""Tick: one look of the timekeeper; any number of them may look at the same time."""

from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.ids import RequestId
from daypass.domain.request import RequestState
from daypass.ports import TIMEKEEPER, Change, Claim, Ledger
from daypass.usecases.judging import TIMEKEEPER_PROCESS
from daypass.usecases.moves import card, lapse, until_committed

BATCH: Final = 50


def tick(ports: Ledger) -> int:
    """Say that we are alive, wake whoever has overdue promises, let old requests lapse.

    Returns how many sets were woken.
    """
    ports.clock.beat(TIMEKEEPER_PROCESS)
    overdue = ports.clock.overdue()
    if TIMEKEEPER in overdue:
        for claim in ports.clock.claim(TIMEKEEPER, BATCH):
            _lapse(claim, ports)
    return sum(ports.clock.wake(due) for due in overdue if due != TIMEKEEPER)


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
            kept=(lapse(request),),
        )
    )
