"""Posts under the card: what happened, one line each, never edited."""

from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.text import HEARD, code, cut, inert, local_time, mention, packed, short
from daypass.adapters.slack.views.card import denial, needed
from daypass.adapters.slack.views.extension import told as end_moved
from daypass.adapters.slack.views.leading import changes
from daypass.adapters.slack.views.lengths import EMAIL
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import ON_CARD, PARAGRAPH, place, wanted
from daypass.adapters.slack.views.words import (
    CANCELLED,
    CAUSE,
    DENIED,
    ENDED,
    FAILED,
    GRANTED,
    TIMED_OUT,
    WAITING,
    cause,
    standing,
    unanswered,
)
from daypass.domain.duration import write_duration
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.notification import Notification, Topic
from daypass.domain.request import Request, RequestState


def thread_post(told: Notification, scene: Scene) -> Message:
    """Return the post for one piece of news."""
    text = _text(told, scene)
    return kit.message(cut(text, HEARD), map(kit.section, packed([text], " ", PARAGRAPH)))


def _text(told: Notification, scene: Scene) -> str:
    match told.topic:
        case Topic.ANSWERED:
            return _about(told.request) + _answered(told.request, told.count)
        case Topic.DECIDED:
            return _about(told.request) + _decided(told.request, scene)
        case Topic.GRANTED:
            return _granted(the_lease(told)) + _by_now(the_lease(told))
        case Topic.ENDED:
            return _ended(the_lease(told), told.by)
        case Topic.EXTENDED | Topic.NOT_EXTENDED | Topic.SHORTENED:
            return end_moved(told, the_lease(told), scene) + _by_now(the_lease(told))
        case Topic.REMINDED:
            return _reminded(told.request, scene)
        case Topic.CARD | Topic.WARNED | Topic.SHIFTED | Topic.UNSAID:
            raise BrokenInvariantError(f"there is no thread post for {told.topic}")


def _by_now(lease: Lease) -> str:
    """Say of what is told late that it is being taken away: the end that it had may be far."""
    return f"\nBy now: {standing(lease)}." if lease.state is LeaseState.REVOKING else ""


def _about(request: Request) -> str:
    """Tell what is about more time from what is about the lease, in whose thread it stands."""
    return "More time: " if request.extends else ""


def the_lease(told: Notification) -> Lease:
    """Return the lease that a notification is about; such news always has one."""
    if told.lease is None:
        raise BrokenInvariantError(f"{told.key} of {told.request.id} names no lease")
    return told.lease


def _answered(request: Request, count: int) -> str:
    """Say how far that yes brought it; one that is void by now brought it nowhere."""
    yes = [approval for approval in request.approvals if approval.yes]
    who, void = mention(yes[count - 1].by.id), sum(one.yes for one in request.void)
    if count <= void:
        since = changes(request)
        return f"Approved by {who}, before that: {since[0].lower()}{since[1:]}."
    total = sum(step.count for step in request.plan.steps)
    return f"Approved by {who}: {count - void} of {total}."


def _decided(request: Request, scene: Scene) -> str:
    match request.state:
        case RequestState.APPROVED if request.approvals:
            last = request.approvals[-1]
            return f"Approved by {mention(last.by.id)} for {write_duration(request.duration)}."
        case RequestState.APPROVED:
            return "Approved automatically."
        case RequestState.DENIED:
            return f"{DENIED} by {denial(request)}"
        case RequestState.CANCELLED:
            return f"{CANCELLED} by {mention(request.requester.id)}."
        case RequestState.LAPSED:
            return f"{TIMED_OUT}: {unanswered(request)}."
        case RequestState.PENDING:
            return needed(request, scene)


def _reminded(request: Request, scene: Scene) -> str:
    who, where = short(request.requester.name), short(request.cluster)
    what = wanted(request, ON_CARD)
    return (
        f"{WAITING} since {local_time(request.asked_at)}: {what} on {where} for {who}. "
        f"{needed(request, scene)}. It times out {local_time(request.lapses_at)}."
    )


def _granted(lease: Lease) -> str:
    until = f" until {local_time(lease.ends_at)}" if lease.ends_at else ""
    where = place(lease.scope, ON_CARD)
    had = f" {already(lease)}" if lease.already else ""
    return (
        f"{GRANTED}{until}: {code(lease.level)} {where}, "
        f"confirmed by {short(lease.cluster)} itself.{had}"
    )


def already(lease: Lease) -> str:
    """Say that the right was there before, and from what."""
    return f"It was allowed already, by {inert(lease.already, CAUSE)}."


def _ended(lease: Lease, by: str) -> str:
    """Say why; who revoked it is named and not mentioned, which the card does without notifying."""
    if lease.cause is EndCause.FAILED:
        return f"{FAILED}: {code(lease.level)} was not granted: {cause(lease)}. {left(lease)}"
    why = cause(lease, by=inert(by or lease.ended_by, EMAIL))
    return f"{ENDED}: {code(lease.level)}, {why}. {gone(lease)}"


def left(lease: Lease) -> str:
    """Say what is left of a lease that is over: what was never confirmed may work all the same."""
    if lease.state is LeaseState.ENDED:
        return gone(lease)
    return "What was made for it on the cluster is being removed."


def gone(lease: Lease) -> str:
    """Say what the cluster said after our objects were removed."""
    if lease.still:
        still = inert(lease.still, CAUSE)
        return f"What was made for it is gone, but it is still allowed, by {still}."
    return f"Nothing of it is left on {short(lease.cluster)}, which confirmed that itself."
