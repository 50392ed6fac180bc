"""Notify: bring Slack in line with one request. Nothing waits for it: granting and revoking go on.

What was told is known by receipts, so a wake-up too many changes nothing. Two workers may meet at
one request: each looks again after telling, so the last edit is always of the last state.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId, RequestId, request_of
from daypass.domain.lease import Lease
from daypass.domain.notification import CARD, Notification, Receipt, Topic, notifications
from daypass.domain.request import Request
from daypass.domain.timers import after, reminders, warnings
from daypass.ports import Claim, NotifyPorts, Promise, PromiseKind
from daypass.usecases.targets import held_by

ROUNDS: Final = 5
"""Looks at one request per claim; one that moves faster is left to the next wake-up."""
SENDING: Final = timedelta(seconds=10)
"""Twice the time-out of a call: so long nobody else posts what may be there already."""
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """A message that Slack will not take until somebody changes something, and its reason."""

    request: RequestId
    key: str
    why: str


@dataclass(slots=True, kw_only=True)
class _Round:
    """One look at one request, and what it came to."""

    request: Request
    leases: tuple[Lease, ...]
    receipts: dict[str, Receipt]
    at: datetime
    parent: Receipt | None
    """The card of the lease that the request extends, if it does and there is one."""
    unsaid: list[Unsaid] = field(default_factory=list)
    wait: timedelta | None = None

    @property
    def thread(self) -> Receipt | None:
        """The card under which everything about the request goes."""
        return self.parent or self.receipts.get(CARD)

    @property
    def versions(self) -> tuple[int, ...]:
        """What tells one state of the request from another."""
        return (self.request.version, *(lease.version for lease in self.leases))


def notify(claim: Claim, ports: NotifyPorts) -> tuple[Unsaid, ...]:
    """Tell Slack all that it was not told yet; finish the claim, or postpone it where Slack waits.

    Returns what could not be said for good, for a loud log.
    """
    name = _about(claim.promise)
    now = _look(name, ports)
    for _ in range(ROUNDS):
        if now is None:
            ports.clock.finish(claim)
            return ()
        told = now
        _tell_all(told, ports)
        now = _look(name, ports)
        if now is not None and now.versions == told.versions:
            _settle(claim, told, ports)
            return tuple(told.unsaid)
    _again(claim, timedelta(0), ports)
    return ()


def _about(promise: Promise) -> RequestId:
    if promise.kind is PromiseKind.WARN:
        return request_of(LeaseId(promise.subject))
    return RequestId(promise.subject)


def _settle(claim: Claim, told: _Round, ports: NotifyPorts) -> None:
    """Keep the promise, or have it due again: where Slack waits, and for what comes next."""
    if told.wait is not None:
        _again(claim, told.wait, ports)
    elif (following := _next(claim.promise, told)) is not None:
        ports.clock.postpone(claim, following)
    else:
        ports.clock.finish(claim)


def _again(claim: Claim, wait: timedelta, ports: NotifyPorts) -> None:
    """Have it due again after `wait`, also where another worker kept it."""
    at = ports.clock.now() + wait
    if not ports.clock.postpone(claim, at):
        ports.clock.ensure(replace(claim.promise, at=at))


def _next(promise: Promise, told: _Round) -> datetime | None:
    """Return when there is more to say of what a promise is about, if nobody acts."""
    if promise.kind is PromiseKind.REMIND:
        return after(told.at, reminders(told.request))
    lease = next((one for one in told.leases if one.id == promise.subject), None)
    return after(told.at, warnings(lease)) if lease is not None else None


def _look(name: RequestId, ports: NotifyPorts) -> _Round | None:
    request = ports.store.request(name)
    if request is None:
        return None
    return _Round(
        request=request,
        leases=held_by(request, ports),
        receipts=dict(ports.store.receipts(name)),
        at=ports.clock.now(),
        parent=_parent(request, ports),
    )


def _parent(request: Request, ports: NotifyPorts) -> Receipt | None:
    if request.extends is None:
        return None
    return ports.store.receipts(request_of(request.extends)).get(CARD)


def _tell_all(now: _Round, ports: NotifyPorts) -> None:
    """Tell one thing after the other; a limit holds back one method, an outage all of them."""
    for notification in notifications(now.request, now.leases, now.at):
        try:
            _tell(notification, now, ports)
        except PermanentOutsideError as no:
            now.unsaid.append(Unsaid(request=now.request.id, key=notification.key, why=str(no)))
        except TemporaryOutsideError as trouble:
            wait = trouble.delay or _patience(now, ports.clock.now())
            now.wait = max(wait, now.wait or wait)
            if trouble.delay is None:
                return


def _tell(notification: Notification, now: _Round, ports: NotifyPorts) -> None:
    """Send what has no receipt, edit what reads otherwise now; a thread is a log, never edited."""
    key, known = notification.key, now.receipts.get(notification.key)
    if known is None:
        if _is_post(notification) and CARD not in now.receipts:
            return
        receipt = _send(notification, now.thread if notification.threaded else None, ports)
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


def _patience(now: _Round, at: datetime) -> timedelta:
    """Wait as long again as the news has waited: 1 s, doubling, 30 s at most; needs no counter."""
    request, leases = now.request, now.leases
    moments = [request.asked_at, *(answer.at for answer in request.approvals)]
    moments += [
        moment
        for moment in (
            request.decided_at,
            *(lease.granted_at for lease in leases),
            *(lease.ended_at for lease in leases),
            *(one.done_at for lease in leases for one in lease.extensions),
        )
        if moment is not None
    ]
    return min(max(at - max(moments), FIRST_WAIT), LONGEST_WAIT)
