"""One wake-up of the grants worker: claims what is due on a cluster and does many things at once.

Ends go first and as one batch; a grant that waits for a slow server holds only its own thread.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Final, ParamSpec, TypeVar

import structlog

from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.suspicion import LOUD
from daypass.ports import Claim, GrantPorts, PromiseKind
from daypass.usecases.adjust import adjust
from daypass.usecases.provision import provision
from daypass.usecases.reconcile import Findings, reconcile
from daypass.usecases.revoke import recheck, revoke

THREADS: Final = 16
"""Calls to one cluster at once; more only wait for each other in one Python process."""
BATCH: Final = 50
BATCHES: Final = 4
"""Each waits about 0.1 s for the server to say what is left, so several overlap."""
AT_ONCE: Final = 200
"""Claims held at once: they must be done before they are due again."""
LONGEST: Final = timedelta(seconds=10)
"""After that another wake-up goes on, so that other clusters get their turn."""
_LOOK: Final = 0.05
"""Seconds between two looks at the clock while things are under way."""

A = TypeVar("A")
B = TypeVar("B")
P = ParamSpec("P")

_log = structlog.get_logger()


class Hands:
    """The threads of one process; `each` is the port of that name. Close it at the end."""

    def __init__(self, threads: int = THREADS) -> None:
        # Three pools: what waits for `each` must not hold the threads that `each` needs, and
        # ends do not queue behind grants.
        self._rounds = ThreadPoolExecutor(BATCHES, thread_name_prefix="round")
        self._batches: list[Future[None]] = []
        self._ends = ThreadPoolExecutor(threads, thread_name_prefix="end")
        self._grants = ThreadPoolExecutor(threads, thread_name_prefix="grant")

    def each(self, do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
        """Return what `do` returned for each, in order; an exception of `do` is raised."""
        if len(things) == 1:
            return [do(things[0])]
        return list(self._ends.map(do, things))

    def take(self, claims: Sequence[Claim], ports: GrantPorts) -> dict[Future[None], int]:
        """Begin with all that was claimed; says how many claims each future stands for."""
        begun: dict[Future[None], int] = {}
        for kind, do in ((PromiseKind.END, revoke), (PromiseKind.RECHECK, recheck)):
            if some := [claim for claim in claims if claim.promise.kind is kind]:
                begun[self._batch(_together, do, some, ports)] = len(some)
        for claim in claims:
            if claim.promise.kind is PromiseKind.PROVISION:
                begun[self._grants.submit(_loudly, provision, claim, ports)] = 1
            elif claim.promise.kind is PromiseKind.ADJUST:
                begun[self._grants.submit(_loudly, adjust, claim, ports)] = 1
            elif claim.promise.kind is PromiseKind.RECONCILE:
                begun[self._batch(_loudly, _reconcile, claim, ports)] = 1
        return begun

    def are_full(self) -> bool:
        """Whether a further batch would only wait: what becomes due meanwhile makes it larger."""
        self._batches = [batch for batch in self._batches if not batch.done()]
        return len(self._batches) >= BATCHES

    def _batch(self, do: Callable[P, None], *args: P.args, **named: P.kwargs) -> Future[None]:
        begun = self._rounds.submit(do, *args, **named)
        self._batches.append(begun)
        return begun

    def close(self) -> None:
        """End the threads when what they do is done."""
        for pool in (self._rounds, self._grants, self._ends):
            pool.shutdown()


def _never() -> bool:
    return False


def work_off(ports: GrantPorts, hands: Hands, *, parked: Callable[[], bool] = _never) -> None:
    """Do what is due on the cluster of `ports` until nothing is, for LONGEST; then wake another.

    Returns when nothing that was begun is under way any more. Nothing further is begun while
    `parked` says so.
    """
    until = ports.clock.now() + LONGEST
    begun: dict[Future[None], int] = {}
    try:
        while ports.clock.now() < until:
            room = 0 if hands.are_full() or parked() else min(BATCH, AT_ONCE - sum(begun.values()))
            claims = ports.clock.claim(ports.name, room) if room > 0 else ()
            begun |= hands.take(claims, ports)
            if not begun:
                return
            if not claims:
                wait(begun, timeout=_LOOK, return_when=FIRST_COMPLETED)
            begun = {future: count for future, count in begun.items() if not future.done()}
    finally:
        wait(begun)
    ports.clock.wake(ports.name)


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


def _loudly(do: Callable[[A, GrantPorts], None], what: A, ports: GrantPorts) -> None:
    """Do it; whatever escapes is logged, and the clock brings the claim back."""
    try:
        do(what, ports)
    except OutsideError as error:
        _log.warning("grants.interrupted", cluster=ports.name, step=do.__name__, why=str(error))
    except Exception:  # noqa: BLE001 - The outermost loop of a claim.
        _log.exception("grants.broken", cluster=ports.name, step=do.__name__, claims=repr(what))


def _reconcile(claim: Claim, ports: GrantPorts) -> None:
    _report(reconcile(claim, ports), ports.name)


def _report(findings: Findings, cluster: str) -> None:
    if findings.failed:
        _log.warning("reconcile.failed", cluster=cluster, why=findings.failed)
    for removal in findings.removed:
        # What is merely late is no alarm: its end is being seen to at the same time.
        log = _log.error if removal.why in LOUD else _log.info
        log("reconcile.removed", cluster=cluster, object=str(removal.ref), why=removal.why)
    for left in findings.refused:
        refused = _log.bind(cluster=cluster, object=str(left.ref), said=left.refusal)
        refused.error("reconcile.refused", why=left.why)
    for lease in findings.adopted:
        _log.warning("reconcile.adopted", cluster=cluster, lease=lease)
    if findings.restored:
        _log.warning("reconcile.restored", cluster=cluster, adopted=len(findings.adopted))
    for lease in findings.drifted:
        _log.error("reconcile.drifted", cluster=cluster, lease=lease)
