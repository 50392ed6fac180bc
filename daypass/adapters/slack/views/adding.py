"""What a request or a level adds: in a line that fits, and behind its button all of it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, inert, local_time, short
from daypass.adapters.slack.views.discover import rule_said
from daypass.adapters.slack.views.leading import can
from daypass.adapters.slack.views.pictured import counted, further, was
from daypass.adapters.slack.views.wanted import counted as what
from daypass.adapters.slack.views.wanted import whole
from daypass.domain.listing import and_more, few
from daypass.domain.rbac.gain import PLACES, Gain, Gained
from daypass.domain.rbac.risk import risks
from daypass.domain.rbac.telling import Line, lines
from daypass.domain.reasons import either
from daypass.domain.search import page
from daypass.usecases.requests.details import Detailed

LINES: Final = 10
"""Lines on one page, each of at most eight hundred characters."""
_NAME: Final = 120
"""One thing of the line: a resource's name with its group has seldom more than sixty."""
_PLACES: Final = 3
"""Namespaces that are named after what is new there; the card names all that are asked for."""
_BESIDE: Final = 40
"""Characters for saying how many others there are."""
_ASKED: Final = 1_000
"""Characters that name levels and places above the whole; beyond, they are counted."""
NOTHING: Final = "nothing that could not be done there before"
_GROUPS: Final = (
    "Compared is what is bound there to the name, or to everybody who signs in, and what is held "
    "for a while. Groups that come with a sign-in are not known here."
)


def adds(gained: Gained, value: str, limit: int) -> Block:
    """Return the line, in about `limit` characters, with the button that says all.

    The button carries `value`.
    """
    button = kit.button(act.DETAILS, "Details", value)
    if not gained.current:
        return kit.section(f"*Adds:* not seen since {local_time(gained.at)}", button)
    return kit.section(f"*Adds:* {said(gained.gain, limit)}", button)


def said(gain: Gain, limit: int) -> str:
    """Say what is new as far as it fits, what tells most first; the others are counted."""
    if gain.nothing:
        return NOTHING
    found = lines(gain)
    shown = _fitting(found, limit - _BESIDE)
    left = len(found) - len(shown)
    first = _named(shown) + and_more(left) if shown else counted(left, "right") if left else ""
    return "; ".join(filter(None, (first, *_unsaid(gain))))


def _fitting(found: Sequence[Line], room: int) -> Sequence[Line]:
    """Return as many of the first as fit, each with its place."""
    before: Line | None = None
    for number, line in enumerate(found):
        room -= len(inert(line.about, _NAME)) + len(" and ")
        elsewhere = before is None or before.namespaces != line.namespaces
        if elsewhere:
            room -= len(where(line.namespaces)) + 1
        if elsewhere or before is None or before.done != line.done:
            room -= len(inert(line.done, _NAME)) + 1
        if room < 0:
            return found[:number]
        before = line
    return found


def _named(shown: Sequence[Line]) -> str:
    places = groupby(shown, key=lambda line: line.namespaces)
    return "; ".join(f"{_done_there(there)} {where(place)}" for place, there in places)


def _done_there(there: Iterable[Line]) -> str:
    """Say each verb once for all that follows under it: `read secrets, pods and pods/log`."""
    return ", ".join(
        f"{inert(done, _NAME)} {either([inert(line.about, _NAME) for line in about], 'and')}"
        for done, about in groupby(there, key=lambda line: line.done)
    )


def where(namespaces: Sequence[str]) -> str:
    """Say in which namespaces something is new; the empty one is the whole cluster."""
    names = [inert(name, 63) for name in namespaces if name]
    wide = "" if names and all(namespaces) else "cluster-wide"
    return " and ".join(filter(None, (wide, f"in {few(names, _PLACES)}" if names else "")))


def _unsaid(gain: Gain) -> Iterator[str]:
    if any(part.reach.more for part in gain.parts):
        yield "and more than is gone into"
    if gain.unlooked:
        yield f"in {gain.unlooked:,} namespaces beyond the first {PLACES} it was not looked at"
    if gain.partly:
        yield "perhaps more: a part of it is not known"


def detailed(found: Detailed, more: str) -> Message:
    """Return everything that is new, page by page; `more` is the line that shows the next."""
    gain, every = found.gained.gain, lines(found.gained.gain)
    here = page(len(every), found.asked.page, LINES)
    text = f"{_heading(found)}: {NOTHING if gain.nothing else counted(len(every), 'right')}"
    leads = can(risk for line in every for risk in risks([line.rule]))
    head = [f"*{text}*", f"⚠️ With that one {leads}." if leads else "", "; ".join(_unsaid(gain))]
    old = "" if found.gained.current else was(found.gained.at)
    return kit.message(
        text,
        [
            kit.section("\n".join(filter(None, head))),
            *(kit.section(f"• {_line(one)}") for one in every[here.start : here.end]),
            *further(here, more),
            kit.context(*filter(None, (old, _GROUPS))),
        ],
    )


def _heading(found: Detailed) -> str:
    who = "you" if found.person.id == found.asked.actor else short(found.person.name)
    return f"What {_of(found)} adds on {short(found.cluster)} for {who}"


def _of(found: Detailed) -> str:
    if found.request is None:
        return code(found.asked.level)
    items = found.request.plan.items
    named = whole(items)
    return named if len(named) <= _ASKED else what(items)


def _line(line: Line) -> str:
    return f"{rule_said(line.rule)} {where(line.namespaces)}"
