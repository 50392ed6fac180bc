"""Answers to `requests`, `status` and `leases`: how things stand, for the one who looks."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.limits import text_length
from daypass.adapters.slack.limits_table import MESSAGE_BLOCKS, MESSAGE_TEXT
from daypass.adapters.slack.text import code, code_block, cut, inert, local_time, mention, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.card import body, needed, summary
from daypass.adapters.slack.views.detail import (
    LIST_BLOCKS,
    LIST_TEXT,
    Detail,
    entries,
    fitting,
)
from daypass.adapters.slack.views.direct import release
from daypass.adapters.slack.views.leading import leads, renewed
from daypass.adapters.slack.views.lines import kubectl_lines
from daypass.adapters.slack.views.receipt import cancel
from daypass.adapters.slack.views.scene import STREAMS, Scene
from daypass.adapters.slack.views.unsaid import still_unsaid
from daypass.adapters.slack.views.wanted import in_status, place, so_long, wanted
from daypass.adapters.slack.views.words import headline, not_all_known, standing
from daypass.domain.extension import could_last_longer
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import Request, RequestState
from daypass.usecases.requests.browse import Requests, Standing

_MOST: Final = 15
"""Requests in one answer: what a screen shows."""


def status(found: Standing, scene: Scene) -> Message:
    """Return one request in full, without elements that act: the card has those."""
    text = summary(found.request, found.leases)
    return kit.message(text, _status(found, scene))


def _status(found: Standing, scene: Scene) -> Iterator[Block]:
    said = fitting(lambda detail: _standing(found, scene, detail), LIST_TEXT)
    yield from said
    lines = [
        [kit.section(code_block(*kubectl_lines(lease, scene)))]
        for lease in found.leases
        if found.own and lease.state is LeaseState.ACTIVE  # To anybody else they are of no use.
    ]
    room = MESSAGE_TEXT - text_length(said) - lengths.BRIEF
    shown = entries(lines, room, MESSAGE_BLOCKS - len(said) - 1)
    for entry in shown:
        yield from entry
    if len(shown) < len(lines):
        yield kit.context(f"{scene.typed('leases')} shows how to use the others")


def _standing(found: Standing, scene: Scene, detail: Detail) -> Iterator[Block]:
    if found.unsaid is not None:
        yield kit.section(still_unsaid(found.unsaid))
    said = body(found.request, found.leases, scene, detail=detail, gained=found.gained)
    yield from kit.idle(said)
    if found.own and found.request.state is RequestState.PENDING:
        yield kit.context(f"Withdraw: {scene.typed('cancel', found.request.id)}")


def requests(found: Requests, scene: Scene) -> Message:
    """Return one's own requests, and those that wait for one's answer."""
    mine, waiting = len(found.mine), len(found.waiting)
    text = f"{_counted(waiting, 'request')} for you to decide, {mine} of your own."
    return kit.message(text, _requests(found, scene))


def _requests(found: Requests, scene: Scene) -> Iterator[Block]:
    waiting = [[kit.section(_waiting(one, scene))] for one in found.waiting[:_MOST]]
    mine = [[_own(one, scene)] for one in found.mine[:_MOST]]
    waiting_shown = entries(waiting, LIST_TEXT // 2, LIST_BLOCKS)
    mine_shown = entries(mine, LIST_TEXT // 2, LIST_BLOCKS)
    if waiting_shown:
        yield kit.header("For you to decide")
    for entry in waiting_shown:
        yield from entry
    yield kit.header("Your requests")
    if not found.mine:
        yield kit.section(f"None yet. {scene.typed('catalog')} shows what you may ask for.")
    for entry in mine_shown:
        yield from entry
    left = len(found.waiting) + len(found.mine) - len(waiting_shown) - len(mine_shown)
    if left:
        yield kit.context(f"{left} more: {scene.typed('status', 'ID')} shows each")


def _waiting(request: Request, scene: Scene) -> str:
    who, length = mention(request.requester.id), so_long(request)
    see = f"{scene.typed('status', request.id)} shows all"
    what = wanted(request, in_status(request.id, scene))
    why = cut(inert(request.ask.reason, 10_000), lengths.SENTENCE, f"… ({see})")
    no = scene.typed("deny", request.id, "--reason", "…")
    # Nobody knows when whoever types read this: what was changed is approved beside what it says.
    first = request.renewed_at is None
    yes = scene.typed("approve", request.id) if first else "Approve on its card"
    said = (
        f"{code(request.id)} {who} asks for {what} on {short(request.cluster)} for {length}: {why}",
        renewed(request),
        leads(request),
        needed(request, scene, lengths.SENTENCE),
        f"{yes} or {no}",
    )
    return "\n".join(filter(None, said))


def _own(one: Standing, scene: Scene) -> Block:
    request = one.request
    where = in_status(request.id, scene)
    what = f"{wanted(request, where)} on {short(request.cluster)}"
    asked = local_time(request.asked_at)
    pending = request.state is RequestState.PENDING
    text = f"{headline(request, one.leases)}\n{code(request.id)} {what}, asked {asked}"
    return kit.section(text, cancel(request) if pending else None)


def leases(found: Sequence[Lease], scene: Scene, unlooked: Sequence[str] = ()) -> Message:
    """Return what one holds, each with the lines that use it and the button that ends it.

    Of clusters `unlooked` at since the store was lost there may be more.
    """
    more = [kit.section(not_all_known(unlooked))] if unlooked else []
    if not found:
        nothing = "You hold nothing that is known." if more else "You hold nothing."
        text = f"{nothing} {scene.typed('catalog')} shows what you may ask for."
        return kit.message(text, [kit.section(text), *more])
    text = f"You hold {_counted(len(found), 'lease')}."
    return kit.message(text, [*more, *_leases(found, scene)])


def _leases(found: Sequence[Lease], scene: Scene) -> Iterator[Block]:
    shown = entries([list(_held(lease, scene)) for lease in found[:_MOST]], LIST_TEXT, LIST_BLOCKS)
    for entry in shown:
        yield from entry
    left = len(found) - len(shown)
    more = [f"{left} more: {scene.typed('status', 'ID')} shows each"] if left else []
    yield kit.context(*more, STREAMS)


def _held(lease: Lease, scene: Scene) -> Iterator[Block]:
    where = place(lease.scope, in_status(lease.request, scene))
    what = f"{code(lease.level)} on {code(lease.cluster)} {where}"
    button = release(lease) if lease.grantable else None
    yield kit.section(f"{standing(lease)}\n{what}", button)
    if lease.state is LeaseState.ACTIVE:
        yield kit.section(code_block(*kubectl_lines(lease, scene)))
        if lease.extension is None and could_last_longer(lease, scene.catalog):
            yield kit.context(f"Extend: {scene.typed('extend', lease.id)}")
    if lease.grantable:  # What is ending cannot be given back any more.
        yield kit.context(f"Release: {scene.typed('release', lease.id)}")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
