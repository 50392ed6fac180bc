"""Settle: say to the agenda what becomes of a promise that was seen to.

Whoever sees to a promise returns an outcome; nobody else finishes or postpones one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.ports import Claim, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of seeing to a promise: it is `done`, or due `again`, or neither.

    Neither is what a move has settled already, and what comes back when its claim runs out. With
    `surely_within` it is due again also where somebody else has done it meanwhile.
    """

    done: bool = False
    again: datetime | None = None
    surely_within: timedelta | None = None


DONE: Final = Outcome(done=True)
LEFT: Final = Outcome()


def again(at: datetime, *, surely_within: timedelta | None = None) -> Outcome:
    """Return that a promise is due again at that moment."""
    return Outcome(again=at, surely_within=surely_within)


def settle(claim: Claim, outcome: Outcome, ports: Ledger) -> None:
    """Remove the row of what is done, and give what is due again its moment.

    A row that a move has rescored since it was claimed stays as it is.
    """
    if outcome.done:
        ports.agenda.finish(claim)
    if outcome.again is None:
        return
    stands = ports.agenda.postpone(claim, outcome.again)
    if not stands and outcome.surely_within is not None:
        row = replace(claim.promise, at=outcome.again)
        ports.agenda.ensure(row, within=outcome.surely_within)


def held_on(claim: Claim, until: datetime, ports: Ledger) -> Claim | None:
    """Claim for longer what is claimed; None where it ran out and is somebody else's by now."""
    held = replace(claim, until=until)
    return held if ports.agenda.postpone(claim, until) else None
