"""Answers to `who`: leases first, for they end; then what always holds."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, local_time, mention, short
from daypass.adapters.slack.views.discover import bound
from daypass.adapters.slack.views.pictured import (
    NAME,
    PAGE,
    around,
    counted,
    further,
    named,
)
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import in_status, place
from daypass.adapters.slack.views.words import not_all_known
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.search import Thing, page
from daypass.usecases.requests.who import Present

_PLACES: Final = 150
"""Namespaces of a lease that are named; its request has all."""


def present(found: Present, scene: Scene, more: str) -> Message:
    """Return who can act there; `more` is the line that shows the next page."""
    total = len(found.leases) + len(found.standing)
    places = ", ".join(map(short, found.asked.namespaces[:3]))
    where = f"in {places} on " if places else "on "
    leases, standing = counted(len(found.leases), "lease"), len(found.standing)
    others = f"{standing:,} by standing bindings" if standing else "nobody by standing bindings"
    text = f"Who can act {where}{short(found.view.cluster.name)} now: {leases}, {others}."
    here = page(total, found.asked.page, PAGE)
    said = list(_said(found, scene))[here.start : here.end]
    return kit.message(
        text,
        [kit.section(text), *said, *further(here, more), *_left_out(found), *around(found.view)],
    )


def _said(found: Present, scene: Scene) -> Iterator[Block]:
    leases = (_lease(one, found, scene) for one in found.leases)
    return map(kit.section, chain(leases, map(_standing, found.standing)))


def _lease(lease: Lease, found: Present, scene: Scene) -> str:
    # Not everybody who sees a lease may read its request.
    may = found.view.sight.everything or lease.holder.id == found.view.person.id
    all_of_them = in_status(lease.request, scene) if may else "its request names all"
    where = place(lease.scope, all_of_them, _PLACES)
    return f"⏱️ {mention(lease.holder.id)} has {code(lease.level)} {where}, {_until(lease)}"


def _until(lease: Lease) -> str:
    if lease.state is LeaseState.GRANTING:
        return "is being granted"
    if lease.state is LeaseState.REVOKING:
        return "is being removed"
    return f"until {local_time(lease.ends_at)}" if lease.ends_at else "for now"


def _standing(thing: Thing) -> str:
    return f"{thing.kind} {code(named(thing), NAME)}: {bound(thing)}"


def _left_out(found: Present) -> Iterator[Block]:
    """Say that it may not be all; how much there is tells nobody of what they do not see."""
    if found.unlooked:
        yield kit.section(not_all_known([found.view.cluster.name]))
    if found.unread:
        many = counted(found.unread, "lease") if found.view.sight.everything else "some leases"
        yield kit.context(f"Not looked at: {many} of this cluster")
    if found.crowded:
        many = counted(found.crowded, "binding")
        yield kit.context(f"Not all are named: {many} there for more subjects than are kept")
