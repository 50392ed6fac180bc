"""The card: one message per request, a function of the request and its leases, edited in place."""

from collections.abc import Iterator, Sequence

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, Message
from daypass.adapters.slack.text import code, cut, inert, local_time, mention, packed, quoted, short
from daypass.adapters.slack.views import lengths
from daypass.adapters.slack.views.adding import adds
from daypass.adapters.slack.views.deciding import decisions, deny_button
from daypass.adapters.slack.views.detail import Detail, fitting
from daypass.adapters.slack.views.leading import changed, leading
from daypass.adapters.slack.views.rows import rows
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.shifted import sentences
from daypass.adapters.slack.views.wanted import ON_CARD, PARAGRAPH, listed, places, so_long, wanted
from daypass.adapters.slack.views.words import headline, request_word, unanswered
from daypass.domain.duration import write_duration
from daypass.domain.lease import Lease
from daypass.domain.legible import legible
from daypass.domain.rbac.gain import Gained
from daypass.domain.request import Approval, Request, RequestState
from daypass.domain.shift import Shift
from daypass.domain.unseen import says_nothing


def card(
    request: Request,
    leases: Sequence[Lease],
    scene: Scene,
    *,
    shifts: Sequence[Shift] = (),
    gained: Gained | None = None,
) -> Message:
    """Return the card as it should read now.

    `shifts` are those of what it rests on; `gained` is what the request adds, where known.
    """

    def say(detail: Detail) -> Iterator[Block]:
        if shifts:  # First: whoever decides must not miss it.
            yield kit.section(sentences(shifts, request.cluster, detail.shifts))
        yield from body(request, leases, scene, detail=detail, gained=gained)

    return kit.message(summary(request, leases), fitting(say))


def summary(request: Request, leases: Sequence[Lease]) -> str:
    """Say the whole in one line: for notifications and for those who hear it read."""
    word = request_word(request, leases)
    who, length = inert(request.requester.name, lengths.NAME), _so_long(request)
    what, where = wanted(request, ON_CARD, PARAGRAPH), short(request.cluster)
    # A name comes last: whatever it says, it cannot be taken for what is asked.
    return f"{word.sign} {word.word}: {what} on {where}, {length}, for {who}"


def body(
    request: Request,
    leases: Sequence[Lease],
    scene: Scene,
    *,
    detail: Detail,
    gained: Gained | None = None,
) -> Iterator[Block]:
    """Yield a request's blocks in so much detail; those of what is over are fewer."""
    over = _over(request, leases)
    asking = _asked(request) if over else _asking(request)
    yield kit.section(f"{headline(request, leases, detail.cause)}\n{asking}")
    yield from _outcome(request, detail)
    yield from changed(request)
    if not over:
        yield kit.fields(*_facts(request, leases))
    yield from listed(request)
    yield from rows(request, leases, scene, detail=detail)
    if not over:
        yield from leading(request)
    if gained is not None:
        yield adds(gained, request.id, detail.adds)
    yield from _why(request, detail)
    yield kit.context(*_small_print(request, scene, detail))
    if request.state is RequestState.PENDING:
        yield from _deciding(request)


def _deciding(request: Request) -> Iterator[Block]:
    """What cannot be shown whole cannot be approved either; it is judged so at the click, too."""
    block = act.decide_block(request.id, request.edition)
    if not legible(request.plan.items):
        yield kit.section("This is more than can be shown here, so nobody can approve it.")
        yield kit.actions(block, [deny_button(request)])
    else:
        yield kit.actions(block, tuple(decisions(request)))


def _why(request: Request, detail: Detail) -> Iterator[Block]:
    """Quote the reason, all of it while people decide."""
    if says_nothing(request.ask.reason):
        return
    said = "\n".join(quoted(request.ask.reason))
    if request.state is not RequestState.PENDING:
        said = cut(said, detail.reason, "… (cut; the audit trail has all of it)")
    yield from map(kit.section, packed(["*Why*", *said.split("\n")], "\n", PARAGRAPH))


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
    return f"{who} asked for {what}, {places(request)}{for_so_long} ({rule})"


