"""RevokeAll: end all there is to end, everywhere, on one cluster or of one person, at once.

Each end is a decision of its own with its own event; what a crash leaves, the next one ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daypass.domain.approvers import same
from daypass.domain.catalog import Cluster
from daypass.domain.errors import (
    ConflictError,
    OutsideError,
    RefusedError,
    TemporaryOutsideError,
)
from daypass.domain.ids import OVER_ANYTHING, LeaseId, PersonId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.people import Person, spelled
from daypass.domain.policy import unfit, unknown_cluster
from daypass.domain.reasons import UnknownPerson
from daypass.domain.request import Request
from daypass.ports import Ledger
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.readable import readable, unread_on, with_version
from daypass.usecases.shared.standing import silent, unlooked

BATCH: Final = 50
"""Leases per commit: one script of Redis holds up everybody else for about a millisecond."""
_NO_ACCOUNT: Final = PersonId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whose leases: everybody's, unless a cluster or a person (Slack id or email) is named."""

    cluster: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAll:
    """End every lease within `reach`; `actor` is for the audit trail, `by` for people."""

    reach: Reach
    actor: str
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What is within reach: to be ended, on their way out already, and asked for only.

    Of clusters that are `unlooked` at since the store was lost there may be more. What is listed
    there and cannot be read is `unread`: whose it is nobody knows. Of clusters that are `silent`
    nothing is taken away before they answer.
    """

    standing: tuple[Lease, ...]
    leaving: tuple[Lease, ...]
    waiting: tuple[Request, ...]
    unlooked: tuple[str, ...] = ()
    unread: tuple[LeaseId, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def clusters(self) -> frozenset[str]:
        """Where something has to be removed."""
        return frozenset(lease.cluster for lease in (*self.standing, *self.leaving))


@dataclass(frozen=True, slots=True, kw_only=True)
class AllRevoked:
    """What was decided: `ended` are on their way out now, `leaving` were before.

    Of `missed` something else changed each time, or the store took no end of it; `waiting` may
    still be approved, unless frozen; what is on clusters `unlooked` at goes on. Nobody can read
    what is `unread`, nor end it in the store. What was `taken_over` has no thread that tells.
    """

    ended: tuple[LeaseId, ...]
    leaving: tuple[LeaseId, ...]
    missed: tuple[LeaseId, ...]
    waiting: tuple[Request, ...]
    clusters: frozenset[str]
    unlooked: tuple[str, ...] = ()
    unread: tuple[LeaseId, ...] = ()
    taken_over: tuple[LeaseId, ...] = ()
    silent: tuple[str, ...] = ()


def partly(error: OutsideError) -> OutsideError:
    """Return what is raised where some of it is stored already: that nothing was is not known."""
    return TemporaryOutsideError(str(error), unknown=True, remedy=error.remedy)


def affected(reach: Reach, ports: Ledger) -> Affected:
    """Return what would be ended; changes nothing.

    Raises RefusedError for a cluster or person that was never heard of.
    """
    within, clusters = _within(reach, ports), _clusters(reach, ports)
    doubted = unlooked(clusters, ports)  # First: what is found there meanwhile is read below.
    there = [one for cluster in clusters for one in ports.store.live_on(cluster).values()]
    live = [lease for lease in there if within.has(lease.holder, lease.cluster)]
    waiting = [
        request
        for request in ports.store.pending()
        if within.has(request.requester, request.cluster)
    ]
    _must_be_known(reach, within, [*live, *waiting], lost=bool(doubted), ports=ports)
    return Affected(
        standing=tuple(lease for lease in live if lease.grantable),
        leaving=tuple(lease for lease in live if not lease.grantable),
        waiting=tuple(waiting),
        unlooked=doubted,
        unread=unread_on(clusters, {lease.id for lease in there}, ports),
        silent=silent({lease.cluster for lease in live}, ports),
    )


def revoke_all(command: RevokeAll, ports: Ledger) -> AllRevoked:
    """Decide that all of it is over; revoking is due at once.

    Requests that wait are left: freeze so that none is granted. Raises RefusedError as `affected`
    does, or for a reason that cannot be kept, and OutsideError where the store takes no end at all,
    or fails after some of them (`unknown`).
    """
    why = command.why.strip()
    refused = tuple(unfit(why))
    if refused:
        raise RefusedError(*refused)
    found = affected(command.reach, ports)
    because = Ending(cause=EndCause.REVOKED, actor=command.actor, by=command.by, why=why)
    batches = (found.standing[i : i + BATCH] for i in range(0, len(found.standing), BATCH))
    failed, ended = list[OutsideError](), list[LeaseId]()
    try:
        for batch in batches:
            _end(batch, because, ports, failed=failed, ended=ended)
        if failed and not ended:
            raise failed[-1]  # It is no matter of one lease, and the store says what is wrong.
        # Somebody else ended the others meanwhile, or moved each of them again and again.
        moved = sorted({lease.id for lease in found.standing}.difference(ended))
        gone = [name for name, one in readable(moved, ports).items() if not one.grantable]
    except OutsideError as error:
        raise partly(error) if ended else error from error
    return AllRevoked(
        ended=tuple(ended),
        leaving=(*(one.id for one in found.leaving), *gone),
        missed=tuple(name for name in moved if name not in gone),
        waiting=found.waiting,
        clusters=found.clusters,
        unlooked=found.unlooked,
        unread=found.unread,
        silent=found.silent,
        taken_over=tuple(one.id for one in (*found.standing, *found.leaving) if one.adopted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Within:
    """A reach with its person looked up; None: everybody.

    Theirs is also what another account has that a cluster takes for the same one (law 5).
    """

    cluster: str
    person: Person | None
    clusters: Mapping[str, Cluster]

    def has(self, holder: Person, cluster: str) -> bool:
        if self.cluster not in ("", cluster):
            return False
        known = self.clusters.get(cluster) or Cluster(name=cluster)
        return self.person is None or same(holder, self.person, known)


def _within(reach: Reach, ports: Ledger) -> _Within:
    person = _person(reach.person, ports) if reach.person else None
    return _Within(cluster=reach.cluster, person=person, clusters=ports.catalog.clusters)


def _person(text: str, ports: Ledger) -> Person:
    """Return whom an account or an email means, as far as they are pinned."""
    if "@" in text:
        email = spelled(text)
        account = ports.store.owner(email) or _NO_ACCOUNT
    else:
        account = PersonId(text.strip().upper())
        email = _email_of(account, ports)
    now = ports.clock.now()
    return Person(id=account, name=text, email=email, teams=frozenset(), verified_at=now)


def _email_of(account: PersonId, ports: Ledger) -> str:
    """Return the email of an account's pin; where that cannot be read, of what it holds."""
    pin, version = with_version(lambda: ports.store.pin(account))
    if version == OVER_ANYTHING:
        return next((lease.holder.mailbox for lease in ports.store.live_of(account)), "")
    return pin.email if pin else ""


