"""The levels of a request, each with its place, what it gives and what became of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block
from daypass.adapters.slack.text import SHORT_NAME, packed
from daypass.adapters.slack.views.detail import FULL, Detail
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import PARAGRAPH, naming, plain_place
from daypass.adapters.slack.views.words import AT_ONCE, standing
from daypass.domain.lease import Lease
from daypass.domain.legible import MOST_LEVELS
from daypass.domain.request import Item, Request

_BUTTONS: Final = 10
"""Levels with a button of their own; more of them are revoked by typing."""


def rows(
    request: Request, leases: Sequence[Lease], scene: Scene, *, detail: Detail = FULL
) -> Iterator[Block]:
    """Yield a paragraph for each level; where there are many, paragraphs for all of them."""
    by_id = {lease.id: lease for lease in leases}
    items = request.plan.items
    # More were never asked for: a request with more of them was not judged by this version.
    found = [(item, by_id.get(name)) for item, name in zip(items, request.lease_ids, strict=True)]
    shown = [_row(request, *one, scene=scene, detail=detail) for one in found[:MOST_LEVELS]]
    left = [f"… and {len(items) - MOST_LEVELS} more"] if len(items) > MOST_LEVELS else []
    if len(items) > _BUTTONS:
        yield from map(kit.section, packed([*_lines(shown), *left], "\n", PARAGRAPH))
        if any(lease.grantable for lease in leases):
            yield kit.context(f"Revoke: {scene.typed('revoke', request.id)}")
        return
    for (_, lease), row in zip(found, shown, strict=True):
        first, *others = row
        button = _revoke(lease) if lease is not None and lease.grantable else None
        yield kit.section(first, button)
        yield from map(kit.section, others)


def _lines(shown: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in shown:
        yield from row


def _row(
    request: Request, item: Item, lease: Lease | None, *, scene: Scene, detail: Detail
) -> Sequence[str]:
    """Return one level in as many paragraphs as its names need, mostly one."""
    gives = scene.gives(item.level, request.cluster, detail.summary, acts=detail.acts)
    *names, last = naming(request, item)
    what = [*names, f"{last}: {gives}" if gives else last]
    of_several = lease is not None and len(request.plan.items) > 1
    head = f"{standing(lease, detail.cause)}\n" if lease is not None and of_several else "• "
    return list(packed([head + what[0], *what[1:]], ", ", PARAGRAPH))


def _revoke(lease: Lease) -> Block:
    holder = lease.holder.email[:SHORT_NAME]
    where = plain_place(lease.scope)
    text = f"{lease.level} on {lease.cluster} {where} ends {AT_ONCE}. Its holder: {holder}"
    button = kit.danger(kit.button(act.REVOKE, "Revoke", lease.id))
    return kit.confirmed(button, "Revoke this access?", text, yes="Revoke")