def _workflows(request: Request) -> str:
    if request.plan.taken_over:
        return "a workflow that is not known any more"
    return f"workflow {inert(', '.join(request.plan.workflows), lengths.WORKFLOWS)}"


def _facts(request: Request, leases: Sequence[Lease]) -> Iterator[str]:
    name = inert(request.requester.name, lengths.NAME)
    yield f"*Who*\n{name} ({inert(request.requester.email, lengths.EMAIL)})"
    yield f"*Where*\ncluster {code(request.cluster)}, {places(request)}"
    planned = request.plan.duration
    shorter = f" ({write_duration(planned)} were asked for)" if request.duration < planned else ""
    yield f"*How long*\n{_so_long(request)}{shorter}{_longer(request, leases)}"
    yield f"*Rule*\n{_workflows(request)}"


def _so_long(request: Request) -> str:
    """Say all the time that a yes gives; of what was decided its own message says the end."""
    pending = request.state is RequestState.PENDING
    return so_long(request) if pending else write_duration(request.duration)


def _longer(request: Request, leases: Sequence[Lease]) -> str:
    """Say which end would become which, where more time is asked for."""
    if request.extends is None:
        return ""
    ends = [lease.ends_at for lease in leases if lease.grantable and lease.ends_at is not None]
    to = [f", until {local_time(e + request.duration)} instead of {local_time(e)}" for e in ends]
    return f" more{''.join(to)}"


def _small_print(request: Request, scene: Scene, detail: Detail) -> Iterator[str]:
    yield f"Request {code(request.id)}"
    begun = "taken over" if request.plan.taken_over else "asked"
    yield f"{begun} {local_time(request.asked_at)}"
    yield from (_answer(approval) for approval in request.counted[-4:] if approval.yes)
    if request.state is RequestState.PENDING:
        yield from _waiting(request, scene, detail)
    elif request.plan.taken_over:
        yield "approved before Daypass lost its memory"
    elif not (request.plan.steps or request.counted):
        yield "approved automatically: its workflow asks nobody"


def _outcome(request: Request, detail: Detail) -> Iterator[Block]:
    """Say who or what ended a request that became no lease."""
    match request.state:
        case RequestState.DENIED:
            said = f"Denied by {denial(request, detail.reason)}"
            yield from map(kit.section, packed([said], " ", PARAGRAPH))
        case RequestState.CANCELLED:
            yield kit.section("Withdrawn by its requester.")
        case RequestState.LAPSED:
            said = unanswered(request)
            yield kit.section(f"{said[0].upper()}{said[1:]}.")
        case RequestState.PENDING | RequestState.APPROVED:
            return


def denial(request: Request, limit: int = 10_000) -> str:
    """Name who said no, and why: all of it, unless a card has no room."""
    answer = request.approvals[-1]
    why = f": {inert(answer.reason, limit)}" if answer.reason else "."
    return f"{denied_by(request)}{why}"


def denied_by(request: Request) -> str:
    """Name who said no by account: a name is what its owner calls themselves."""
    return mention(request.approvals[-1].by.id)


def _answer(approval: Approval) -> str:
    less = f" for {write_duration(approval.duration)}" if approval.duration else ""
    return f"approved by {mention(approval.by.id)}{less}"


def _waiting(request: Request, scene: Scene, detail: Detail) -> Iterator[str]:
    yield needed(request, scene, detail.people)
    yield f"times out {local_time(request.lapses_at)}"


def needed(request: Request, scene: Scene, limit: int = 1_000) -> str:
    """Say how many approvals are there and whose are missing."""
    progress = request.progress
    if progress.step is None:
        return "approved"
    total = sum(step.count for step in request.plan.steps)
    done = sum(step.count for step in request.plan.steps[: progress.number]) + progress.given
    missing = progress.step.count - progress.given
    whose = scene.asked(progress.step.by, limit)
    of_whom = whose if missing == 1 else f"{missing} of {whose}"
    return f"{done} of {total} approvals, still needed: {of_whom}"