def _known(account: PersonId, ports: Ledger) -> bool:
    """Whether an account was ever pinned; somebody was whose pin cannot be read."""
    pin, version = with_version(lambda: ports.store.pin(account))
    return pin is not None or version == OVER_ANYTHING


def _clusters(reach: Reach, ports: Ledger) -> Sequence[str]:
    """Name where to look: clusters of the catalog, and those that were ever looked at."""
    known = dict.fromkeys((*ports.catalog.clusters, *ports.store.seen()))
    return [reach.cluster] if reach.cluster else list(known)


def _must_be_known(
    reach: Reach,
    within: _Within,
    found: Sequence[Lease | Request],
    *,
    lost: bool,
    ports: Ledger,
) -> None:
    """Refuse a misspelt name: that nothing was ended must not look like success.

    Where the store was `lost` nobody knows whom it had seen, and the answer says so.
    """
    if found:
        return
    if reach.cluster and reach.cluster not in _clusters(Reach(), ports):
        raise RefusedError(unknown_cluster(reach.cluster, ports.catalog))
    person = within.person
    if person is not None and not lost and not _known(person.id, ports):
        raise RefusedError(UnknownPerson(text=reach.person))


def _end(
    leases: tuple[Lease, ...],
    why: Ending,
    ports: Ledger,
    *,
    failed: list[OutsideError],
    ended: list[LeaseId],
) -> None:
    """Commit the end of a batch; where that cannot be, for whatever reason, of each by itself."""
    try:
        ports.store.commit(ending(leases, why, ports))
    except (ConflictError, OutsideError):
        for one in leases:
            ended += [one.id] if _end_alone(one.id, why, ports, failed=failed) else []
    else:
        ended += [lease.id for lease in leases]


def _end_alone(name: LeaseId, why: Ending, ports: Ledger, *, failed: list[OutsideError]) -> bool:
    """Commit the end of one; what the store does not take of it stands in no other's way.

    Raises OutsideError where the store does not even say how it stands: nothing can be ended then.
    """

    def move() -> bool:
        current = readable([name], ports).get(name)
        if current is None or not current.grantable:
            return False
        try:
            ports.store.commit(ending((current,), why, ports))
        except OutsideError as error:
            failed.append(error)
            return False
        return True

    try:
        return until_committed(move)
    except ConflictError:
        return False
