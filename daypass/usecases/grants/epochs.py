"""Epochs: notice that the store is empty or was set back, before anything new rests on it.

A store without an event that once was there has lost what came after it, and nobody can say what
that was. So the clusters are believed from then on, one by one, and nothing is granted on one
before it was reconciled (ADR 0011).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.epoch import Epoch, Watermark
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.ids import OVER_ANYTHING
from daypass.ports import Change, GrantPorts, Known, Promise
from daypass.usecases.grants.hold_freeze import held_freeze, hold_freeze
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.rows import look_row
from daypass.usecases.shared.standing import last_word, stored_epoch

ACTOR: Final = "grants worker"
LOOKED_LONG_AGO: Final = timedelta(milliseconds=250)
"""A store cannot be stopped, set back and started again in less; it can be emptied."""
ASKING: Final = timedelta(milliseconds=250)
"""Far longer than it takes where everything answers."""
NOT_AT_ALL: Final = timedelta(0)
"""For a look that rests on what the store says now."""
EMPTY: Final = "the store was empty"
SET_BACK: Final = "the store was set back to an earlier state"
DAMAGED: Final = "the stored epoch cannot be read"
UNMARKED: Final = "the cluster has no mark of this store"


def assure(ports: GrantPorts, believed_for: timedelta = LOOKED_LONG_AGO) -> Known:
    """Make sure that the store still has all that this process and the cluster know of it.

    Where it has not, a new epoch begins or the cluster is doubted: `interlock` refuses grants. A
    freeze that the store has lost is put back.
    What this process saw is believed for that long: another may have seen and marked more.
    Raises TemporaryOutsideError when the cluster does not answer.
    """
    if believed_for == NOT_AT_ALL:
        return _assured(ports)
    known = _believed(believed_for, ports)
    if known is None:
        # One asks for all that begin at the same time; nobody waits for long for whoever does.
        mine = ports.witness.assuring.acquire(timeout=ASKING.total_seconds())
        try:
            known = _believed(believed_for, ports) or _assured(ports)
        finally:
            if mine:
                ports.witness.assuring.release()
    return known


def _believed(believed_for: timedelta, ports: GrantPorts) -> Known | None:
    known, now = ports.witness.known, ports.clock.now()
    return known if known is not None and timedelta(0) <= now - known.at < believed_for else None


def _assured(ports: GrantPorts) -> Known:
    known, now = ports.witness.known, ports.clock.now()
    # Read before what is known is looked for: if it is lost in between, the next look tells.
    event = ports.store.last_event()
    epoch = until_committed(lambda: _compared(known, ports))
    ports.witness.known = Known(epoch=epoch.id, since=epoch.begun_at, event=event, at=now)
    return ports.witness.known


def goes_on(ports: GrantPorts) -> bool:
    """Whether the store is still the one that this process knows, with nothing missing."""
    epoch, _ = stored_epoch(ports)
    return epoch is not None and _is_known(epoch, ports.witness.known, ports)


def mark(ports: GrantPorts) -> None:
    """Write down on the cluster that the store came so far: what ended never comes back.

    Best effort: each reconcile does it again. Without it a store that is set back by less than
    that, while every worker dies, could grant once more what was over by then.
    """
    with suppress(OutsideError):
        known, event = ports.witness.known, ports.store.last_event()
        epoch = ports.store.epoch()
        # What is not known to go on must not write over an older and better mark, nor may the mark
        # of a cluster that is still to be reconciled go: it has to tell what the store forgot.
        if known is None or epoch is None or ports.name in epoch.unproven:
            return
        if _is_known(epoch, known, ports):
            ports.witness.known = replace(known, event=event)  # Whoever survives knows it, too.
            keep_mark(ports.witness.known, ports)


def keep_mark(known: Known, ports: GrantPorts) -> None:
    """Write a mark of what is known, with what has to survive the store.

    Raises TemporaryOutsideError where the mark that is there tells that the store lost something:
    it stays until the next look has noticed.
    """
    there, epoch = mark_on(ports), ports.store.epoch()
    doubted = epoch is not None and epoch.id == known.epoch and ports.name in epoch.unproven
    if there is not None and not doubted and _differs(there, known.epoch, ports):
        raise TemporaryOutsideError("the store was set back while the cluster was looked at")
    made = Watermark(
        epoch=known.epoch,
        event=known.event,
        at=ports.clock.now(),
        head=ports.store.head(),
        freeze=held_freeze(there, last_word(ports)[0], ports),
    )
    ports.cluster.keep_watermark(made.sealed(ports.catalog.install, ports.name, ports.key))


def mark_on(ports: GrantPorts) -> Watermark | None:
    """Return the cluster's mark; None where there is none that a worker of this install made."""
    mark = ports.cluster.watermark()
    ours = mark is not None and mark.is_sealed(ports.catalog.install, ports.name, ports.key)
    return mark if ours else None


