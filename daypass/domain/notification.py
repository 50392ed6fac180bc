"""What Slack is told, as a projection of state and time: the same makes the same (law 9)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Final

from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.rbac.gain import Gained
from daypass.domain.request import Request, RequestState
from daypass.domain.shift import Shift
from daypass.domain.timers import reminders, warnings


class Topic(StrEnum):
    """What a notification is about; one view each in adapters/slack/views."""

    CARD = "card"  # in each channel that is asked, edited in place: the request as it stands
    ANSWERED = "answered"  # thread: a yes that is not yet enough
    DECIDED = "decided"  # thread and direct: approved, denied, cancelled, timed out
    GRANTED = "granted"  # thread and direct: one lease, with the line to run
    ENDED = "ended"  # thread and direct: one lease, why, and what else still allows it
    WARNED = "warned"  # direct: one lease ends soon, and the lines that make it longer or shorter
    EXTENDED = "extended"  # thread and direct: the objects of a lease carry a later end
    NOT_EXTENDED = "not_extended"  # thread and direct: more time was given, and could not be had
    SHORTENED = "shortened"  # thread, and direct where somebody else did it
    REMINDED = "reminded"  # thread and channel: nobody decided yet, and who could
    SHIFTED = "shifted"  # thread and direct: what the request or a lease rests on shifted
    UNSAID = "unsaid"  # direct, also to administrators: where Slack takes no message, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """What Slack does not take about a request at present: whereto, since when, and why.

    `why` is one or more whole sentences for people. In those of `to` that are `unasked` no card
    stands; in others whoever is asked there read one before.
    """

    request: RequestId
    to: tuple[str, ...]
    why: str
    since: datetime
    unasked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message: `key` tells it from the others of its request, `to` is a channel or a person.

    `threaded` ones go under the request's card in that channel, and the card of a request for more
    time under that of the lease's own request, where one stands there. `lease` is set for whatever
    is about one; `count` is the number of the yes, the extension or the cut that it is about;
    `unsaid` what is in the way of others, None once nothing is; `shifts` those that it tells of;
    `gained` what the request adds, on its cards; `by` the email of whoever took the lease away.
    """

    key: str
    topic: Topic
    to: str
    request: Request
    leases: tuple[Lease, ...]
    lease: Lease | None = None
    count: int = 0
    threaded: bool = False
    unsaid: Unsaid | None = None
    shifts: tuple[Shift, ...] = ()
    gained: Gained | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What shifted on a cluster, for `to`: a channel, or an administrator.

    `levels` are those that rest on a thing, by its key.
    """

    to: str
    cluster: str
    shifts: tuple[Shift, ...]
    levels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a notification went, and the digest of what it said.

    It says since `since` what its request is since it was `renewed_at`.
    """

    channel: str
    ts: str
    digest: str
    renewed_at: datetime | None = None
    since: datetime | None = None


CARD: Final = "card"
"""How the keys of cards begin; the channel follows."""
Cards = Mapping[str, str]
"""The channels in which a request's cards stand, each with the card's key."""
NOWHERE: Final[Cards] = {}


def standing(receipts: Mapping[str, Receipt]) -> Cards:
    """Find the cards among what was told of a request."""
    return {told.channel: key for key, told in receipts.items() if key.startswith(CARD)}


def notifications(
    request: Request,
    leases: tuple[Lease, ...],
    now: datetime,
    *,
    cards: Cards = NOWHERE,
    shifts: tuple[Shift, ...] = (),
) -> Iterator[Notification]:
    """Say everything that Slack should have been told by now, in the order of telling.

    `cards` are those that stand: each is kept true, whatever channel is asked by now. News go
    under one of them, so that nobody reads them twice. `shifts` are those that concern it.
    """
    for channel in dict.fromkeys((*request.asked_in, *sorted(cards))):
        yield Notification(
            key=cards.get(channel, f"{CARD}:{channel}"), topic=Topic.CARD, to=channel,
            request=request, leases=leases, threaded=request.extends is not None, shifts=shifts,
        )  # fmt: skip
    log = _log(request, cards)
    for told in (*_news(request, leases), *_shift_news(request, leases, shifts)):
        if log:
            yield told(log, threaded=True)
        if told.direct:
            yield told(request.requester.id, threaded=False)
    yield from _reminder(request, now)
    for lease in _own(request, leases):
        yield from _warning(request, leases, lease, now=now)


def with_gain(told: Iterator[Notification], gained: Gained | None) -> Iterator[Notification]:
    """Put what the request adds into its cards; the others tell nothing of it."""
    return (replace(one, gained=gained) if one.topic is Topic.CARD else one for one in told)


def _log(request: Request, cards: Cards) -> str:
    """Return the channel under whose card news go: the first that is asked and has one."""
    channels = [*request.asked_in, *sorted(cards)]
    return next((channel for channel in channels if channel in cards), next(iter(channels), ""))


def _own(request: Request, leases: tuple[Lease, ...]) -> tuple[Lease, ...]:
    """Return the leases whose news are told with a request: not the one that it extends."""
    return leases if request.extends is None else ()


