"""Freeze and thaw: stop new grants, everywhere or on some clusters, until somebody lifts it.

What is granted stays; ending it is `revoke_all`. The freeze is in the store and on every cluster.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.epoch import Freeze
from daypass.domain.errors import RefusedError
from daypass.domain.ids import OVER_ANYTHING
from daypass.domain.policy import unfit, unknown_cluster
from daypass.domain.reasons import FreezeUnreadable, NotFrozen, Reason
from daypass.ports import Change, Ledger
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.rows import look_row
from daypass.usecases.shared.standing import EVERYWHERE, last_word


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeGrants:
    """Stop new grants on `clusters`, none meaning all; `actor` is for the audit, `by` for people.

    `by` is an account, or the name of a login: what people call themselves is no proof.

    What is asked for meanwhile is refused, what waits cannot be approved.
    """

    actor: str
    by: str
    why: str = ""
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThawGrants:
    """Let grants go on on `clusters`, none meaning wherever they are stopped."""

    actor: str
    why: str = ""
    clusters: tuple[str, ...] = ()


def freeze(command: FreezeGrants, ports: Ledger) -> Freeze:
    """Stop new grants there, besides wherever they are stopped already.

    Raises RefusedError for a cluster that there is not, or a reason that cannot be kept.
    """
    refused = (*unfit(command.why), *_unknown(command.clusters, ports))
    if refused:
        raise RefusedError(*refused)
    return until_committed(lambda: _freeze(command, ports))


def thaw(command: ThawGrants, ports: Ledger) -> Freeze:
    """Let grants go on there.

    Raises RefusedError where nothing stops them, or not there alone, or nobody can read where.
    """
    refused = tuple(unfit(command.why))
    if refused:
        raise RefusedError(*refused)
    return until_committed(lambda: _thaw(command, ports))


def _unknown(clusters: tuple[str, ...], ports: Ledger) -> tuple[Reason, ...]:
    known = ports.catalog.clusters
    return tuple(
        unknown_cluster(cluster, ports.catalog) for cluster in clusters if cluster not in known
    )


def _freeze(command: FreezeGrants, ports: Ledger) -> Freeze:
    now = ports.clock.now()
    stored, version = last_word(ports)
    before = stored or Freeze(by=command.by, at=now, version=version)
    after = replace(
        before.wider(frozenset(command.clusters)),
        by=command.by,
        at=stored.later(now) if stored is not None else now,
        why=command.why.strip(),
    )
    return _commit(after, _event(command, Action.GRANTS_FROZEN, now), ports)


def _thaw(command: ThawGrants, ports: Ledger) -> Freeze:
    (before, version), now = last_word(ports), ports.clock.now()
    if version == OVER_ANYTHING:
        raise RefusedError(FreezeUnreadable())
    if before is None or not before.on:
        raise RefusedError(NotFrozen())
    wrong = [
        cluster
        for cluster in command.clusters
        if before.everywhere or cluster not in before.clusters
    ]
    if wrong:
        raise RefusedError(*(NotFrozen(cluster=one, everywhere=before.everywhere) for one in wrong))
    left = before.clusters.difference(command.clusters or before.clusters)
    after = replace(before, at=before.later(now), everywhere=False, clusters=left)
    return _commit(after, _event(command, Action.GRANTS_THAWED, now), ports)


def _event(command: FreezeGrants | ThawGrants, action: Action, now: datetime) -> AuditEvent:
    why = command.why.strip()
    return AuditEvent(
        at=now,
        action=action,
        actor=command.actor,
        subject=", ".join(command.clusters) or EVERYWHERE,
        facts={"why": why} if why else {},
    )


def _commit(after: Freeze, event: AuditEvent, ports: Ledger) -> Freeze:
    # Each cluster is told now: whoever stopped everything must not be forgotten with the store.
    looks = tuple(look_row(cluster, event.at) for cluster in ports.catalog.clusters)
    change = Change(move=ports.ids.move(), freeze=after, events=(event,), promises=looks)
    ports.store.commit(replace(change, urgent=event.action is Action.GRANTS_FROZEN))
    return after
