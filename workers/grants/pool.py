"""One wake-up of the grants worker: claims what is due on a cluster and does many things at once.

Ends go first and as one batch, and wait for nothing else: neither for grants that a slow server
holds up, nor for a look around that takes minutes (law 3).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from threading import get_ident
from types import MappingProxyType
from typing import Any, Final, TypeVar

from daypass.adapters.redis.said import Said
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.ports import Claim, GrantPorts, PromiseKind, Share
from daypass.usecases.grants.let_go import MANY
from daypass.usecases.grants.overlooked import unchecked
from daypass.usecases.grants.recheck import recheck
from daypass.usecases.grants.reconcile import unlooked
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.shared.settle import again, settle
from workers.grants.granting import Granting, Row, row
from workers.grants.looks import ROLE, look, look_unasked, loudly, see_to_overlooked
from workers.outermost import log_escaped

THREADS: Final = 16
"""Calls to one cluster at once; more only wait for each other in one Python process."""
BATCH: Final = 50
"""Ends that share their moves and their list: more would hold up the first for the last."""
BATCHES: Final = 4
"""Each waits about 0.1 s for the server to say what is left, so several overlap."""
PROVING: Final = 12
"""Batches beside those of which everything is removed, and that only ask for the proof."""
GRANTS: Final = (PromiseKind.PROVISION, PromiseKind.ADJUST)
LOOKS: Final = (PromiseKind.RECONCILE,)
ENDS: Final = MappingProxyType({PromiseKind.END: revoke, PromiseKind.RECHECK: recheck})
"""What sees to a batch of each, the most urgent first."""
_SOON: Final = timedelta(milliseconds=500)
"""What is claimed while it is under way, which takes longer than a claim holds, waits that long."""
_LOOK: Final = 0.05
"""Seconds between two looks at the agenda while things are under way."""

A = TypeVar("A")
B = TypeVar("B")


class Pool:
    """The threads that work on one cluster, and what they are at; used by one round at a time.

    `each` and `each_proof` are the ports of these names. Close it at the end.
    """

    def __init__(self, threads: int = THREADS) -> None:
        # Six pools: what waits for `each` must not hold the threads that `each` needs, and ends
        # queue behind nothing else.
        self._batches = ThreadPoolExecutor(BATCHES + PROVING, thread_name_prefix="batch")
        self._ends = ThreadPoolExecutor(threads, thread_name_prefix="end")
        self._proofs = ThreadPoolExecutor(threads, thread_name_prefix="proof")
        self._grants = Granting(threads)
        self._looks = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._overlooked = ThreadPoolExecutor(1, thread_name_prefix="overlooked")
        self._proving: set[int] = set()
        self._ending: dict[Future[Any], frozenset[Row]] = {}
        self._looking: list[Future[Any]] = []
        self._checking: list[Future[Any]] = []
        self._stopped, self._said = False, Said()
        self.has_more = False
        """Whether more may be due than was begun: where no share was full, that was all."""

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
        """Claim what is due, as much as there is room for, and begin it; say if there was any.

        Ends first: where a whole batch of them is due nothing else is claimed.
        """
        self._forget_done()
        self.has_more = False
        if self._stopped:
            return False
        # First, for ends must not rest on rows alone, nor on a store that can be asked for some.
        unasked = self._begin_missed(ports) + self._begin_overlooked(ports)
        shares = list(self._shares())
        # In one look at the set, for in a burst each goes through hundreds of rows.
        claims = ports.agenda.claim_shares(ports.name, shares) if shares else ()
        ends, grants, looks = (_of(kinds, claims) for kinds in (ENDS, GRANTS, LOOKS))
        self.has_more = any(len(_of(one.kinds, claims)) >= one.most for one in shares)
        begun = self._begin_ends(ends, ports) + self._begin_grants(grants, ports)
        self._looking += [self._looks.submit(look, claim, ports) for claim in looks]
        return unasked + begun + len(looks) > 0

    def is_idle(self) -> bool:
        """Whether nothing that was begun is under way any more."""
        self._forget_done()
        return not self._under_way()

    def rest(self) -> None:
        """Wait until all is done, but not for long.

        Not for the first: of hundreds each would have us ask the agenda whether there is more.
        """
        wait(self._under_way(), timeout=_LOOK)

    def finish(self) -> None:
        """Wait until all that was begun is done."""
        while under_way := self._under_way():  # What was begun together is then seen to by itself.
            wait(under_way)
            self._forget_done()

    def stop(self) -> None:
        """Begin nothing any more."""
        self._stopped = True

    def close(self) -> None:
        """End the threads when what they do is done."""
        for pool in (self._batches, self._looks, self._overlooked, self._ends, self._proofs):
            pool.shutdown()
        self._grants.close()

    def _shares(self) -> Iterator[Share]:
        """Yield what there is room for, the most urgent first."""
        # A batch more would only wait: what becomes due meanwhile makes it larger.
        if len(self._ending) - min(len(self._proving), PROVING) < BATCHES:
            # What ends waits for no last look at what is over.
            yield from (Share(kinds=(kind,), most=BATCH) for kind in ENDS)
        if (room := self._grants.room) > 0:
            yield Share(kinds=GRANTS, most=room)
        if not self._looking:  # A long look is due again during itself.
            yield Share(kinds=LOOKS, most=1)

    def _begin_ends(self, claims: Sequence[Claim], ports: GrantPorts) -> int:
        """Begin a batch of each kind."""
        free, held = _divided(claims, frozenset[Row]().union(*self._ending.values()))
        for kind, do in ENDS.items():
            if some := _of((kind,), free):
                batch = self._batches.submit(_together, do, some, ports, said=self._said)
                self._ending[batch] = frozenset(map(row, some))
        _leave(held, ports)
        return len(claims)

    def _begin_grants(self, claims: Sequence[Claim], ports: GrantPorts) -> int:
        """Begin them, and nothing twice: once a cluster is back all are due."""
        # Grants that are begun together say by themselves whether they are of nothing.
        if sum(one.promise.kind is PromiseKind.ADJUST for one in claims) >= MANY:
            self._grants.sift(ports)
        free, held = _divided(claims, self._grants.rows() if claims else frozenset())
        _leave(held, ports)
        self._grants.begin(free, ports)
        return len(free)

    def _begin_missed(self, ports: GrantPorts) -> int:
        """Begin to look around where nobody did for long: as promised, or unasked."""
        if self._looking or not unlooked(ports):
            return 0
        claims: Sequence[Claim] = ()
        with suppress(OutsideError):  # The look needs no row, and no answer.
            claims = ports.agenda.claim(ports.name, 1, LOOKS)
        mine = [claim for claim in claims if claim.promise.subject == ports.name]
        promised = [self._looks.submit(look, claim, ports) for claim in mine]
        self._looking += promised or [self._looks.submit(look_unasked, ports)]
        return 1

    def _begin_overlooked(self, ports: GrantPorts) -> int:
        """Begin to look for ends that no row says: seldom, and beside those that are due."""
        if self._checking or not unchecked(ports):
            return 0
        self._checking.append(self._overlooked.submit(see_to_overlooked, ports))
        return 1

    def _under_way(self) -> Sequence[Future[Any]]:
        return [*self._ending, *self._grants.under_way(), *self._looking, *self._checking]

    def _forget_done(self) -> None:
        """Let go of what is done."""
        self._ending = {one: rows for one, rows in self._ending.items() if not one.done()}
        self._looking = [one for one in self._looking if not one.done()]
        self._checking = [one for one in self._checking if not one.done()]
        self._grants.forget_done()


def in_turn(do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
    """Do it for one after the other, as `Pool.each` does side by side."""
    return [do(thing) for thing in things]


def _each(pool: ThreadPoolExecutor, do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
    return list(pool.map(do, things)) if len(things) != 1 else [do(things[0])]


def _of(kinds: Collection[PromiseKind], claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return those of these kinds."""
    return [claim for claim in claims if claim.promise.kind in kinds]


