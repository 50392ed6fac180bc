"""Tick: one look of the timekeeper; any number of them may look at the same time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import DaypassError, TemporaryOutsideError
from daypass.domain.ids import RequestId
from daypass.domain.request import Request, RequestState
from daypass.ports import TIMEKEEPER, Change, Claim, Ledger, PromiseKind
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.readable import readable
from daypass.usecases.shared.rows import card, no_longer_waiting
from daypass.usecases.shared.settle import DONE, Outcome, again, settle

BATCH: Final = 50
"""Requests that lapse, in one look; those that are left are due in the next, which is soon."""
Tasks = Mapping[PromiseKind, Callable[[Claim], None]]
"""What else a timekeeper sees to; a promise of another kind is left to one that does."""
_NONE: Final[Tasks] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """How many sets were `woken`, and for how long nothing that is known of is due."""

    woken: int = 0
    quiet: timedelta = timedelta(0)


def tick(ports: Ledger, tasks: Tasks = _NONE) -> Ticked:
    """Wake whoever has overdue promises, say that we are alive, let old requests lapse.

    Raises TemporaryOutsideError at once, for then the store is away; whatever else stops one thing
    is raised after all others are done, the first of them.
    """
    outlook = ports.heartbeats.idle(TIMEKEEPER_PROCESS, ports.keepers)
    overdue = outlook.overdue
    if not overdue:
        return Ticked(quiet=outlook.quiet)
    # First, for ends depend on it; and whoever cannot do it is not alive.
    woken = sum(ports.agenda.wake(keeper) for keeper in overdue if keeper != TIMEKEEPER)
    ports.heartbeats.beat(TIMEKEEPER_PROCESS)
    if TIMEKEEPER in overdue:
        lapsing = {PromiseKind.LAPSE: lambda claim: _lapse(claim, ports)}
        mine = {**tasks, **lapsing}
        _see_to(ports.agenda.claim(TIMEKEEPER, BATCH, tuple(mine)), mine)
    return Ticked(woken=woken)


def _see_to(claims: Sequence[Claim], tasks: Tasks) -> None:
    """See to each; what stops one of them is raised when the others are done.

    All claims have one moment: what stopped the others would be first again, for ever.
    """
    failed: DaypassError | None = None
    for claim in claims:
        try:
            tasks[claim.promise.kind](claim)
        except TemporaryOutsideError:
            raise
        except DaypassError as error:
            failed = failed or error
    if failed is not None:
        raise failed


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
