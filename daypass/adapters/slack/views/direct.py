"""Direct messages to the requester: what is so, what happens next, and the exact line to run."""

from collections.abc import Iterator
from typing import assert_never

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, fits, local_time, packed, short
from daypass.adapters.slack.views import extension
from daypass.adapters.slack.views.card import denial, denied_by, needed
from daypass.adapters.slack.views.lines import again_line, ask_line, kubectl_lines
from daypass.adapters.slack.views.scene import STREAMS, Scene
from daypass.adapters.slack.views.thread import already, left, the_lease
from daypass.adapters.slack.views.unsaid import unsaid
from daypass.adapters.slack.views.wanted import PARAGRAPH, in_status, place, plain_place, wanted
from daypass.adapters.slack.views.words import (
    AT_ONCE,
    DENIED,
    ENDED,
    ENDS_SOON,
    FAILED,
    GRANTED,
    TIMED_OUT,
    cause,
    standing,
    unanswered,
)
from daypass.domain.duration import write_duration
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.extension import usual_more
from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.notification import Notification, Topic
from daypass.domain.request import Request, RequestState


def direct_message(told: Notification, scene: Scene) -> Message:
    """Return the direct message for one piece of news."""
    match told.topic:
        case Topic.GRANTED:
            return _granted(the_lease(told), told.request, scene)
        case Topic.ENDED:
            return _ended(the_lease(told), told.request, scene)
        case Topic.WARNED:
            return _warned(the_lease(told), told.request, scene)
        case Topic.EXTENDED | Topic.NOT_EXTENDED | Topic.SHORTENED:
            return extension.direct(told, the_lease(told), scene)
        case Topic.UNSAID:
            return unsaid(told, scene)
        case Topic.DECIDED:
            return _decided(told.request, scene)
        case Topic.CARD | Topic.ANSWERED | Topic.REMINDED | Topic.SHIFTED:
            raise BrokenInvariantError(f"nobody is told {told.topic} in a direct message")
        case _:
            assert_never(told.topic)


def _what(lease: Lease, scene: Scene) -> str:
    where = place(lease.scope, in_status(lease.request, scene))
    return f"{code(lease.level)} on {code(lease.cluster)} {where}"


def _heard(lease: Lease, scene: Scene) -> str:
    """Say the same to those who hear it read: of two leases of a level the place tells which."""
    where = place(lease.scope, in_status(lease.request, scene))
    return f"{short(lease.level)} on {short(lease.cluster)} {where}"


def _granted(lease: Lease, request: Request, scene: Scene) -> Message:
    heard = _heard(lease, scene)
    if lease.state is not LeaseState.ACTIVE:
        text = f"You had {heard}."
        return kit.message(
            text, [kit.section(f"You had {_what(lease, scene)}.\n{standing(lease)}")]
        )
    until = f" until {local_time(lease.ends_at)}" if lease.ends_at else ""
    text = f"{GRANTED.sign} Granted: {heard}{until}"
    return kit.message(text, _granted_blocks(lease, until, request, scene=scene))


def _granted_blocks(lease: Lease, until: str, request: Request, *, scene: Scene) -> Iterator[Block]:
    yield kit.section(f"{GRANTED}{until}: {_what(lease, scene)}. The cluster itself confirmed it.")
    if lease.already:
        yield kit.section(f"{already(lease)} The end of this takes none of that away.")
    yield kit.section(code_block(*kubectl_lines(lease, scene)))
    if more := usual_more(lease, request.plan, scene.catalog):
        line = scene.typed("extend", lease.id, write_duration(more))
        yield kit.section(f"Need it longer? {line}", extension.button(lease))
    yield kit.section(f"Done earlier? {scene.typed('release', lease.id)}", release(lease))
    yield kit.context(f"Lease {code(lease.id)}", STREAMS)


def _warned(lease: Lease, request: Request, scene: Scene) -> Message:
    text = f"{ENDS_SOON.sign} Ends soon: {_heard(lease, scene)}, {_end(lease)}"
    return kit.message(text, _warned_blocks(lease, request, scene))


def _end(lease: Lease) -> str:
    return local_time(lease.ends_at) if lease.ends_at else ""


def _warned_blocks(lease: Lease, request: Request, scene: Scene) -> Iterator[Block]:
    yield kit.section(f"{ENDS_SOON}, {_end(lease)}: {_what(lease, scene)}.")
    if more := usual_more(lease, request.plan, scene.catalog):
        line = extension.line(lease.id, write_duration(more), scene)
        yield kit.section(f"To keep it longer:\n{code_block(line)}", extension.button(lease))
    yield kit.section(f"Done already? {scene.typed('release', lease.id)}", release(lease))
    yield kit.context(f"Lease {code(lease.id)}", STREAMS)


def release(lease: Lease) -> Block:
    """Return the holder's button that ends a lease."""
    button = kit.button(act.RELEASE, "Release", lease.id)
    where = plain_place(lease.scope)
    text = f"You lose {lease.level} on {lease.cluster} {where} {AT_ONCE}."
    return kit.confirmed(button, "Release this access?", text, yes="Release")


def _ended(lease: Lease, request: Request, scene: Scene) -> Message:
    word = FAILED if lease.cause is EndCause.FAILED else ENDED
    text = f"{word.sign} {word.word}: {_heard(lease, scene)}: {cause(lease)}"
    return kit.message(text, _ended_blocks(lease, request, scene))


def _ended_blocks(lease: Lease, request: Request, scene: Scene) -> Iterator[Block]:
    if lease.cause is EndCause.FAILED:
        yield kit.section(f"{FAILED}: {_what(lease, scene)} was not granted: {cause(lease)}.")
    else:
        yield kit.section(f"{ENDED}: {_what(lease, scene)}, {cause(lease)}.")
    yield kit.section(left(lease))
    line = again_line(lease, request.ask, scene)
    yield kit.section(_to_ask_again(line, lease.request, scene))
    yield kit.context(f"Lease {code(lease.id)}")


def _decided(request: Request, scene: Scene) -> Message:
    where = in_status(request.id, scene)
    what = f"{wanted(request, where)} on {short(request.cluster)}"
    match request.state:
        case RequestState.DENIED:
            text = f"{DENIED.sign} Denied: {what}, by {denied_by(request)}"
            said = f"{DENIED}: {what}, by {denial(request)}"
        case RequestState.LAPSED:
            silence = unanswered(request).capitalize()
            text = f"{TIMED_OUT.sign} Timed out: {what}. {silence}."
            said = f"{TIMED_OUT}: {what}. {silence}. {needed(request, scene)}."
        case _:
            text = said = f"Request {request.id}: {what} is {request.state}."
    small = kit.context(f"Request {code(request.id)}")
    whole = map(kit.section, packed([said], " ", PARAGRAPH))
    return kit.message(text, [*whole, kit.section(_again(request, scene)), small])


def _again(request: Request, scene: Scene) -> str:
    length = request.plan.duration
    if request.extends is None:
        return _to_ask_again(ask_line(request.ask, scene, length), request.id, scene)
    line = extension.line(request.extends, write_duration(length), scene)
    return f"To ask again, if that access still lasts:\n{code_block(line)}"


def _to_ask_again(line: str, request: RequestId, scene: Scene) -> str:
    """Show the line whole, or where to read what it would name."""
    if fits(line):
        return f"To ask again:\n{code_block(line)}"
    all_of_it = scene.typed("status", request)
    return f"The line to ask again is too long to show; {all_of_it} names what was asked for."
