"""Revoke: make the end of leases so on the cluster, prove it, never give up (laws 1, 3, 4, 10).

It needs the stored names of objects, or their labels; never Slack, never the configuration's yes.
Where each change is seen, and a lease's own objects went cleanly, the cluster's no is enough: what
else may bear its label is for whoever watches. Else it is listed.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.audit import Action
from daypass.domain.errors import ConflictError, OutsideError, UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.tally import Tally
from daypass.ports import Change, Claim, GrantPorts
from daypass.usecases.grants.epochs import restoring
from daypass.usecases.grants.expire import Due, decide
from daypass.usecases.grants.let_go import let_go
from daypass.usecases.grants.offboarded import end_offboarded
from daypass.usecases.grants.over import write_leaving, write_over
from daypass.usecases.grants.prove import still_allowed
from daypass.usecases.grants.remove import Removal, delete_leftovers, remove
from daypass.usecases.grants.tell_once import tell_once
from daypass.usecases.grants.watched import is_watched
from daypass.usecases.grants.whole import is_whole
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.holdings import of_holder, tallies_of
from daypass.usecases.shared.pauses import Backoff, spread
from daypass.usecases.shared.rows import card
from daypass.usecases.shared.settle import Outcome, again, settle

AGAIN: Final = Backoff(first=timedelta(milliseconds=250), longest=timedelta(seconds=4))
"""Spread the longest is 5 s, and a cluster that came back is served by then (law 3)."""
EARLY_WAIT: Final = timedelta(seconds=1)
"""Between tries before the end, where nothing says since when it has been tried."""
UNSAID: Final = "its objects are deleted, and the cluster does not say that nothing is left of it"


def revoke(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """End the leases that these promises name, all of one cluster.

    What does not succeed is due again; there is no exit but ENDED. A lease of another cluster is
    that one's business, whoever wrote the row here. Raises UnreadableError
    when one of them cannot be read: then each is to be revoked by itself. Raises the OutsideError
    of a store that takes no moves when everything is gone from the cluster that has to go.
    """
    leases = {lease.id: lease for lease in _loaded(claims, ports)}
    due, nothing, early = list[Due](), list[Claim](), list[tuple[Claim, datetime]]()
    for claim in claims:
        lease = leases.get(LeaseId(claim.promise.subject))
        if lease is None or not lease.live or lease.cluster != ports.name:
            nothing.append(claim)
        elif (later := _not_yet(lease, ports.clock.now())) is not None:
            early.append((claim, later))
        else:
            due.append(Due(claim=claim, lease=lease))
    failed = _end_due(due, ports)
    # Only then: for who left all is read that they wait for.
    said = _end_offboarded([*nothing, *(claim for claim, _ in early)], leases, ports)
    if failed is not None:
        raise failed
    # Last, and side by side: real ends wait for none of it, whoever brought rows forward.
    going_on = [one for one in early if one[0] not in said]
    ports.each(lambda one: settle(one[0], again(one[1]), ports), going_on)
    let_go([claim for claim in nothing if claim not in said], ports)


def _end_due(due: list[Due], ports: GrantPorts) -> OutsideError | None:
    """End what is past its end; return why the store took no moves."""
    ports.witness.tried_end |= dict.fromkeys((one.lease.id for one in due), ports.clock.ticks())
    decided = decide(due, ports)
    # First, for the rest needs the store, too.
    _remove_unrecorded(decided.unmoved, ports)
    _revoke_due(decided.moved, ports)
    for overdue in decided.unmoved:
        settle(overdue.claim, _later(overdue, ports), ports)
    return decided.failed


def _end_offboarded(
    claims: Sequence[Claim], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> Collection[Claim]:
    """End what goes on, or says that it is elsewhere, and its holder may not have; say which."""
    there = [name for claim in claims if (name := LeaseId(claim.promise.subject)) in leases]
    over = end_offboarded([name for name in there if leases[name].live], ports, claimed=True)
    named = ((claim, over.get(LeaseId(claim.promise.subject))) for claim in claims)
    ended = [Due(claim=claim, lease=lease) for claim, lease in named if lease is not None]
    _revoke_due(ended, ports)
    return [one.claim for one in ended]


def _loaded(claims: Sequence[Claim], ports: GrantPorts) -> Sequence[Lease]:
    """Read the leases; of one that cannot be read what bears its label goes all the same."""
    names = [LeaseId(claim.promise.subject) for claim in claims]
    try:
        return ports.store.leases(names)
    except UnreadableError:
        if len(names) == 1:
            delete_leftovers(names, ports)
        raise


def _not_yet(lease: Lease, now: datetime) -> datetime | None:
    """Return when a lease that goes on ends; None where it is over, or runs and names no end."""
    until = lease.ends_at
    if lease.state is LeaseState.GRANTING:  # Whatever its row says: it may not have begun.
        until = until or lease.provision_by
    return until if lease.grantable and until is not None and now < until else None


def _remove_unrecorded(due: list[Due], ports: GrantPorts) -> None:
    """Remove what is past its end although nothing can be written down (law 10).

    Nothing else is done: the move is recorded, and the end proven, by the next try that can.
    """
    if due:
        ports.each(lambda overdue: remove(overdue.lease, ports), due)
        _delete_left(due, ports)


def _revoke_due(due: list[Due], ports: GrantPorts) -> None:
    tried = ports.each(lambda overdue: remove(overdue.lease, ports), due)
    gone = [(one, removal) for one, removal in zip(due, tried, strict=True) if removal.done]
    tallies = _tallies([one.lease for one, _ in gone], ports)
    sure = _sure(gone, tallies, ports)
    left = dict(_delete_left([one for one, _ in gone if one.lease.id not in sure], ports))
    clean = [one for one, _ in gone if one.lease.id not in left]
    proofs = _proofs(clean, tallies, ports)
    still = {name: said for name, said in proofs.items() if isinstance(said, str)}
    # Whatever else allows it, or is said to be ours still, is looked for by its label after all.
    odd = [one for one in clean if one.lease.id in sure and still.get(one.lease.id) != ""]
    left |= _delete_left(odd, ports)
    over = {name: said for name, said in still.items() if name not in left}
    write_over([(one.lease, over[one.lease.id]) for one in clean if one.lease.id in over], ports)
    write_leaving([one.lease for one in due if one.lease.id not in over], ports)
    for one, removal in zip(due, tried, strict=True):
        if one.lease.id not in over:
            kept = removal.kept or left.get(one.lease.id) or _unsaid(proofs.get(one.lease.id))
            _tell(one, kept, ports)
            settle(one.claim, _later(one, ports), ports)


def _tallies(leases: Sequence[Lease], ports: GrantPorts) -> Mapping[str, Tally | None]:
    """Return what was counted of their holders; nothing where the store fails: no end needs it."""
    with suppress(OutsideError):
        return tallies_of(leases, ports)
    return {}


def _sure(
    gone: Sequence[tuple[Due, Removal]],
    tallies: Mapping[str, Tally | None],
    ports: GrantPorts,
) -> Collection[LeaseId]:
    """Return those of which nothing need be listed: by name all went that we ever made of them."""
    clean = [one.lease for one, removal in gone if removal.clean]
    if not clean or not _is_seen(ports):
        return ()
    return {one.id for one in clean if is_whole(one, of_holder(one, tallies, ports), ports)}


def _is_seen(ports: GrantPorts) -> bool:
    """Whether somebody sees whatever else comes under our label, and may judge it."""
    with suppress(OutsideError):
        return is_watched(ports) and not restoring(ports)
    return False


def _proofs(
    some: Sequence[Due], tallies: Mapping[str, Tally | None], ports: GrantPorts
) -> Mapping[LeaseId, str | OutsideError | None]:
    """Return what still allows what each gave, of those that are proven not to give it any more.

    Of others None, or why a cluster that answers does not say it of that one.
    """

    def still(one: Due) -> str | OutsideError | None:
        try:
            return still_allowed(one.lease, of_holder(one.lease, tallies, ports), ports)
        except OutsideError as error:
            with suppress(OutsideError):
                ports.cluster.probe()
                return error
            return None

    said = zip(some, ports.each_proof(still, some), strict=True)
    return {one.lease.id: other for one, other in said}


def _unsaid(said: str | OutsideError | None) -> str:
    return f"{UNSAID}: {said}" if isinstance(said, OutsideError) else ""


def _delete_left(due: Sequence[Due], ports: GrantPorts) -> Mapping[LeaseId, str]:
    """Delete what else bears their labels; return which had some, and what keeps that.

    All of them where the cluster does not say what there is.
    """
    names = [overdue.lease.id for overdue in due]
    try:
        return delete_leftovers(names, ports) if due else {}
    except OutsideError:
        return dict.fromkeys(names, "")


def _tell(one: Due, kept: str, ports: GrantPorts) -> None:
    """Let people see what keeps a lease from being over; another reason once in a while."""
    if not kept or one.lease.kept == kept:
        return
    now = ports.clock.now()
    told = Change(
        move=ports.ids.move(),
        leases=(one.lease.held(kept),),
        events=(
            lease_event(one.lease, Action.LEASE_HELD, {"why": kept}, actor=GRANTS_WORKER, at=now),
        ),
        promises=(card(one.lease.request, now),),
    )
    with suppress(ConflictError, OutsideError):  # It is told by the next try, and removed anyway.
        tell_once(f"kept {one.lease.id}", lambda: ports.store.commit(told), ports)


def _later(one: Due, ports: GrantPorts) -> Outcome:
    """Try again: soon at first, then every few seconds, for ever."""
    now, ends_at = ports.clock.now(), one.lease.ends_at or one.lease.approved_at
    # Before its end: nothing says since when it has been tried.
    if now < ends_at:
        return again(now + spread(EARLY_WAIT, one.lease.id, now))
    return again(AGAIN.until(ends_at, one.lease.id, now))
