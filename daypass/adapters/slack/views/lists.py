"""Answers to `requests`, `status` and `leases`: how things stand, for the one who looks."""

from collections.abc import Iterator, Sequence
from typing import Final

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, inert, local_time, mention
from daypass.adapters.slack.views.card import body, needed, summary, wanted
from daypass.adapters.slack.views.direct import release
from daypass.adapters.slack.views.lines import kubectl_lines
from daypass.adapters.slack.views.receipt import cancel
from daypass.adapters.slack.views.scene import STREAMS, Scene
from daypass.adapters.slack.views.words import headline, standing
from daypass.domain.duration import write_duration
from daypass.domain.extension import USUAL
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import Request, RequestState
from daypass.usecases.browse import Requests, Standing

_MOST: Final = 15


def status(found: Standing, scene: Scene) -> Message:
    """Return one request in full, without elements that act: the card has those."""
    text = summary(found.request, found.leases)
    return kit.message(text, _status(found, scene))


def _status(found: Standing, scene: Scene) -> Iterator[Block]:
    yield from kit.idle(body(found.request, found.leases, scene))
    active = [lease for lease in found.leases if lease.state is LeaseState.ACTIVE]
    for lease in active[:5]:
        yield kit.section(code_block(*kubectl_lines(lease, scene)))
    if found.request.state is RequestState.PENDING:
        yield kit.context(f"Withdraw: {scene.typed('cancel', found.request.id)}")


def requests(found: Requests, scene: Scene) -> Message:
    """Return one's own requests, and those that wait for one's answer."""
    mine, waiting = len(found.mine), len(found.waiting)
    text = f"{_counted(waiting, 'request')} for you to decide, {mine} of your own."
    return kit.message(text, _requests(found, scene))


def _requests(found: Requests, scene: Scene) -> Iterator[Block]:
    if found.waiting:
        yield kit.header("For you to decide")
    for request in found.waiting[:_MOST]:
        yield kit.section(_waiting(request, scene))
    yield kit.header("Your requests")
    if not found.mine:
        yield kit.section(f"None yet. {scene.typed('catalog')} shows what you may ask for.")
    for one in found.mine[:_MOST]:
        pending = one.request.state is RequestState.PENDING
        yield kit.section(_own(one), cancel(one.request) if pending else None)
    left = len(found.waiting[_MOST:]) + len(found.mine[_MOST:])
    if left:
        yield kit.context(f"{left} more")


def _waiting(request: Request, scene: Scene) -> str:
    who, length = mention(request.requester.id), write_duration(request.duration)
    return (
        f"{code(request.id)} {who} asks for {wanted(request)} on "
        f"{inert(request.cluster, 80)} for {length}: {inert(request.ask.reason, 200)}\n"
        f"{needed(request, scene)}\n"
        f"{scene.typed('approve', request.id)} or "
        f"{scene.typed('deny', request.id, '--reason', '…')}"
    )


def _own(one: Standing) -> str:
    request = one.request
    what = f"{wanted(request)} on {inert(request.cluster, 80)}"
    asked = local_time(request.asked_at)
    return f"{headline(request, one.leases)}\n{code(request.id)} {what}, asked {asked}"


def leases(found: Sequence[Lease], scene: Scene) -> Message:
    """Return what one holds, each with the lines that use it and the button that ends it."""
    if not found:
        text = f"You hold nothing. {scene.typed('catalog')} shows what you may ask for."
        return kit.message(text, [kit.section(text)])
    return kit.message(f"You hold {_counted(len(found), 'lease')}.", _leases(found, scene))


def _leases(found: Sequence[Lease], scene: Scene) -> Iterator[Block]:
    for lease in found[:_MOST]:
        what = f"{code(lease.level)} on {code(lease.cluster)} {inert(str(lease.scope), 300)}"
        button = release(lease) if lease.grantable else None
        yield kit.section(f"{standing(lease)}\n{what}", button)
        if lease.state is LeaseState.ACTIVE:
            yield kit.section(code_block(*kubectl_lines(lease, scene)))
            yield kit.context(f"Extend: {scene.typed('extend', lease.id, write_duration(USUAL))}")
        yield kit.context(f"Release: {scene.typed('release', lease.id)}")
    left = len(found) - _MOST
    yield kit.context(*([f"{left} more"] if left > 0 else []), STREAMS)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
