"""One wake-up of the grants worker: claims what is due on a cluster and does many things at once.

Ends go first and as one batch, and wait for nothing else: neither for grants that a slow server
holds up, nor for a look around that takes minutes (law 3).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from threading import get_ident
from typing import Any, Final, TypeVar

import structlog

from daypass.domain.discovery import MOST
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.suspicion import LOUD
from daypass.ports import Claim, GrantPorts, PromiseKind
from daypass.usecases.grants.adjust import adjust
from daypass.usecases.grants.provision import provision
from daypass.usecases.grants.reconcile import (
    Findings,
    look_alone,
    reconcile,
    reconcile_unasked,
    unlooked,
)
from daypass.usecases.grants.revoke import recheck, revoke
from daypass.usecases.shared.settle import again, settle

THREADS: Final = 16
"""Calls to one cluster at once; more only wait for each other in one Python process."""
BATCH: Final = 50
BATCHES: Final = 4
"""Each waits about 0.1 s for the server to say what is left, so several overlap."""
PROVING: Final = 12
"""Batches beside those of which everything is removed, and that only ask for the proof."""
AT_ONCE: Final = 200
"""Grants claimed at once: they must be done before they are due again."""
ENDS: Final = (PromiseKind.END, PromiseKind.RECHECK)
GRANTS: Final = (PromiseKind.PROVISION, PromiseKind.ADJUST)
LOOKS: Final = (PromiseKind.RECONCILE,)
_TOLD: Final = 20
"""Objects of one look of which each gets its line in the log; the audit trail has them all."""
_SOON: Final = timedelta(milliseconds=500)
"""What is claimed while it is under way, which takes longer than a claim holds, waits that long."""
_LOOK: Final = 0.05
"""Seconds between two looks at the clock while things are under way."""

A = TypeVar("A")
B = TypeVar("B")
_Row = tuple[PromiseKind, str]

_log = structlog.get_logger()


class Pool:
    """The threads that work on one cluster, and what they are at; used by one round at a time.

    `each` and `each_proof` are the ports of these names. Close it at the end.
    """

    def __init__(self, threads: int = THREADS) -> None:
        # Five pools: what waits for `each` must not hold the threads that `each` needs, and ends
        # queue behind nothing else.
        self._batches = ThreadPoolExecutor(BATCHES + PROVING, thread_name_prefix="batch")
        self._ends = ThreadPoolExecutor(threads, thread_name_prefix="end")
        self._proofs = ThreadPoolExecutor(threads, thread_name_prefix="proof")
        self._grants = ThreadPoolExecutor(threads, thread_name_prefix="grant")
        self._looks = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._proving: set[int] = set()
        self._ending: dict[Future[Any], frozenset[_Row]] = {}
        self._granting: list[Future[Any]] = []
        self._looking: list[Future[Any]] = []
        self._stopped = False

    def each(self, do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
        """Return what `do` returned for each, in order; an exception of `do` is raised."""
        return _each(self._ends, do, things)

    def each_proof(self, do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
        """Do as `each`, and let another batch begin meanwhile: this one removes nothing more."""
        batch = get_ident()
        self._proving.add(batch)
        try:
            return _each(self._proofs, do, things)
        finally:
            self._proving.discard(batch)

    def begin(self, ports: GrantPorts) -> bool:
        """Claim what is due, as much as there is room for, and begin it; say if there was any."""
        self._forget_done()
        if self._stopped:
            return False
        try:
            begun = self._begin_due(ports)
        finally:  # Also where nothing can be claimed: ends must not rest on rows alone.
            missed = self._begin_missed(ports)
        return begun or missed

    def is_idle(self) -> bool:
        """Whether nothing that was begun is under way any more."""
        self._forget_done()
        return not self._under_way()

    def rest(self) -> None:
        """Wait until something is done, but not for long."""
        wait(self._under_way(), timeout=_LOOK, return_when=FIRST_COMPLETED)

    def finish(self) -> None:
        """Wait until all that was begun is done."""
        wait(self._under_way())

    def stop(self) -> None:
        """Begin nothing any more."""
        self._stopped = True

    def close(self) -> None:
        """End the threads when what they do is done."""
        for pool in (self._batches, self._looks, self._grants, self._ends, self._proofs):
            pool.shutdown()

    def _begin_due(self, ports: GrantPorts) -> bool:
        ends = self._begin_ends(ports)
        if ends == BATCH:
            return True  # More of them wait: nothing else is begun before.
        others = self._begin_grants(ports) + self._begin_look(ports)
        return ends + others > 0

    def _begin_ends(self, ports: GrantPorts) -> int:
        """Begin a batch, unless it would only wait: what becomes due meanwhile makes it larger."""
        under_way, proving = len(self._ending), min(len(self._proving), PROVING)
        if under_way - proving >= BATCHES:
            return 0
        claims = ports.clock.claim(ports.name, BATCH, ENDS)
        in_hand = frozenset[_Row]().union(*self._ending.values())
        free = [claim for claim in claims if _row(claim) not in in_hand]
        for kind, do in ((PromiseKind.END, revoke), (PromiseKind.RECHECK, recheck)):
            if some := [claim for claim in free if claim.promise.kind is kind]:
                batch = self._batches.submit(_together, do, some, ports)
                self._ending[batch] = frozenset(map(_row, some))
        _leave([claim for claim in claims if _row(claim) in in_hand], ports)
        return len(claims)

    def _begin_grants(self, ports: GrantPorts) -> int:
        room = min(BATCH, AT_ONCE - len(self._granting))
        claims = ports.clock.claim(ports.name, room, GRANTS) if room > 0 else ()
        for claim in claims:
            do = provision if claim.promise.kind is PromiseKind.PROVISION else adjust
            self._granting.append(self._grants.submit(_loudly, do, claim, ports))
        return len(claims)

    def _begin_look(self, ports: GrantPorts) -> int:
        """Begin to look around, unless we are at it: a long look is due again during itself."""
        if self._looking:
            return 0
        for claim in ports.clock.claim(ports.name, 1, LOOKS):
            self._looking.append(self._looks.submit(_look, _reconcile, claim, ports))
        return len(self._looking)

    def _begin_missed(self, ports: GrantPorts) -> bool:
        """Begin to look around where nobody asked us to for long."""
        missed = not self._looking and unlooked(ports)
        if missed:
            self._looking.append(self._looks.submit(_look, _reconcile_unasked, ports.name, ports))
        return missed

    def _under_way(self) -> Sequence[Future[Any]]:
        return [*self._ending, *self._granting, *self._looking]

    def _forget_done(self) -> None:
        self._ending = {one: rows for one, rows in self._ending.items() if not one.done()}
        for begun in (self._granting, self._looking):
            begun[:] = [one for one in begun if not one.done()]


def in_turn(do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
    """Do it for one after the other, as `Pool.each` does side by side."""
    return [do(one) for one in things]


def _each(pool: ThreadPoolExecutor, do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
    return list(pool.map(do, things)) if len(things) != 1 else [do(things[0])]


def _row(claim: Claim) -> _Row:
    return claim.promise.kind, claim.promise.subject


def _leave(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """Look again soon at what is under way: begun twice it would fill the next batch, too."""
    for claim in claims:
        settle(claim, again(ports.clock.now() + _SOON), ports)


def _never() -> bool:
    return False


def work_off(ports: GrantPorts, pool: Pool, *, parked: Callable[[], bool] = _never) -> None:
    """Do what is due on the cluster of `ports` until nothing is.

    Returns when nothing that was begun is under way any more. Nothing further is begun while
    `parked` says so, or once the pool are stopped.
    """
    try:
        while True:
            begun = not parked() and pool.begin(ports)
            if not begun and pool.is_idle():
                return
            if not begun:
                pool.rest()
    finally:
        pool.finish()


def _together(
    do: Callable[[Sequence[Claim], GrantPorts], None], claims: Sequence[Claim], ports: GrantPorts
) -> None:
    """Do it for all at once; what only one of them brings about does not hold up the others."""
    try:
        do(claims, ports)
    except TemporaryOutsideError as error:
        _log.warning("grants.interrupted", cluster=ports.name, step=do.__name__, why=str(error))
    except Exception:  # noqa: BLE001 - Said by whichever of them it is, each by itself.
        for claim in claims:
            _loudly(do, [claim], ports)


def _look(do: Callable[[A, GrantPorts], None], what: A, ports: GrantPorts) -> None:
    """Look around; whatever breaks that, what is past its own end goes (law 10)."""
    if not _loudly(do, what, ports):
        _loudly(_look_alone, ports.name, ports)


def _loudly(do: Callable[[A, GrantPorts], None], what: A, ports: GrantPorts) -> bool:
    """Do it; whatever escapes is logged, and the clock brings the claim back.

    Returns whether nothing escaped.
    """
    try:
        do(what, ports)
    except OutsideError as error:
        _log.warning("grants.interrupted", cluster=ports.name, step=do.__name__, why=str(error))
    except Exception:  # noqa: BLE001 - The outermost loop of a claim.
        _log.exception("grants.broken", cluster=ports.name, step=do.__name__, claims=repr(what))
    else:
        return True
    return False


def _reconcile(claim: Claim, ports: GrantPorts) -> None:
    _report(reconcile(claim, ports), ports.name)


def _reconcile_unasked(name: str, ports: GrantPorts) -> None:
    _log.info("reconcile.unasked", cluster=name)
    _report(reconcile_unasked(ports), name)


def _look_alone(name: str, ports: GrantPorts) -> None:
    _report(look_alone(ports), name)


def _report(findings: Findings, cluster: str) -> None:
    if findings.failed:
        _log.warning("reconcile.failed", cluster=cluster, why=findings.failed)
    if findings.left_out:
        _log.warning("reconcile.left_out", cluster=cluster, namespaces=findings.left_out, kept=MOST)
    _report_removals(findings, cluster)
    for lease in findings.adopted:
        _log.warning("reconcile.adopted", cluster=cluster, lease=lease)
    if findings.restored:
        _log.warning("reconcile.restored", cluster=cluster, adopted=len(findings.adopted))
    for lease in findings.drifted:
        _log.error("reconcile.drifted", cluster=cluster, lease=lease)


def _report_removals(findings: Findings, cluster: str) -> None:
    for removal in findings.removed[:_TOLD]:
        # What is merely late is no alarm: its end is being seen to at the same time.
        log = _log.error if removal.why in LOUD else _log.info
        log("reconcile.removed", cluster=cluster, object=str(removal.ref), why=removal.why)
    for left in findings.refused[:_TOLD]:
        refused = _log.bind(cluster=cluster, object=str(left.ref), said=left.refusal)
        refused.error("reconcile.refused", why=left.why)
    more = max(len(findings.removed) - _TOLD, 0), max(len(findings.refused) - _TOLD, 0)
    if any(more):
        _log.error("reconcile.more", cluster=cluster, removed=more[0], refused=more[1])
