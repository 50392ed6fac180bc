"""Retain: let go of what is older than it has to be kept; never of what is live or waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import DamagedTrailError, UnreadableError
from daypass.domain.freshness import ahead
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import Request
from daypass.domain.trail import Checkpoint
from daypass.ports import Claim, TrailPorts
from daypass.usecases.audit.excerpt import checkpoints_after
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.keep_rows import RETAIN_EVERY
from daypass.usecases.shared.settle import again, settle

SOON: Final = timedelta(minutes=1)
"""While there is more than one look takes."""
MOST_VALUES: Final = 200
MOST_CHECKPOINTS: Final = 500
MOST_EVENTS: Final = 10_000
"""In one look: some milliseconds of Redis's."""
SUBJECT: Final = "retention"


def retain(claim: Claim, ports: TrailPorts) -> None:
    """Let go of what is too old, a bounded number of things, and promise to look again.

    Raises OutsideError or DamagedTrailError; then it is tried again in an hour.
    """
    wait = RETAIN_EVERY
    try:
        if ports.catalog.retention is not None:
            wait = _let_go(ports.clock.now() - ports.catalog.retention, ports)
    finally:
        settle(claim, again(ports.clock.now() + wait), ports)


def _let_go(before: datetime, ports: TrailPorts) -> timedelta:
    """Let go of what was over before that; say when to look again.

    A lease is known for as long as an object of it may say that it lasts, however early it was
    ended: a cluster that is put back from a backup has that object, and what is unknown is taken
    over from there.
    """
    lasting = ports.clock.now() - ports.catalog.longest
    forgot, trimmed = _forget(min(before, lasting), ports), _trim(before, ports)
    return SOON if forgot or trimmed else RETAIN_EVERY


def _forget(before: datetime, ports: TrailPorts) -> bool:
    """Forget leases and requests; say whether there may be more."""
    over = ports.archive.over(before, MOST_VALUES)
    leases = [lease for name in over.leases if (lease := _old_lease(name, before, ports))]
    gone = frozenset(lease.id for lease in leases)
    found = (_old_request(name, gone, ports, before=before) for name in over.requests)
    requests = [request for request in found if request is not None]
    if not leases and not requests:
        return over.more
    facts = {"requests": str(len(requests)), "leases": str(len(leases))}
    moved = ports.archive.forget(requests, leases, _event(facts, before, ports))
    for name in moved:  # They keep the others no longer than until the next look.
        ports.archive.look_again(name, ports.clock.now())
    return over.more or bool(moved)


def _old_lease(name: LeaseId, before: datetime, ports: TrailPorts) -> Lease | None:
    """Return a lease that may go; any other is looked at again when that time has passed anew.

    A name of nothing, whose value somebody took away, is struck off.
    """
    try:
        lease = ports.store.lease(name)
    except UnreadableError:
        ports.archive.look_again(name, ports.clock.now())
        return None
    if lease is None:
        ports.archive.strike(name)
        return None
    over = _over_since(lease, before, ports)
    if over < before:
        return lease
    ports.archive.look_again(name, over)
    return None


def _over_since(lease: Lease, before: datetime, ports: TrailPorts) -> datetime:
    """Return since when a lease counts as over: it may go once that is `before`, and not sooner.

    By its own word no object of it may last by then: what is the longest lease now may have been
    lowered since it was granted.
    """
    now = ports.clock.now()
    if lease.state is not LeaseState.ENDED or lease.ended_at is None:
        return now
    return max(lease.ended_at, _lasting(lease, lease.ended_at) - (now - before))


def _lasting(lease: Lease, ended: datetime) -> datetime:
    """Return the latest end that an object of it may ever have borne."""
    if lease.began_at is None:
        return ended
    return max(lease.began_at + lease.duration, *(one.until for one in lease.extensions), ended)


def _old_request(
    name: RequestId, gone: frozenset[LeaseId], ports: TrailPorts, *, before: datetime
) -> Request | None:
    """Return a request that may go: it is decided, and none of its leases is kept.

    Any other is looked at again when its leases may go, and behind whatever is old already; a name
    of nothing is struck off.
    """
    try:
        request = ports.store.request(name)
        leases = request.concerns if request else ()
        kept = ports.store.leases([lease for lease in leases if lease not in gone])
    except UnreadableError:
        ports.archive.look_again(name, ports.clock.now())
        return None
    if request is None:
        ports.archive.strike(name)
        return None
    decided = request.decided_at
    if decided is not None and decided < before and not kept:
        return request
    ends = [
        *([decided] if decided is not None else ()),
        *(_over_since(lease, before, ports) for lease in kept),
    ]
    ports.archive.look_again(name, max(before, *ends) if ends else ports.clock.now())
    return None


def _trim(before: datetime, ports: TrailPorts) -> bool:
    """Remove events under checkpoints that are too old; say whether there may be more."""
    if not ports.key:
        return False  # Nothing says that they are what was written.
    batch = tuple(_old_checkpoints(before, ports))
    if not batch:
        return False
    faults = [f"checkpoint {made.number}" for made in batch if not made.is_signed(ports.key)]
    if faults:
        raise DamagedTrailError([f"{fault}: changed, or made with another key" for fault in faults])
    anchor, events = batch[-1], sum(made.count for made in batch)
    facts = {"events": str(events), "upto": anchor.upto, "hash": anchor.hash}
    ports.trail.trim(anchor, _event(facts, before, ports))
    return True


def _old_checkpoints(before: datetime, ports: TrailPorts) -> Iterator[Checkpoint]:
    """Return the oldest checkpoints whose events are all too old, with MOST_EVENTS together."""
    events, told = 0, None
    for made in ports.trail.checkpoints(ports.trail.trimmed(), MOST_CHECKPOINTS):
        events += made.count
        if told is None or told.number < made.number:
            told = _telling(made, ports)
        if told.at >= before or events > MOST_EVENTS:
            return
        yield made


def _telling(made: Checkpoint, ports: TrailPorts) -> Checkpoint:
    """Return the checkpoint that tells how old one is at least: itself, mostly.

    One of the future tells nothing, for time had jumped ahead; the next that is not was made later.
    """
    now = ports.clock.now()
    if not ahead(made.at, now):
        return made
    after = checkpoints_after(made, ports.trail)
    return next((one for one in after if not ahead(one.at, now)), made)


def _event(facts: dict[str, str], before: datetime, ports: TrailPorts) -> AuditEvent:
    return AuditEvent(
        at=ports.clock.now(),
        action=Action.TRAIL_TRIMMED,
        actor=TIMEKEEPER_PROCESS,
        subject=SUBJECT,
        facts={"before": before.isoformat(timespec="seconds"), **facts},
    )
