"""What is answered at once: to a request, and to every command or click that changed something."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, assert_never

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, inert, local_time, mention, mention_channel, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.card import needed
from daypass.adapters.slack.views.detail import FULL
from daypass.adapters.slack.views.leading import leading
from daypass.adapters.slack.views.rows import rows
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import in_status, listed, place, places, so_long, wanted
from daypass.adapters.slack.views.words import (
    CANCELLED,
    DENIED,
    ENDING,
    EXTENDING,
    GRANTING,
    PENDING,
    ends_later,
)
from daypass.domain.duration import write_duration
from daypass.domain.lease import Lease
from daypass.domain.listing import few
from daypass.domain.request import Request, RequestState
from daypass.usecases.requests.submit import Submitted

_NAMED: Final = 6
"""Leases of one answer; who ends more at once knows which."""


def receipt(submitted: Submitted, scene: Scene) -> Message:
    """Return the answer to a request that was stored: what was asked for, and who decides."""
    request = submitted.request
    where = in_status(request.id, scene)
    what = f"{wanted(request, where)} on {short(request.cluster)}"
    length = write_duration(request.duration)
    if request.state is RequestState.PENDING:
        text = f"{PENDING.sign} Pending: you asked for {what} for {length}. Request {request.id}"
        return kit.message(text, _pending(submitted, scene))
    text = f"{GRANTING.sign} Granting: {what} for {length}. Request {request.id}"
    return kit.message(text, _automatic(submitted, scene))


def _pending(submitted: Submitted, scene: Scene) -> Iterator[Block]:
    request = submitted.request
    asked = inert(", ".join(submitted.asked), 1_000)
    count = sum(step.count for step in request.plan.steps)
    approvals = "One approval is" if count == 1 else f"{count} approvals are"
    yield from _asked_for(f"{PENDING}", submitted, scene)
    yield kit.section(
        f"{approvals} needed, from {asked}. The card goes to {asking_places(request)}; if Slack "
        "does not take it there, you are told. If nobody answers, the request times out "
        f"{local_time(request.lapses_at)}."
    )
    yield kit.actions(f"mine:{request.id}", [cancel(request)])
    yield kit.context(*_small_print(request), f"Withdraw: {scene.typed('cancel', request.id)}")


def _automatic(submitted: Submitted, scene: Scene) -> Iterator[Block]:
    request = submitted.request
    yield from _asked_for(f"{GRANTING}", submitted, scene)
    yield kit.section(
        "Nobody has to approve this. You get a direct message with the line to run "
        "as soon as the cluster itself confirms it."
    )
    yield kit.context(*_small_print(request), f"See: {scene.typed('status', request.id)}")


def _asked_for(word: str, submitted: Submitted, scene: Scene) -> Iterator[Block]:
    """Say all of what was asked for."""
    request = submitted.request
    length = f"for {write_duration(request.duration)}"
    default = " (the default, as you named no duration)" if submitted.defaulted else ""
    items = request.plan.items
    meant = " (the default, as you named no level)" if submitted.level_defaulted else ""
    named = f"{code(items[0].level)}{meant} " if len(items) == 1 else ""
    what = f"{named}{places(request)}"
    yield kit.section(f"{word}: {what} on {code(request.cluster)} {length}{default}.")
    yield from listed(request)
    if len(items) > 1:
        yield from rows(request, (), scene, detail=replace(FULL, summary=0))
    yield from leading(request)


def asking_places(request: Request) -> str:
    """Name every channel in which a request's people are asked, in their turn."""
    named: set[str] = set()
    turns: list[str] = []
    for channels in request.plan.channels:
        if later := [channel for channel in channels if channel not in named]:
            turns.append(" and ".join(map(mention_channel, later)))
            named.update(later)
    return ", then to ".join(turns) or "no channel"


def _small_print(request: Request) -> Sequence[str]:
    workflows = inert(", ".join(request.plan.workflows), lengths.WORKFLOWS)
    return f"Request {code(request.id)}", f"decided by workflow {workflows}"


def cancel(request: Request) -> Block:
    """Return the requester's button that withdraws a pending request."""
    return kit.button(act.CANCEL, "Cancel request", request.id)


def decided(request: Request, scene: Scene) -> Message:
    """Return the answer to a yes or no that was stored."""
    match request.state:
        case RequestState.PENDING:
            text = f"Your yes counts: {_short(request, scene)}. {needed(request, scene)}."
        case RequestState.DENIED:
            text = f"{DENIED}: {_short(request, scene)}. The requester is told why."
        case RequestState.APPROVED:
            length = so_long(request)
            now = EXTENDING if request.extends else GRANTING
            text = f"Approved: {_short(request, scene)} for {length}. {now} now."
        case RequestState.CANCELLED | RequestState.LAPSED:
            text = f"{_short(request, scene)} is {request.state}."
        case _:
            assert_never(request.state)
    return kit.message(text, [kit.section(text)])


def cancelled(request: Request, scene: Scene) -> Message:
    """Return the answer to a request that was withdrawn."""
    text = f"{CANCELLED}: {_short(request, scene)}. Nobody is asked any more."
    return kit.message(text, [kit.section(text)])


def ending(leases: Sequence[Lease], scene: Scene, silent: Sequence[str] = ()) -> Message:
    """Return the answer to a release or revoke: what is being taken away.

    On clusters that are `silent` it is not, as yet.
    """
    taken = few([_taken(lease, scene) for lease in leases], _NAMED)
    text = f"{ENDING}: {taken}. It is over when the cluster confirms it; that is told, too."
    text += f"\n{ends_later(silent)}" if silent else ""
    return kit.message(text, [kit.section(text)])


def _taken(lease: Lease, scene: Scene) -> str:
    where = place(lease.scope, in_status(lease.request, scene), lengths.PLACES)
    return f"{code(lease.level)} on {short(lease.cluster)} {where}"


def _short(request: Request, scene: Scene) -> str:
    who, where = mention(request.requester.id), short(request.cluster)
    what = wanted(request, in_status(request.id, scene))
    return f"{what} on {where} for {who} (request {code(request.id)})"
