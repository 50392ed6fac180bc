"""What levels lead to beyond what they say, in words that are never cut."""

from collections.abc import Iterable, Iterator
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.text import local_time, mention
from daypass.domain.rbac.risk import MEANS
from daypass.domain.reasons import either
from daypass.domain.request import Request, RequestState
from daypass.domain.risk import Risk

_NAMED: Final = 3
"""People whose yes is void; the trail has all of them."""


def can(risks: Iterable[Risk]) -> str:
    """Say what one can do with these risks, worst first; empty for none."""
    there = set(risks)
    said = [MEANS[risk] for risk in Risk if risk in there]
    return f"can {either(said, 'and')}" if said else ""


def leading(request: Request) -> Iterator[Block]:
    """Say what all levels of a request lead to together."""
    if said := leads(request):
        yield kit.section(said)


def changed(request: Request) -> Iterator[Block]:
    """Say that a request that waits is for something else than it was, and whose yes is void."""
    if said := renewed(request):
        yield kit.section(said)


def leads(request: Request) -> str:
    """Return the sentence on what a request leads to; empty where it leads no further."""
    said = can(risk for item in request.plan.items for risk in item.risks)
    return f"⚠️ *Leads further:* whoever has this {said}." if said else ""


def renewed(request: Request) -> str:
    """Return the sentence on what changed while a request waits; empty where nothing did."""
    if request.state is not RequestState.PENDING or request.renewed_at is None:
        return ""
    people = dict.fromkeys(mention(one.by.id) for one in request.void if one.yes)
    after = f", after {either(list(people)[-_NAMED:], 'and')} said yes" if people else ""
    return (
        f"🔁 *{changes(request)}*{after} (seen {local_time(request.renewed_at)}). "
        "Only a yes to what it is now counts."
    )


def changes(request: Request) -> str:
    """Say what may make an earlier yes to a request void."""
    if request.extends is not None:
        return "The lease was shortened, or what it gives was changed on the cluster"
    return "What this gives was changed on the cluster"
