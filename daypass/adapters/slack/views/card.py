"""The card: one message per request, a function of the request and its leases, edited in place."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Final

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import ELLIPSIS, code, inert, local_time, mention, quoted
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.words import headline, request_word, standing
from daypass.domain.duration import write_duration
from daypass.domain.lease import Lease
from daypass.domain.request import Approval, Item, Request, RequestState

SHORTER: Final = tuple(
    timedelta(minutes=minutes)
    for minutes in (5, 10, 15, 30, 45, 60, 120, 240, 480, 720, 1_440, 2_880, 4_320, 10_080)
)
_ROWS: Final = 10
"""Levels with a row, and a button, of their own; more of them share one paragraph."""
_REASON: Final = 2_600
_PARAGRAPH: Final = 2_900


def card(request: Request, leases: Sequence[Lease], scene: Scene) -> Message:
    """Return the card as it should read now."""
    return kit.message(summary(request, leases), body(request, leases, scene))


def summary(request: Request, leases: Sequence[Lease]) -> str:
    """Say the whole in one line: for notifications and for those who hear it read."""
    word = request_word(request, leases)
    who, length = inert(request.requester.name, 80), write_duration(request.duration)
    where = inert(request.cluster, 80)
    return f"{word.sign} {word.word}: {wanted(request)} on {where} for {who}, {length}"


def wanted(request: Request) -> str:
    """Name the levels of a request."""
    names = [inert(item.level, 60) for item in request.plan.items]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - reads well
    longer = "more time with " if request.extends else ""
    return f"{longer}{', '.join(names[:3])}{more}"


def body(request: Request, leases: Sequence[Lease], scene: Scene) -> Iterator[Block]:
    """Yield a request's blocks; a card of what is over is shorter."""
    over = _over(request, leases)
    asking = _asked(request) if over else _asking(request)
    yield kit.section(f"{headline(request, leases)}\n{asking}")
    yield from _outcome(request)
    if not over:
        yield kit.fields(*_facts(request, leases))
    yield from _levels(request, leases, scene)
    note = f"{ELLIPSIS} (cut; {scene.typed('status', request.id)} shows all)"
    if request.ask.reason:
        yield kit.section(f"*Why*\n{quoted(request.ask.reason, _REASON, note)}")
    yield kit.context(*_small_print(request, scene))
    if request.state is RequestState.PENDING:
        yield kit.actions(act.decide_block(request.id), tuple(_decisions(request)))


def _over(request: Request, leases: Sequence[Lease]) -> bool:
    if request.state is RequestState.APPROVED and request.extends is None:
        return bool(leases) and not any(lease.live for lease in leases)
    return request.state is not RequestState.PENDING


def _asking(request: Request) -> str:
    who, where = mention(request.requester.id), code(request.cluster)
    return f"{who} asks for {'more time on' if request.extends else 'access to'} {where}"


def _asked(request: Request) -> str:
    who, where = mention(request.requester.id), code(request.cluster)
    length, rule = write_duration(request.duration), _workflows(request)
    what = f"{length} more on {where}" if request.extends else f"access to {where}"
    for_so_long = "" if request.extends else f", for {length}"
    return f"{who} asked for {what}, {_places(request)}{for_so_long} ({rule})"


def _workflows(request: Request) -> str:
    return f"workflow {inert(', '.join(request.plan.workflows), 300)}"


def _facts(request: Request, leases: Sequence[Lease]) -> Iterator[str]:
    yield f"*Who*\n{inert(request.requester.name, 80)} ({inert(request.requester.email, 120)})"
    yield f"*Where*\ncluster {code(request.cluster)}, {_places(request)}"
    planned, given = request.plan.duration, request.duration
    shorter = f" ({write_duration(planned)} were asked for)" if given < planned else ""
    yield f"*How long*\n{write_duration(given)}{shorter}{_longer(request, leases)}"
    yield f"*Rule*\n{_workflows(request)}"


def _longer(request: Request, leases: Sequence[Lease]) -> str:
    """Say which end would become which, where more time is asked for."""
    if request.extends is None:
        return ""
    ends = [lease.ends_at for lease in leases if lease.grantable and lease.ends_at is not None]
    to = [f", until {local_time(e + request.duration)} instead of {local_time(e)}" for e in ends]
    return f" more{''.join(to)}"


def _places(request: Request) -> str:
    scopes = dict.fromkeys(str(item.scope) for item in request.plan.items)
    return inert(" and ".join(scopes), 500)


