"""The buttons that decide on a request; each dialog says all of it, or where all of it stands."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.text import SHORT_NAME
from daypass.adapters.slack.views.wanted import ON_CARD, counted, so_long
from daypass.domain.duration import write_duration
from daypass.domain.legible import scopes
from daypass.domain.request import Item, Request

SHORTER: Final = tuple(
    timedelta(minutes=minutes)
    for minutes in (5, 10, 15, 30, 45, 60, 120, 240, 480, 720, 1_440, 2_880, 4_320, 10_080)
)
_CHOSEN: Final = ("Access", ", for the time that you chose")
_CHOSEN_MORE: Final = ("More time", ", as much more as you chose")
_DIALOG: Final = 300
"""Characters of a dialog's text; Slack takes no more."""


def decisions(request: Request) -> Iterator[Block]:
    """Yield what approves, denies and approves for less, which is all that it gives."""
    length = so_long(request) + (" more" if request.extends else "")
    approve = kit.primary(kit.button(act.APPROVE, "Approve", request.id))
    text = _dialog(request, length, "")
    yield kit.confirmed(approve, "Approve this access?", text, yes="Approve")
    yield deny_button(request)
    shorter = [write_duration(length) for length in SHORTER if length < request.duration]
    if shorter:
        menu = kit.select(act.APPROVE_SHORTER, "Approve for less", [(one, one) for one in shorter])
        text = _dialog(request, *(_CHOSEN_MORE if request.extends else _CHOSEN))
        yield kit.confirmed(menu, "Approve for less?", text, yes="Approve")


def deny_button(request: Request) -> Block:
    """Return the button that denies."""
    return kit.danger(kit.button(act.DENY, "Deny", request.id))


def _dialog(request: Request, gets: str, end: str) -> str:
    """Say what, and last for whom: whatever a name says, it cannot be taken for what is asked."""
    what, items = f"{gets} on {request.cluster}", request.plan.items
    who = f"For {request.requester.email[:SHORT_NAME]}."
    whole = f"{what}: {_plainly(items)}{end}. {who}"
    return whole if len(whole) <= _DIALOG else f"{what}: {counted(items)}{end}; {ON_CARD}. {who}"


def _plainly(items: tuple[Item, ...]) -> str:
    if len(scopes(items)) == 1:
        return f"{', '.join(item.level for item in items)} {items[0].scope}"
    return ", ".join(f"{item.level} {item.scope}" for item in items)
