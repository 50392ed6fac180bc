"""More time for a lease, or less: what is answered, what is told, and the button that asks."""

from collections.abc import Iterator, Sequence

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, code_block, inert, local_time, mention, short
from daypass.adapters.slack.views.receipt import asking_places, cancel
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import in_status, place, plain_place
from daypass.adapters.slack.views.words import (
    CAUSE,
    EXTENDED,
    EXTENDING,
    NOT_EXTENDED,
    PENDING,
    SHORTENED,
    ends_later,
)
from daypass.domain.duration import write_duration
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.extension import could_last_longer
from daypass.domain.holding import USUAL
from daypass.domain.lease import Lease
from daypass.domain.notification import Notification, Topic
from daypass.domain.request import Request
from daypass.usecases.requests.extend import Extended

SEAMLESS = "No reconnect is needed: nothing is taken away in between."


def button(lease: Lease) -> Block:
    """Return the holder's button that asks for as much more as is usual."""
    shown = kit.button(act.EXTEND, "Extend", lease.id)
    text = (
        f"{lease.level} on {lease.cluster} {plain_place(lease.scope)} lasts up to "
        f"{write_duration(USUAL)} longer. Where the rules do not give that at once, approvers are "
        "asked."
    )
    return kit.confirmed(shown, "Extend this access?", text, yes="Extend")


def line(lease: str, length: str, scene: Scene) -> str:
    """Return the command that asks for more time."""
    return f"{scene.command} extend {lease} {length}"


def extending(found: Extended, scene: Scene) -> Message:
    """Return the answer to who wants more time: it is being made so, or somebody is asked."""
    if found.request is not None:
        length = write_duration(found.request.duration)
        text = (
            f"{PENDING.sign} Pending: you asked for {length} more of {_plain(found.lease, scene)}."
        )
        return kit.message(text, _asked(found, found.request, scene))
    if found.extension is None:
        raise BrokenInvariantError(f"lease {found.lease.id} is neither extended nor asked for")
    until = local_time(found.extension.until)
    text = f"{EXTENDING}: {_what(found.lease, scene)} until {until}. {SEAMLESS}"
    return kit.message(text, [kit.section(text)])


def _asked(found: Extended, request: Request, scene: Scene) -> Iterator[Block]:
    length, asked = write_duration(request.duration), inert(", ".join(found.asked), 1_000)
    yield kit.section(f"{PENDING}: you asked for {length} more of {_what(found.lease, scene)}.")
    count = sum(step.count for step in request.plan.steps)
    needed = "an approval is" if count == 1 else f"{count} approvals are"
    yield kit.section(
        f"That is more than the rules give at once, so {needed} needed, from "
        f"{asked}. The question goes to {asking_places(request)}; if Slack does not take it there, "
        f"you are told. If nobody answers, it times out {local_time(request.lapses_at)}. Until "
        "then you keep what you have."
    )
    yield kit.actions(f"mine:{request.id}", [cancel(request)])
    yield kit.context(
        f"Request {code(request.id)}", f"Withdraw: {scene.typed('cancel', request.id)}"
    )


def shortened(lease: Lease, scene: Scene, silent: Sequence[str] = ()) -> Message:
    """Return the answer to who took time off a lease; its cluster may be `silent`."""
    until = local_time(lease.ends_at) if lease.ends_at else "now"
    text = f"{SHORTENED}: {_what(lease, scene)} ends {until}."
    text += f"\n{ends_later(silent)}" if silent else ""
    return kit.message(text, [kit.section(text)])


def told(news: Notification, lease: Lease, scene: Scene) -> str:
    """Say that the end of a lease was moved, or was not; the same in thread and direct."""
    match news.topic:
        case Topic.SHORTENED:
            return _shortened(lease, news.count, scene)
        case Topic.NOT_EXTENDED:
            wanted = lease.extensions[news.count - 1]
            why = inert(wanted.refused.rstrip(". "), CAUSE)
            cut = any(cut.at >= wanted.asked_at for cut in lease.cuts)
            stays = "does not last longer" if cut else "keeps the end that it has"
            return f"{NOT_EXTENDED}: {_what(lease, scene)} {stays}: {why}."
        case Topic.EXTENDED:
            return _extended(lease, news.count, scene)
        case _:
            raise BrokenInvariantError(f"{news.topic} moves no end")


def _extended(lease: Lease, count: int, scene: Scene) -> str:
    one = lease.extensions[count - 1]
    length, until = write_duration(one.length), local_time(one.until)
    free = "" if one.request else ", within the rules"
    return f"{EXTENDED} until {until}: {_what(lease, scene)}, {length} more{free}. {SEAMLESS}"


def _shortened(lease: Lease, count: int, scene: Scene) -> str:
    cut = lease.cuts[count - 1]
    why = f": {inert(cut.why, CAUSE)}" if cut.why else "."
    return (
        f"{SHORTENED}: {_what(lease, scene)} ends {local_time(cut.to)}, by {mention(cut.by)}{why}"
    )


def direct(news: Notification, lease: Lease, scene: Scene) -> Message:
    """Return the direct message that tells it, with what can be done now."""
    text = told(news, lease, scene)
    return kit.message(text, _direct(text, news, lease, scene=scene))


def _direct(text: str, news: Notification, lease: Lease, *, scene: Scene) -> Iterator[Block]:
    yield kit.section(text)
    again = lease.grantable and could_last_longer(lease, scene.catalog)
    if news.topic is Topic.NOT_EXTENDED and again:
        length = write_duration(lease.extensions[news.count - 1].length)
        yield kit.section(f"To try again:\n{code_block(line(lease.id, length, scene))}")
    yield kit.context(f"Lease {code(lease.id)}")


def _what(lease: Lease, scene: Scene) -> str:
    where = place(lease.scope, in_status(lease.request, scene))
    return f"{code(lease.level)} on {code(lease.cluster)} {where}"


def _plain(lease: Lease, scene: Scene) -> str:
    where = place(lease.scope, in_status(lease.request, scene))
    return f"{short(lease.level)} on {short(lease.cluster)} {where}"
