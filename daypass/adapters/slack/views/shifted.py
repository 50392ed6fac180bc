"""What levels rest on that shifted: on the card, in its thread, to holders and administrators."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, local_time, packed, short
from daypass.adapters.slack.views.detail import FULL
from daypass.adapters.slack.views.wanted import PARAGRAPH, wanted
from daypass.domain.deliveries.mirror import BOUND
from daypass.domain.listing import and_more, few
from daypass.domain.notification import Announcement, Notification
from daypass.domain.rbac.meaning import TOO_MUCH
from daypass.domain.rbac.risk import MEANS, Risk
from daypass.domain.shift import Shift, Turn

SHOWN: Final = FULL.shifts
"""Shifts of one message; each is up to 560 characters, and a paragraph holds 3,000."""
RISKS: Final = 3
"""Risks named of a shift, worst first."""
FEW: Final = 1
"""Of those that went, beside what came; and of those that are as before, beside either."""
LEVELS: Final = 3
"""Levels named of a shift; the audit trail has more."""
SIGN: Final = "⚠️"
_MAY_BE_ANYTHING: Final = (
    "it is there, what it gives by now is not known, and it cannot be asked for."
)


def sentences(shifts: Sequence[Shift], cluster: str, most: int = SHOWN) -> str:
    """Say what shifted, what leads to more first, and how many others there are."""
    if not most:
        return (
            f"{SIGN} What this rests on has changed: its thread where it was first asked says how."
        )
    return "\n".join((*_lines(shifts, cluster), *_left_out(shifts)))


def shifted(told: Notification) -> Message:
    """Return the post under a request's card, or the message to whoever has access by it."""
    request = told.request
    # Whoever holds several things reads, and hears, which of them it is.
    mine = f" ({wanted(request, 'its request names all')})"
    what, which = ("this request", "") if told.threaded else ("your access", mine)
    text = f"{SIGN} What {what} on {short(request.cluster)}{which} rests on has changed"
    return kit.message(text, _blocks(text, sentences(told.shifts, request.cluster), request.id))


def announced(news: Announcement) -> Message:
    """Return the message to approvers in their channel, or to an administrator."""
    text = f"{SIGN} What levels on {short(news.cluster)} rest on has changed"
    lines = [
        line + _levels(news.levels.get(shift.key, ()))
        for shift, line in zip(
            _foremost(news.shifts), _lines(news.shifts, news.cluster), strict=True
        )
    ]
    said = [f"{text}.", *lines, *_left_out(news.shifts)]
    return kit.message(text, map(kit.section, packed(said, "\n", PARAGRAPH)))


def _blocks(text: str, said: str, request: str) -> Iterator[Block]:
    yield kit.section(f"{text}.\n{said}")
    yield kit.context(f"Request {code(request)}")


def _foremost(shifts: Sequence[Shift]) -> Sequence[Shift]:
    """Return those that are said: what leads to more first, the worst of it, then the newest.

    Whoever may change a few things would else have them named instead of another.
    """
    order = sorted(shifts, key=lambda one: (*_leads(one), one.at, one.key), reverse=True)
    return order[:SHOWN]


def _leads(shift: Shift) -> tuple[bool, int]:
    """Say whether a shift leads, or may lead, to more than before, and how bad that is by now."""
    if shift.turn is Turn.UNREADABLE:
        return True, 0
    risks = shift.now.risks if shift.now is not None else ()
    order = list(Risk)
    return bool(shift.gained), -min(map(order.index, risks), default=len(order))


def _lines(shifts: Sequence[Shift], cluster: str) -> Iterator[str]:
    return (f"{SIGN} {_sentence(shift, cluster)}" for shift in _foremost(shifts))


def _left_out(shifts: Sequence[Shift]) -> Iterator[str]:
    if len(shifts) > SHOWN:
        yield f"…{and_more(len(shifts) - SHOWN)}; the audit trail has all of them."


def _sentence(shift: Shift, cluster: str) -> str:
    what, where = f"{code(shift.key)} on {code(cluster)}", local_time(shift.at)
    match shift.turn:
        case Turn.APPEARED:
            return f"{what} is there since {where}; it was not before.{_gained(shift)}"
        case Turn.DISAPPEARED:
            return f"{what} is gone since {where}: {_means_nothing(shift)}"
        case Turn.UNREADABLE:
            return f"{what} is too much to be read since {where}: {_MAY_BE_ANYTHING}"
        case Turn.CHANGED:
            return f"{what} was changed ({where}).{_changed(shift)}"


def _means_nothing(shift: Shift) -> str:
    if shift.key.startswith("Group/"):
        return "no binding names it, so who acts in it may do nothing more for that."
    if shift.key.startswith(BOUND):
        return "a level that gives what the group has cannot be asked for; who has it keeps it."
    return "what rests on it gives nothing, and cannot be asked for."


def _changed(shift: Shift) -> str:
    """Say what is known of it: a rule set may allow more and less at once.

    Also what is as before: that it came may be what the change before this one was.
    """
    if shift.was == TOO_MUCH:
        return f" It was too much to be read before.{_gained(shift)}"
    if said := _gained(shift) + _lost(shift):
        return said + _still(shift, FEW)
    return f" What it allows is another; its risks are as before.{_still(shift, RISKS)}"


def _still(shift: Shift, most: int) -> str:
    there = () if shift.now is None else shift.now.risks
    kept = [risk for risk in there if risk not in shift.gained]
    return f" With it one can still {_risks(kept, most)}." if kept else ""


def _gained(shift: Shift) -> str:
    return f" With it one can now also {_risks(shift.gained)}." if shift.gained else ""


def _lost(shift: Shift) -> str:
    if Risk.EVERYTHING in shift.lost:
        return " With it one can no longer do everything."
    most = FEW if shift.gained else RISKS
    return f" With it one can no longer {_risks(shift.lost, most)}." if shift.lost else ""


def _risks(found: Sequence[Risk], most: int = RISKS) -> str:
    return "; ".join(MEANS[risk] for risk in found[:most]) + and_more(len(found) - most)


def _levels(names: Sequence[str]) -> str:
    return f" Levels: {few([code(name) for name in names], LEVELS)}." if names else ""