def _divided(
    claims: Sequence[Claim], in_hand: frozenset[Row]
) -> tuple[Sequence[Claim], Sequence[Claim]]:
    """Return those that nobody is at, and those that are under way already."""
    held = [claim for claim in claims if row(claim) in in_hand]
    return [claim for claim in claims if row(claim) not in in_hand], held


def _leave(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """Look again soon at what is under way: begun twice it would fill the next batch, too."""
    for claim in claims:
        settle(claim, again(ports.clock.now() + _SOON), ports)


def _never() -> bool:
    return False


def work_off(ports: GrantPorts, pool: Pool, *, parked: Callable[[], bool] = _never) -> None:
    """Do what is due on the cluster of `ports` until nothing is.

    Returns when nothing that was begun is under way any more. Nothing further is begun while
    `parked` says so, or once the pool is stopped.
    """
    try:
        while True:
            begun = not parked() and pool.begin(ports)
            if not begun and pool.is_idle():
                return
            # Whoever asks again at once takes time from what was begun.
            if not (begun and pool.has_more):
                pool.rest()
    finally:
        pool.finish()


def _together(
    do: Callable[[Sequence[Claim], GrantPorts], None],
    claims: Sequence[Claim],
    ports: GrantPorts,
    *,
    said: Said,
) -> None:
    """Do it for all at once; what only one of them brings about does not hold up the others."""
    try:
        do(claims, ports)
    except TemporaryOutsideError as error:
        log_escaped(error, claims, role=ROLE, step=do.__name__, cluster=ports.name)
    except Exception:  # noqa: BLE001 - Said by whichever of them it is, each by itself.
        for claim in claims:
            loudly(do, [claim], ports, said=said)
