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
from daypass.domain.ids import LeaseId, RequestId, request_of
from daypass.domain.notification import (
    Notification,
    Receipt,
    Topic,
    Unsaid,
    notifications,
    standing,
)
from daypass.domain.request import Request
from daypass.domain.timers import after, reminders, warnings
from daypass.ports import Claim, NotifyPorts, Promise, PromiseKind
from daypass.usecases.notifications.own_up import admissions
from daypass.usecases.notifications.telling import (
    FIRST_WAIT,
    LONGEST_WAIT,
    SILENT,
    Round,
    patience,
    until_retried,
)
from daypass.usecases.shared.targets import held_by

ROUNDS: Final = 5
"""Looks at one request per claim; one that moves faster is left to the next wake-up."""
SENDING: Final = timedelta(seconds=10)
"""Twice the time-out of a call: so long nobody else posts what may be there already."""


def notify(claim: Claim, ports: NotifyPorts) -> Unsaid | None:
    """Tell Slack all that it was not told yet; finish the claim, or postpone it where Slack waits.

    Returns what could not be said where that is news, for a loud log.
    """
    name = _about(claim.promise)
    now = _look(name, ports)
    for _ in range(ROUNDS):
        if now is None:
            ports.clock.finish(claim)
            return None
        told = now
        _tell_all(told, ports)
        now = _look(name, ports)
        if now is not None and now.versions == told.versions:
            _settle(claim, told, ports)
            return _kept(told, ports)
    _again(claim, timedelta(0), ports)
    return None


def _kept(told: Round, ports: NotifyPorts) -> Unsaid | None:
    """Keep what is unsaid for whoever asks; return it where it was not known."""
    unsaid, known = told.unsaid, told.known
    if unsaid == known:
        return None
    if unsaid is None:
        ports.store.drop_unsaid(told.request.id)
    else:
        ports.store.keep_unsaid(unsaid)
    return unsaid


def _about(promise: Promise) -> RequestId:
    if promise.kind is PromiseKind.WARN:
        return request_of(LeaseId(promise.subject))
    return RequestId(promise.subject)


def _settle(claim: Claim, told: Round, ports: NotifyPorts) -> None:
    """Keep the promise, or have it due again: where Slack waits, and for what comes next."""
    wait = told.wait or until_retried(told)
    if wait is not None:
        _again(claim, wait, ports)
    elif (following := _next(claim.promise, told)) is not None:
        ports.clock.postpone(claim, following)
    else:
        ports.clock.finish(claim)


def _again(claim: Claim, wait: timedelta, ports: NotifyPorts) -> None:
    """Have it due again after `wait`, also where another worker kept it."""
    at = ports.clock.now() + wait
    if not ports.clock.postpone(claim, at):
        ports.clock.ensure(replace(claim.promise, at=at), within=LONGEST_WAIT)


def _next(promise: Promise, told: Round) -> datetime | None:
    """Return when there is more to say of what a promise is about, if nobody acts."""
    if promise.kind is PromiseKind.REMIND:
        return after(told.at, reminders(told.request))
    lease = next((one for one in told.leases if one.id == promise.subject), None)
    return after(told.at, warnings(lease)) if lease is not None else None


def _look(name: RequestId, ports: NotifyPorts) -> Round | None:
    request = ports.store.request(name)
    if request is None:
        return None
    return Round(
        request=request,
        leases=held_by(request, ports),
        receipts=dict(ports.store.receipts(name)),
        at=ports.clock.now(),
        parents=_parents(request, ports),
        known=ports.store.unsaid(name),
    )


def _parents(request: Request, ports: NotifyPorts) -> Mapping[str, Receipt]:
    if request.extends is None:
        return {}
    receipts = ports.store.receipts(request_of(request.extends))
    return {channel: receipts[key] for channel, key in standing(receipts).items()}


def _tell_all(now: Round, ports: NotifyPorts) -> None:
    """Tell one thing after the other, then what could not be told."""
    if _reached(notifications(now.request, now.leases, now.at, cards=now.cards), now, ports):
        told = now.receipts.keys()
        with suppress(OutsideError):  # It is tried again with what could not be told.
            for admission in admissions(now.request, now.unsaid, told, ports=ports):
                _tell(admission, now, ports)


def _reached(messages: Iterable[Notification], now: Round, ports: NotifyPorts) -> bool:
    """Tell each; a limit holds back one method, an outage all of them: then Slack was not reached.

    An outage that lasts is something unsaid, too.
    """
    for notification in messages:
        try:
            _tell(notification, now, ports)
        except PermanentOutsideError as no:
            now.refused[notification.to] = no.remedy or f"{no}."
        except TemporaryOutsideError as trouble:
            wait = trouble.delay or patience(now, ports.clock.now())
            now.wait = max(wait, now.wait or wait)
            if trouble.remedy or wait >= LONGEST_WAIT:
                now.refused[notification.to] = trouble.remedy or SILENT
            if trouble.delay is None:
                return False
    return True


def _tell(notification: Notification, now: Round, ports: NotifyPorts) -> None:
    """Send what has no receipt, edit what reads otherwise now; a thread is a log, never edited."""
    key, known = notification.key, now.receipts.get(notification.key)
    if known is None:
        if _is_post(notification) and notification.to not in now.cards:
            return
        thread = now.thread(notification.to) if notification.threaded else None
        receipt = _send(notification, thread, ports)
    elif _is_post(notification) or known.digest == ports.chat.digest(notification):
        return
    else:
        receipt = ports.chat.edit(known, notification)
    ports.store.keep_receipt(now.request.id, key, receipt)
    now.receipts[key] = receipt


def _is_post(notification: Notification) -> bool:
    return notification.threaded and notification.topic is not Topic.CARD


def _send(notification: Notification, thread: Receipt | None, ports: NotifyPorts) -> Receipt:
    """Post it as the only one who does; TemporaryOutsideError when somebody else is about to."""
    hold = f"tell:{notification.request.id}:{notification.key}"
    if not ports.store.once(hold, SENDING):
        raise TemporaryOutsideError("the same message is being posted", delay=FIRST_WAIT)
    try:
        return ports.chat.send(notification, thread)
    except OutsideError as trouble:
        if not (isinstance(trouble, TemporaryOutsideError) and trouble.unknown):
            ports.store.again(hold)
        raise
