"""Notify: bring Slack in line with one request. Nothing waits for it: granting and revoking go on.

What was told is known by receipts, so a wake-up too many changes nothing. Two workers may meet at
one request: each looks again after telling, so the last edit is always of the last state.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId, PersonId, RequestId, request_of
from daypass.domain.lease import EndCause, Lease
from daypass.domain.notification import (
    Notification,
    Receipt,
    Topic,
    Unsaid,
    notifications,
    standing,
    with_gain,
)
from daypass.domain.request import Request, RequestState
from daypass.domain.shift import Shift
from daypass.domain.shifting import concerning
from daypass.domain.timers import after, reminders, warnings
from daypass.ports import Claim, NotifyPorts, Promise, PromiseKind
from daypass.usecases.notifications.own_up import admissions
from daypass.usecases.notifications.progress import (
    SILENT,
    TELLING,
    Progress,
    patience,
    until_retried,
)
from daypass.usecases.shared.gaining import gained_to_decide
from daypass.usecases.shared.pauses import no_sooner
from daypass.usecases.shared.readable import with_version
from daypass.usecases.shared.settle import DONE, Outcome, again, settle
from daypass.usecases.shared.targets import held_by

ROUNDS: Final = 5
"""Looks at one request per claim; one that moves faster is left to the next wake-up."""
SENDING: Final = timedelta(seconds=10)
"""Twice the time-out of a call: so long nobody else posts what may be there already."""


def notify(claim: Claim, ports: NotifyPorts) -> Unsaid | None:
    """Tell Slack all that it was not told yet; finish the claim, or postpone it where Slack waits.

    Returns what could not be said where that is news, for a loud log.
    """
    outcome, news = _seen_to(claim.promise, ports)
    settle(claim, outcome, ports)
    return news


def _seen_to(promise: Promise, ports: NotifyPorts) -> tuple[Outcome, Unsaid | None]:
    name = _about(promise)
    progress = _look(name, ports)
    known = progress.known if progress is not None else None
    for _ in range(ROUNDS):
        if progress is None:
            return DONE, None
        told = progress
        _tell_all(told, ports)
        progress = _look(name, ports)
        if progress is not None and progress.versions == told.versions:
            return _outcome(promise, told, ports), told.unsaid if told.unsaid != known else None
    return _later(name, timedelta(0), ports), None


def _keep(told: Progress, ports: NotifyPorts) -> None:
    """Keep what is unsaid for whoever asks."""
    if told.unsaid == told.known:
        return
    if told.unsaid is None:
        ports.store.drop_unsaid(told.request.id)
    else:
        ports.store.keep_unsaid(told.unsaid)


def _about(promise: Promise) -> RequestId:
    if promise.kind is PromiseKind.WARN:
        return request_of(LeaseId(promise.subject))
    return RequestId(promise.subject)


def _outcome(promise: Promise, told: Progress, ports: NotifyPorts) -> Outcome:
    """Have it done, or due again: where Slack waits, and for what comes next."""
    wait = told.wait or until_retried(told)
    if wait is not None:
        return _later(told.request.id, wait, ports)
    following = _next(promise, told)
    return again(following) if following is not None else DONE


def _later(request: RequestId, wait: timedelta, ports: NotifyPorts) -> Outcome:
    """Have it due again after `wait`, spread, also where another worker has done it."""
    now = ports.clock.now()
    return again(now + no_sooner(wait, request, now), surely_within=TELLING.longest)


def _next(promise: Promise, told: Progress) -> datetime | None:
    """Return when there is more to say of what a promise is about, if nobody acts."""
    if promise.kind is PromiseKind.REMIND:
        return after(told.at, reminders(told.request))
    lease = next((one for one in told.leases if one.id == promise.subject), None)
    return after(told.at, warnings(lease)) if lease is not None else None


def _look(name: RequestId, ports: NotifyPorts) -> Progress | None:
    request = ports.store.request(name)
    if request is None:
        return None
    leases = held_by(request, ports)
    return Progress(
        request=request,
        leases=leases,
        receipts=dict(ports.store.receipts(name)),
        at=ports.clock.now(),
        parents=_parents(request, ports),
        known=ports.store.unsaid(name),
        shifts=_shifts(request, leases, ports),
    )


def _shifts(request: Request, leases: tuple[Lease, ...], ports: NotifyPorts) -> tuple[Shift, ...]:
    """Return what shifted of what a request rests on; of one that is over nothing is read."""
    if request.state is not RequestState.PENDING and not any(one.grantable for one in leases):
        return ()
    seen = ports.store.seen_of(request.cluster)
    return concerning(request, leases, seen.shifts if seen else (), catalog=ports.catalog)


def _parents(request: Request, ports: NotifyPorts) -> Mapping[str, Receipt]:
    if request.extends is None:
        return {}
    receipts = ports.store.receipts(request_of(request.extends))
    return {channel: receipts[key] for channel, key in standing(receipts).items()}


def _tell_all(progress: Progress, ports: NotifyPorts) -> None:
    """Tell one thing after the other, then what could not be told."""
    at, cards = progress.at, progress.cards
    told = notifications(progress.request, progress.leases, at, cards=cards, shifts=progress.shifts)
    messages = with_gain(told, gained_to_decide(progress.request, ports))
    reached = _reach(messages, progress, ports)
    _keep(progress, ports)  # First: whoever reads of it and asks finds it there.
    if reached:
        known = progress.receipts.keys()
        with suppress(OutsideError):  # It is tried again with what could not be told.
            for admission in admissions(progress.request, progress.unsaid, known, ports=ports):
                _tell(admission, progress, ports)


def _reach(messages: Iterable[Notification], progress: Progress, ports: NotifyPorts) -> bool:
    """Tell each; a limit holds back one method, an outage all of them: then Slack was not reached.

    An outage that lasts is something unsaid, too. News that follow one that is put off wait behind
    it: whoever reads them takes the last for what holds.
    """
    behind = set[str]()
    for notification in messages:
        news = notification.topic is not Topic.CARD and _is_new(notification, progress)
        if news and notification.to in behind:
            continue
        try:
            _tell(notification, progress, ports)
        except PermanentOutsideError as no:
            progress.refused[notification.to] = no.remedy or f"{no}."
        except TemporaryOutsideError as trouble:
            behind |= {notification.to} if news else set()
            wait = trouble.delay or patience(progress, ports.clock.now())
            progress.wait = max(wait, progress.wait or wait)
            if trouble.remedy or wait >= TELLING.longest:
                progress.refused[notification.to] = trouble.remedy or SILENT
            if trouble.delay is None:
                return False
    return True


def _is_new(notification: Notification, progress: Progress) -> bool:
    return notification.key not in progress.receipts


def _tell(notification: Notification, progress: Progress, ports: NotifyPorts) -> None:
    """Send what has no receipt, edit what reads otherwise now; a thread is a log, never edited."""
    key, known = notification.key, progress.receipts.get(notification.key)
    if known is None:
        if _is_post(notification) and notification.to not in progress.cards:
            return
        thread = progress.thread(notification.to) if notification.threaded else None
        receipt = _send(_with_actor(notification, ports), thread, ports)
    elif _is_post(notification):
        return
    elif known.digest == ports.chat.digest(notification):
        receipt = known
    else:
        receipt = ports.chat.edit(known, notification)
    dated = _dated(receipt, known, notification.request, at=ports.clock.now())
    if dated != known:
        ports.store.keep_receipt(progress.request.id, key, dated)
        progress.receipts[key] = dated


def _with_actor(told: Notification, ports: NotifyPorts) -> Notification:
    """Name by email who took a lease away: a mention in its thread would notify them themselves.

    Who ends fifty at once would be called into fifty threads.
    """
    ended = told.lease if _is_post(told) and told.topic is Topic.ENDED else None
    if ended is None or ended.cause is not EndCause.REVOKED:
        return told
    pin, _ = with_version(lambda: ports.store.pin(PersonId(ended.ended_by)))
    return replace(told, by=pin.email) if pin is not None else told


def _dated(receipt: Receipt, known: Receipt | None, request: Request, *, at: datetime) -> Receipt:
    """Say since when a message says what its request is by now: before, nobody could read it."""
    same = known is not None and known.renewed_at == request.renewed_at
    since = known.since if known is not None and same else None
    return replace(receipt, renewed_at=request.renewed_at, since=since or at)


def _is_post(notification: Notification) -> bool:
    return notification.threaded and notification.topic is not Topic.CARD


def _send(notification: Notification, thread: Receipt | None, ports: NotifyPorts) -> Receipt:
    """Post it as the only one who does; TemporaryOutsideError when somebody else is about to."""
    hold = f"tell:{notification.request.id}:{notification.key}"
    if not ports.store.once(hold, SENDING):
        raise TemporaryOutsideError("the same message is being posted", delay=TELLING.first)
    try:
        return ports.chat.send(notification, thread)
    except OutsideError as trouble:
        if not (isinstance(trouble, TemporaryOutsideError) and trouble.unknown):
            ports.store.again(hold)
        raise