def proven(known: Known, ports: GrantPorts) -> bool:
    """End restore mode on this cluster, if it is on and the epoch is still the known one."""
    return until_committed(lambda: _prove(known, ports))


def restoring(ports: GrantPorts) -> bool:
    """Whether this cluster must be reconciled before anything is granted on it."""
    epoch, _ = stored_epoch(ports)
    return epoch is None or ports.name in epoch.unproven


def _is_known(epoch: Epoch, known: Known | None, ports: GrantPorts) -> bool:
    same = known is not None and known.epoch == epoch.id
    return same and known is not None and ports.store.has_event(known.event)


def _compared(known: Known | None, ports: GrantPorts) -> Epoch:
    """Hold the store against what we know and the mark; return the epoch that holds from now on."""
    mark, (epoch, version) = mark_on(ports), stored_epoch(ports)
    hold_freeze(mark, ports)
    everywhere = frozenset(ports.catalog.clusters)
    if epoch is None:
        why = DAMAGED if version == OVER_ANYTHING else EMPTY
        return _begin(everywhere, version, why, ports=ports)
    set_back = partial(_begin, everywhere | epoch.unproven, version, SET_BACK, ports=ports)
    if known is not None and _lacks(epoch, known, ports):
        return set_back()
    if ports.name in epoch.unproven:
        return epoch
    if mark is None:
        same = known is not None and known.epoch == epoch.id
        return epoch if same else _doubt(epoch, ports)
    return set_back() if _differs(mark, epoch.id, ports) else epoch


def _lacks(epoch: Epoch, known: Known, ports: GrantPorts) -> bool:
    """Whether the store is not what became of the one that we knew."""
    if epoch.id == known.epoch:
        return not ports.store.has_event(known.event)
    return epoch.begun_at <= known.since  # What another process began since is newer.


def _differs(mark: Watermark, epoch: str, ports: GrantPorts) -> bool:
    return mark.epoch != epoch or not ports.store.has_event(mark.event)


def _begin(unproven: frozenset[str], version: int, why: str, *, ports: GrantPorts) -> Epoch:
    epoch = Epoch(
        id=ports.ids.move(),
        install=ports.catalog.install,
        begun_at=ports.clock.now(),
        why=why,
        unproven=unproven,
        version=version,
    )
    facts = {"why": why, "clusters": ", ".join(sorted(epoch.unproven))}
    return _commit(epoch, Action.EPOCH_BEGUN, facts, ports=ports)


def _doubt(epoch: Epoch, ports: GrantPorts) -> Epoch:
    doubting = epoch.doubting(frozenset({ports.name}))
    return _commit(doubting, Action.CLUSTER_DOUBTED, {"why": UNMARKED}, ports=ports)


def _prove(known: Known, ports: GrantPorts) -> bool:
    epoch = ports.store.epoch()
    if epoch is None or epoch.id != known.epoch or ports.name not in epoch.unproven:
        return False
    _commit(epoch.proven(ports.name), Action.CLUSTER_RESTORED, {}, ports=ports)
    return True


def _commit(epoch: Epoch, action: Action, facts: Mapping[str, str], *, ports: GrantPorts) -> Epoch:
    event = AuditEvent(
        at=ports.clock.now(),
        action=action,
        actor=ACTOR,
        subject=epoch.id,
        cluster="" if action is Action.EPOCH_BEGUN else ports.name,
        facts=facts,
    )
    looks = () if action is Action.CLUSTER_RESTORED else _looks(epoch, ports)
    change = Change(move=ports.ids.move(), epoch=epoch, events=(event,), promises=looks)
    return ports.store.commit(change).epoch or epoch


def _looks(epoch: Epoch, ports: GrantPorts) -> tuple[Promise, ...]:
    """Let whatever is in doubt be looked at now: until then nothing is granted there."""
    known = epoch.unproven.intersection(ports.catalog.clusters)
    return tuple(look_row(name, ports.clock.now()) for name in sorted(known))