def _reminder(request: Request, now: datetime) -> Iterator[Notification]:
    """Say the last one that is due where it waits; whatever came before it was missed.

    After a yes the next reminder is the first: those whose turn it is were asked just then.
    """
    answered = max([answer.at for answer in request.approvals], default=request.asked_at)
    due = list(takewhile(lambda moment: moment <= now, reminders(request)))
    if not due or due[-1] <= answered or now >= request.lapses_at:
        return
    for channel in request.waits_in:
        yield Notification(
            key=f"thread:reminded:{len(due)}:{channel}", topic=Topic.REMINDED, to=channel,
            request=request, leases=(), threaded=True,
        )  # fmt: skip


def _warning(
    request: Request, leases: tuple[Lease, ...], lease: Lease, *, now: datetime
) -> Iterator[Notification]:
    """Say the last one that is due, never after the end; another end has its own warnings."""
    due = sum(moment <= now for moment in warnings(lease))
    if due and lease.ends_at is not None and now < lease.ends_at:
        yield Notification(
            key=f"direct:warned:{lease.id}:{lease.ends_at.timestamp():.0f}:{due}",
            topic=Topic.WARNED, to=request.requester.id, request=request, leases=leases,
            lease=lease,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """One piece of news, to be told in a thread, and to the requester if `direct`."""

    key: str
    topic: Topic
    request: Request
    leases: tuple[Lease, ...]
    direct: bool
    lease: Lease | None = None
    count: int = 0
    shifts: tuple[Shift, ...] = ()

    def __call__(self, to: str, *, threaded: bool) -> Notification:
        return Notification(
            key=f"{'thread' if threaded else 'direct'}:{self.key}",
            topic=self.topic,
            to=to,
            request=self.request,
            leases=self.leases,
            lease=self.lease,
            count=self.count,
            threaded=threaded,
            shifts=self.shifts,
        )


def _news(request: Request, leases: tuple[Lease, ...]) -> Iterator[_News]:
    yes = sum(answer.yes for answer in request.approvals)
    partial = yes if request.state is not RequestState.APPROVED else yes - 1
    for count in range(1, partial + 1):
        yield _News(
            key=f"answered:{count}", topic=Topic.ANSWERED, request=request, leases=leases,
            direct=False, count=count,
        )  # fmt: skip
    if request.state is not RequestState.PENDING:
        # An approval alone is no news to the requester: the proven grant is (law 4).
        # Nor is that nobody is asked for more of what has ended: the end is.
        answers = (RequestState.DENIED, RequestState.LAPSED)
        direct = request.state in answers and not request.pointless
        yield _News(
            key="decided", topic=Topic.DECIDED, request=request, leases=leases, direct=direct
        )
    for lease in _own(request, leases):
        yield from _lease_news(request, leases, lease)


def _shift_news(
    request: Request, leases: tuple[Lease, ...], shifts: tuple[Shift, ...]
) -> Iterator[_News]:
    """Say together what was noticed together; whoever has access by it hears of it, too."""
    direct = any(lease.grantable for lease in _own(request, leases))
    for at, together in groupby(sorted(shifts, key=_noticed), key=_noticed):
        yield _News(
            key=f"shifted:{at.timestamp():.6f}", topic=Topic.SHIFTED, request=request,
            leases=leases, direct=direct, shifts=tuple(together),
        )  # fmt: skip


def _noticed(shift: Shift) -> datetime:
    return shift.at


def _lease_news(request: Request, leases: tuple[Lease, ...], lease: Lease) -> Iterator[_News]:
    if lease.granted_at is not None and not lease.adopted:  # That was told before.
        yield _News(
            key=f"granted:{lease.id}", topic=Topic.GRANTED, request=request, leases=leases,
            direct=True, lease=lease,
        )  # fmt: skip
    yield from _end_news(request, leases, lease)
    failed = lease.cause is EndCause.FAILED and lease.state is LeaseState.REVOKING
    if lease.state is LeaseState.ENDED or failed:
        yield _News(
            key=f"ended:{lease.id}", topic=Topic.ENDED, request=request, leases=leases,
            direct=True, lease=lease,
        )  # fmt: skip


def _end_news(request: Request, leases: tuple[Lease, ...], lease: Lease) -> Iterator[_News]:
    """Say how its end was moved, the last move last: told late, too, that is the one that holds.

    What is still under way is no news yet.
    """
    about = partial(_News, request=request, leases=leases, lease=lease)
    moves = list[tuple[datetime, _News]]()
    for count, one in enumerate(lease.extensions, start=1):
        if not one.pending:
            topic = Topic.NOT_EXTENDED if one.refused else Topic.EXTENDED
            key = f"extended:{lease.id}:{count}"
            told = about(key=key, topic=topic, direct=True, count=count)
            moves.append((one.done_at or one.asked_at, told))
    for count, cut in enumerate(lease.cuts, start=1):
        direct, key = cut.by != lease.holder.id, f"shortened:{lease.id}:{count}"
        told = about(key=key, topic=Topic.SHORTENED, direct=direct, count=count)
        moves.append((cut.at, told))
    yield from (told for _, told in sorted(moves, key=itemgetter(0)))
