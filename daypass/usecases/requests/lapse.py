"""Lapse: what nobody answered in time times out. The bot's, for it alone writes what is asked for.

A row of the agenda says when; any number of bots may look at the same time.
"""

from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.ids import RequestId
from daypass.domain.request import Request, RequestState
from daypass.ports import TIMEKEEPER, Change, Claim, Ledger, PromiseKind
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.readable import readable
from daypass.usecases.shared.rows import card, no_longer_waiting
from daypass.usecases.shared.settle import DONE, Outcome, again, settle
from daypass.usecases.shared.tick import BATCH, see_to

ACTOR: Final = "bot"


def let_lapse(ports: Ledger) -> None:
    """Let requests lapse that are due to, as many as one look takes.

    Raises TemporaryOutsideError at once, for then the store is away; whatever else stops one of
    them is raised after all others are done, the first of them.
    """
    claims = ports.agenda.claim(TIMEKEEPER, BATCH, (PromiseKind.LAPSE,))
    if len(claims) == BATCH:  # Rows of nothing by thousands would keep the others waiting.
        ports.store.sift(TIMEKEEPER)
    see_to(claims, {PromiseKind.LAPSE: partial(_lapse, ports=ports)})


def _lapse(claim: Claim, ports: Ledger) -> None:
    settle(claim, until_committed(lambda: _lapse_one(claim.promise.subject, ports)), ports)


def _lapse_one(subject: str, ports: Ledger) -> Outcome:
    """Let a request lapse if it is time to, whatever its row says: anybody may write one."""
    name, now = RequestId(subject), ports.clock.now()
    request = ports.store.request(name)
    if request is None or request.state is not RequestState.PENDING:
        return DONE
    if now < request.lapses_at and not _is_pointless(request, ports):
        return again(request.lapses_at)
    event = AuditEvent(
        at=now,
        action=Action.REQUEST_LAPSED,
        actor=ACTOR,
        subject=name,
        cluster=request.cluster,
    )
    ports.store.commit(
        Change(
            move=ports.ids.move(),
            requests=(request.moved_to(RequestState.LAPSED, now),),
            events=(event,),
            promises=(card(name, now),),
            done=no_longer_waiting(request),
        )
    )
    return DONE


def _is_pointless(request: Request, ports: Ledger) -> bool:
    """Whether it asks for more of a lease that goes on no longer."""
    if request.extends is None:
        return False
    lease = readable([request.extends], ports).get(request.extends)
    return lease is None or not lease.grantable
