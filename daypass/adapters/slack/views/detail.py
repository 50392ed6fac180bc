"""How much a view says of what matters less, so that what matters stands whole in one message.

By rank: who, what, where, how long and why come first and are never shortened while people decide;
then what became of it, who could say yes, and at last what the catalog says of each level.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.limits import text_length
from daypass.adapters.slack.limits_table import MESSAGE_BLOCKS, MESSAGE_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Characters for each summary, each cause, all approvers, and a reason that was decided on.

    And for what a request adds: a summary, too; all of it stands behind a button. Of what it rests
    on that shifted so many are told, as in the thread where it was first asked. `acts`: whether
    each level says as which group one acts; the catalog does, too.
    """

    summary: int = 1_000
    cause: int = 400
    people: int = 1_000
    reason: int = 10_000
    adds: int = 400
    shifts: int = 5
    acts: bool = True


FULL: Final = Detail()
_LESS: Final = (
    FULL,
    Detail(summary=200, cause=200, adds=300),
    Detail(summary=80, cause=100, people=500, adds=200),
    Detail(summary=0, cause=60, people=250, adds=100),
    Detail(summary=0, cause=20, people=100, reason=1_200, adds=0),
    Detail(summary=0, cause=20, people=100, reason=1_200, adds=0, shifts=0, acts=False),
)


def fitting(say: Callable[[Detail], Iterable[Block]], room: int = MESSAGE_TEXT) -> Sequence[Block]:
    """Return what is said in the most detail that fits one message."""
    said: Sequence[Block] = ()
    for detail in _LESS:
        said = list(say(detail))
        if text_length(said) <= room:
            return said
    return said


def entries(found: Sequence[Sequence[Block]], room: int, blocks: int) -> Sequence[Sequence[Block]]:
    """Return as many entries of a list, from its beginning, as fit whole."""
    shown: list[Sequence[Block]] = []
    for entry in found:
        room -= text_length(entry)
        blocks -= len(entry)
        if room < 0 or blocks < 0:
            break
        shown.append(entry)
    return shown


LIST_TEXT: Final = MESSAGE_TEXT - 1_000
"""Leaves room for the heading and for what is said of the rest."""
LIST_BLOCKS: Final = MESSAGE_BLOCKS - 6
"""What the entries of a list have; the rest is for headers and for what is left out."""
