"""Tick: one look of the timekeeper; any number of them may look at the same time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from daypass.domain.errors import DaypassError, TemporaryOutsideError
from daypass.ports import TIMEKEEPER, Claim, Ledger, PromiseKind
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS

BATCH: Final = 50
"""Promises that one look sees to; those that are left are due in the next, which is soon."""
Tasks = Mapping[PromiseKind, Callable[[Claim], None]]
"""What a timekeeper sees to; a promise of another kind is left to whoever does."""
_NONE: Final[Tasks] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """How many sets were `woken`, and for how long nothing that is known of is due."""

    woken: int = 0
    quiet: timedelta = timedelta(0)


def tick(ports: Ledger, tasks: Tasks = _NONE) -> Ticked:
    """Wake whoever has overdue promises, say that we are alive, see to what is ours.

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
    if TIMEKEEPER in overdue and tasks:
        see_to(ports.agenda.claim(TIMEKEEPER, BATCH, tuple(tasks)), tasks)
    return Ticked(woken=woken)


def see_to(claims: Sequence[Claim], tasks: Tasks) -> None:
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
