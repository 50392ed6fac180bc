"""Rows: the promises that moves write and remove, each named for what it has somebody look at."""

from datetime import datetime, timedelta
from typing import Final

from daypass.domain.circumstances import Circumstances
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.domain.timers import after, reminders, warnings
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Promise, PromiseKind

SETTLE: Final = timedelta(milliseconds=200)
"""Ten times what a grant takes from the approval to its proof."""


def card(request: RequestId, at: datetime) -> Promise:
    """Promise to tell Slack how a request stands."""
    return Promise(keeper=NOTIFICATIONS, kind=PromiseKind.CARD, subject=request, at=at)


def cards(lease: Lease, at: datetime) -> tuple[Promise, ...]:
    """Promise to tell how the request of a lease stands, and the one for more that is under way."""
    more = lease.extension.request if lease.extension is not None else None
    return tuple(card(name, at) for name in sorted({lease.request, more or lease.request}))


def approved_card(request: RequestId, at: datetime) -> Promise:
    """Promise to tell Slack of an approval: mostly together with the grant that follows at once.

    Slack takes about one message a second per channel; "Granting" is told when it lasts.
    """
    return card(request, at + SETTLE)


def lapse(request: Request, at: datetime | None = None) -> Promise:
    """Promise to let a request lapse: when nobody answered, or at another moment."""
    when = at or request.lapses_at
    return Promise(keeper=TIMEKEEPER, kind=PromiseKind.LAPSE, subject=request.id, at=when)


def provision_row(lease: Lease, at: datetime) -> Promise:
    """Promise to grant a lease."""
    return Promise(keeper=lease.cluster, kind=PromiseKind.PROVISION, subject=lease.id, at=at)


def end_row(lease: Lease, at: datetime) -> Promise:
    """Promise to end a lease and to revoke it (law 2)."""
    return Promise(keeper=lease.cluster, kind=PromiseKind.END, subject=lease.id, at=at)


def adjust_row(lease: Lease, at: datetime) -> Promise:
    """Promise to give a lease's objects the end that it is to have."""
    return Promise(keeper=lease.cluster, kind=PromiseKind.ADJUST, subject=lease.id, at=at)


def warn_row(lease: Lease, at: datetime) -> Promise:
    """Promise to tell a lease's holder that it ends soon."""
    return Promise(keeper=NOTIFICATIONS, kind=PromiseKind.WARN, subject=lease.id, at=at)


def warn_rows(lease: Lease, now: datetime) -> tuple[Promise, ...]:
    """Promise the next warning of a lease as it now stands; none where all are past.

    For the moves that give it an end or another one; `ending` removes the row.
    """
    at = after(now, warnings(lease))
    return () if at is None else (warn_row(lease, at),)


def remind_row(request: Request, at: datetime) -> Promise:
    """Promise to tell a request's approvers that it still waits."""
    return Promise(keeper=NOTIFICATIONS, kind=PromiseKind.REMIND, subject=request.id, at=at)


def waiting_rows(request: Request, now: datetime) -> tuple[Promise, ...]:
    """Promise what a pending request needs: to let it lapse, and the next reminder before."""
    at = after(now, reminders(request))
    return (lapse(request), *(() if at is None else (remind_row(request, at),)))


def no_longer_waiting(request: Request) -> tuple[Promise, ...]:
    """Return the rows to remove with the move that decides a request."""
    return (lapse(request), remind_row(request, request.lapses_at))


def rows_for(leases: tuple[Lease, ...], given: Circumstances) -> tuple[Promise, ...]:
    """Promise what new leases need: to be granted, and a look at their holder.

    That look counts from when Slack last vouched for the person, so new leases never put it off.
    """
    holders = {lease.holder.id: lease.holder.verified_at for lease in leases}
    wait = given.catalog.look_at_holders
    return (
        *(provision_row(lease, given.now) for lease in leases),
        *(holder_row(holder, verified + wait) for holder, verified in holders.items()),
    )


def holder_row(person: PersonId, at: datetime) -> Promise:
    """Promise to look whether a person who holds leases may still hold them."""
    return Promise(keeper=NOTIFICATIONS, kind=PromiseKind.HOLDER, subject=person, at=at)


def look_row(cluster: str, at: datetime) -> Promise:
    """Promise to reconcile a cluster."""
    return Promise(keeper=cluster, kind=PromiseKind.RECONCILE, subject=cluster, at=at)


def shifts_row(cluster: str, at: datetime) -> Promise:
    """Promise to tell what levels of a cluster rest on that shifted."""
    return Promise(keeper=NOTIFICATIONS, kind=PromiseKind.SHIFTS, subject=cluster, at=at)


def retain_row(at: datetime) -> Promise:
    """Promise to forget what is older than it has to be kept."""
    return Promise(keeper=TIMEKEEPER, kind=PromiseKind.RETAIN, subject="", at=at)
