"""Shorten: the holder, an approver or an administrator takes time off the end of a lease.

The store's end moves first and counts at once; its objects learn of it after (see `adjust`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daypass.domain.audit import Action
from daypass.domain.decision import could_revoke, may_revoke
from daypass.domain.errors import RefusedError
from daypass.domain.extension import given_up, immovable
from daypass.domain.ids import PersonId
from daypass.domain.instants import write_time
from daypass.domain.lease import Cut, Lease
from daypass.domain.people import Person
from daypass.domain.policy import unfit
from daypass.domain.reasons import NothingLeft, NotPositive, NotYours
from daypass.domain.request import Request
from daypass.ports import AskPorts, Change
from daypass.usecases.requests.renewing import renewed_event
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import cards_beside
from daypass.usecases.shared.events import lease_event
from daypass.usecases.shared.identify import described, identify
from daypass.usecases.shared.readable import asked_for
from daypass.usecases.shared.rows import (
    adjust_row,
    card,
    cards,
    end_row,
    remind_row,
    waiting_rows,
    warn_row,
    warn_rows,
)
from daypass.usecases.shared.targets import leases_to_end, own_lease, the_one

OVERTAKEN = "it was shortened meanwhile"
TAKEN_OFF = "the lease was shortened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shorten:
    """Take `length` off the end of the lease that `target` names; empty means the only one."""

    actor: PersonId
    target: str
    length: timedelta
    reason: str = ""


def shorten(command: Shorten, ports: AskPorts) -> Lease:
    """End a lease earlier; an extension that is under way is given up.

    Raises RefusedError when the actor may not, or when nothing of the lease would be left.
    """
    refused = tuple(unfit(command.reason))
    if command.length <= timedelta(0):
        refused = (*refused, NotPositive(given=command.length))
    if refused:
        raise RefusedError(*refused)
    person = identify(command.actor, ports)
    target = command.target or own_lease(person, ports).id
    return until_committed(lambda: _shorten(target, command, person=person, ports=ports))


def _shorten(target: str, command: Shorten, *, person: Person, ports: AskPorts) -> Lease:
    request, leases = leases_to_end(target, ports)
    lease = the_one(leases)
    _must_be_allowed(person, request, lease, ports=ports)
    now = ports.clock.now()
    over = immovable(lease, now)
    if over is not None:
        raise RefusedError(over)
    cut = Cut(
        to=_earlier(lease, command.length, now), at=now, by=person.id, why=command.reason.strip()
    )
    # The extension that is under way is given up, but not the word of who gave less for it.
    kept = lease
    if lease.extension is not None:
        kept = given_up(lease, OVERTAKEN, asked_for(lease, ports))
    shorter = kept.shortened(cut, by_holder=_is_of(person, request))
    ports.store.commit(_change(lease, shorter, cut, actor=person.id, ports=ports))
    return shorter


def _is_of(person: Person, request: Request | None) -> bool:
    """Whether somebody asked for it themselves; whoever writes leases may write who holds one.

    Where nobody can read that they count as somebody else.
    """
    return request is not None and request.requester.id == person.id


def _must_be_allowed(
    person: Person, request: Request | None, lease: Lease, *, ports: AskPorts
) -> None:
    if person.id == lease.holder.id or may_revoke(person, lease, request, catalog=ports.catalog):
        return
    named = could_revoke(lease, request, ports.catalog)
    could = (lease.holder.email, *described(named, ports))
    raise RefusedError(NotYours(verb="shorten", what=f"lease {lease.id}", could=could))


def _earlier(lease: Lease, length: timedelta, now: datetime) -> datetime:
    end = (lease.ends_at or now) - length
    if end <= now:
        raise RefusedError(NothingLeft(lease=lease.id, left=end + length - now))
    return end


def _change(before: Lease, lease: Lease, cut: Cut, *, actor: str, ports: AskPorts) -> Change:
    facts = {"until": write_time(cut.to), "reason": cut.why}
    given_up = (
        lease_event(lease, Action.LEASE_NOT_EXTENDED, {"why": OVERTAKEN}, actor=actor, at=cut.at),
    )
    asking = _asking_for_more(lease, ports)
    more = tuple(_cut(waiting, cut) for waiting in asking)
    pairs = zip(asking, more, strict=True)
    anew = (waiting for was, waiting in pairs if waiting.renewed_at != was.renewed_at)
    return Change(
        move=ports.ids.move(),
        requests=more,
        leases=(lease,),
        events=(
            *(given_up if before.extension is not None else ()),
            lease_event(lease, Action.LEASE_SHORTENED, facts, actor=actor, at=cut.at),
            *(renewed_event(waiting, TAKEN_OFF, actor=actor, at=cut.at) for waiting in anew),
        ),
        promises=(
            end_row(lease, cut.to),
            adjust_row(lease, cut.at),
            *warn_rows(lease, cut.at),
            *cards(before, cut.at),
            *(card(waiting.id, cut.at) for waiting in more),
            *cards_beside([lease], cut.at, ports),
            *(row for waiting in more for row in waiting_rows(waiting, cut.at)),
        ),
        done=(warn_row(lease, cut.at), *(remind_row(waiting, cut.at) for waiting in more)),
    )


def _asking_for_more(lease: Lease, ports: AskPorts) -> tuple[Request, ...]:
    """Return the pending requests for more time for a lease.

    By the list of all that waits, which nobody writes but who may write what is asked for: whoever
    takes one off its holder's list would keep a yes to it that is void.
    """
    return tuple(waiting for waiting in ports.store.pending() if waiting.extends == lease.id)


def _cut(waiting: Request, cut: Cut) -> Request:
    """Return the request for more time as it is after a cut.

    It is not asked for any longer than the lease lasts, and its card says both ends. Where somebody
    else took time off, whoever said yes before said it of another end: they are asked anew.
    """
    sooner = replace(waiting, lapses_at=min(waiting.lapses_at, cut.to))
    said = any(one.yes for one in waiting.counted)
    others = cut.by != waiting.requester.id
    return sooner.renewed(waiting.plan, cut.at) if said and others else sooner