def _levels(request: Request, leases: Sequence[Lease], scene: Scene) -> Iterator[Block]:
    items = request.plan.items
    by_id = {lease.id: lease for lease in leases}
    rows = [(item, by_id.get(name)) for item, name in zip(items, request.lease_ids, strict=True)]
    if len(rows) > _ROWS:
        yield kit.section(_joined([_row(item, one, scene) for item, one in rows]))
        if any(lease.grantable for lease in leases):
            yield kit.context(f"Revoke: {scene.typed('revoke', request.id)}")
        return
    for item, lease in rows:
        button = _revoke(lease) if lease is not None and lease.grantable else None
        yield kit.section(_row(item, lease if len(rows) > 1 else None, scene), button)


def _joined(rows: Sequence[str]) -> str:
    """Join as many rows as fit a paragraph whole, and count the rest."""
    fitting = [row for row, end in zip(rows, accumulate(len(r) + 1 for r in rows), strict=True)
               if end <= _PARAGRAPH]  # fmt: skip
    left = len(rows) - len(fitting)
    return "\n".join([*fitting, *([f"… and {left} more"] if left else [])])


def _row(item: Item, lease: Lease | None, scene: Scene) -> str:
    place = f" {inert(str(item.scope), 200)}" if lease is not None else ""
    what = f"{code(item.level)}{place}: {scene.gives(item.level)}"
    return f"{standing(lease)}\n{what}" if lease is not None else f"• {what}"


def _revoke(lease: Lease) -> Block:
    text = f"{lease.holder.name} loses {lease.level} on {lease.cluster} at once."
    button = kit.danger(kit.button(act.REVOKE, "Revoke", lease.id))
    return kit.confirmed(button, "Revoke this access?", text, yes="Revoke")


def _decisions(request: Request) -> Iterator[Block]:
    approve = kit.primary(kit.button(act.APPROVE, "Approve", request.id))
    yield kit.confirmed(approve, "Approve this access?", _asks(request), yes="Approve")
    yield kit.danger(kit.button(act.DENY, "Deny", request.id))
    shorter = [length for length in SHORTER if length < request.duration]
    if shorter:
        options = [(write_duration(length), write_duration(length)) for length in shorter]
        menu = kit.select(act.APPROVE_SHORTER, "Approve for less", options)
        who_what = f"{request.requester.name}: {', '.join(i.level for i in request.plan.items)}"
        text = f"{who_what} on {request.cluster}, for the time that you chose."
        yield kit.confirmed(menu, "Approve for less?", text, yes="Approve")


def _asks(request: Request) -> str:
    levels = ", ".join(f"{item.level} {item.scope}" for item in request.plan.items)
    length = write_duration(request.duration) + (" more" if request.extends else "")
    return f"{request.requester.name} gets {length} on {request.cluster}: {levels}"


def _small_print(request: Request, scene: Scene) -> Iterator[str]:
    yield f"Request {code(request.id)}"
    yield f"asked {local_time(request.asked_at)}"
    yield from (_answer(approval) for approval in request.approvals[-4:] if approval.yes)
    if request.state is RequestState.PENDING:
        yield from _waiting(request, scene)
    elif not request.plan.steps:
        yield "approved automatically: its workflow asks nobody"


def _outcome(request: Request) -> Iterator[Block]:
    """Say who or what ended a request that became no lease."""
    match request.state:
        case RequestState.DENIED:
            yield kit.section(f"Denied by {denial(request)}")
        case RequestState.CANCELLED:
            yield kit.section("Withdrawn by its requester.")
        case RequestState.LAPSED:
            yield kit.section(f"Nobody answered in {write_duration(request.plan.timeout)}.")
        case RequestState.PENDING | RequestState.APPROVED:
            return


def denial(request: Request) -> str:
    """Name who said no, and why."""
    answer = request.approvals[-1]
    why = f": {inert(answer.reason, 2_000)}" if answer.reason else "."
    return f"{mention(answer.by.id)}{why}"


def _answer(approval: Approval) -> str:
    less = f" for {write_duration(approval.duration)}" if approval.duration else ""
    return f"approved by {mention(approval.by.id)}{less}"


def _waiting(request: Request, scene: Scene) -> Iterator[str]:
    yield needed(request, scene)
    yield f"times out {local_time(request.lapses_at)}"


def needed(request: Request, scene: Scene) -> str:
    """Say how many approvals are there and whose are missing."""
    progress = request.progress
    if progress.step is None:
        return "approved"
    total = sum(step.count for step in request.plan.steps)
    done = sum(step.count for step in request.plan.steps[: progress.number]) + progress.given
    missing = progress.step.count - progress.given
    whose = scene.asked(progress.step.by)
    of_whom = whose if missing == 1 else f"{missing} of {whose}"
    return f"{done} of {total} approvals, still needed: {of_whom}"
