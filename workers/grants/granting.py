"""What is being granted on a cluster: begun together where many are due, then each in a thread."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, Final

from daypass.adapters.redis.said import Said
from daypass.domain.errors import OutsideError
from daypass.domain.ids import LeaseId
from daypass.ports import Claim, GrantPorts, PromiseKind
from daypass.usecases.grants.adjust import adjust
from daypass.usecases.grants.begin import Begun
from daypass.usecases.grants.provision import begin_together, provision
from workers.grants.looks import ROLE
from workers.outermost import log_escaped

BATCH: Final = 50
"""Grants begun in one move, as many as ends share: more would hold up the first for the last."""
WAITING: Final = 2
"""Grants in hand for each thread before no more are claimed: what is judged is soon created, and
another worker may take the rest."""
Row = tuple[PromiseKind, str]
"""A promise among all of its cluster."""


class Granting:
    """The threads that grant, and what they are at; safe in several threads.

    Close it at the end.
    """

    def __init__(self, threads: int) -> None:
        self._most = threads * WAITING
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="grant")
        # By itself: who begins for others must not wait for a thread that they hold.
        self._beginning = ThreadPoolExecutor(1, thread_name_prefix="begin")
        self._lock, self._said = Lock(), Said()
        self._in_hand: dict[Future[None], Claim] = {}
        self._to_begin: dict[Future[None], Sequence[Claim]] = {}
        self._sifting: Future[None] | None = None

    @property
    def room(self) -> int:
        """How many more may be claimed."""
        with self._lock:
            return BATCH if self._count() < self._most else 0

    def begin(self, claims: Sequence[Claim], ports: GrantPorts) -> None:
        """Begin to see to what was claimed."""
        grants = [one for one in claims if one.promise.kind is PromiseKind.PROVISION]
        if len(grants) > 1:
            with self._lock:
                batch = self._beginning.submit(self._begin_together, grants, ports)
                self._to_begin[batch] = grants
        for one in claims:
            if one.promise.kind is not PromiseKind.PROVISION:
                self._see_to(one, partial(adjust, one, ports))
            elif len(grants) == 1:
                self._see_to(one, partial(provision, one, ports))

    def sift(self, ports: GrantPorts) -> None:
        """Let rows of nothing go before more is begun: by thousands they would hold up the others.

        It may take seconds, for which no end waits.
        """
        with self._lock:
            if self._sifting is None or self._sifting.done():
                self._sifting = self._beginning.submit(_sift, ports)

    def rows(self) -> frozenset[Row]:
        """Return what is in hand."""
        with self._lock:
            waiting = [claim for claims in self._to_begin.values() for claim in claims]
            return frozenset(map(row, (*waiting, *self._in_hand.values())))

    def under_way(self) -> Sequence[Future[Any]]:
        """Return what is not done, as far as it is known by now."""
        with self._lock:
            sifting = [one for one in (self._sifting,) if one is not None and not one.done()]
            return [*sifting, *self._to_begin, *self._in_hand]

    def forget_done(self) -> None:
        """Let go of what is done; what escaped is said, and comes back by itself."""
        with self._lock:
            # First: what it handed on is in hand by then.
            for begun in [one for one in self._to_begin if one.done()]:
                self._say(begun, self._to_begin.pop(begun)[0])
            for done in [one for one in self._in_hand if one.done()]:
                self._say(done, self._in_hand.pop(done))

    def close(self) -> None:
        """End the threads when what they do is done."""
        self._beginning.shutdown()
        self._threads.shutdown()

    def _begin_together(self, claims: Sequence[Claim], ports: GrantPorts) -> None:
        begun: Mapping[LeaseId, Begun] = dict[LeaseId, Begun]()
        try:
            begun = begin_together(claims, ports)
        finally:
            for one in claims:
                mine = begun.get(LeaseId(one.promise.subject))
                self._see_to(one, partial(provision, one, ports, begun=mine))

    def _see_to(self, claim: Claim, do: Callable[[], None]) -> None:
        with self._lock:
            self._in_hand[self._threads.submit(do)] = claim

    def _count(self) -> int:
        return len(self._in_hand) + sum(map(len, self._to_begin.values()))

    def _say(self, done: Future[None], claim: Claim) -> None:
        if (error := done.exception()) is not None:
            where = {"step": claim.promise.kind.value, "cluster": claim.promise.keeper}
            log_escaped(error, claim, role=ROLE, said=self._said, **where)


def _sift(ports: GrantPorts) -> None:
    with suppress(OutsideError):
        ports.store.sift(ports.name)


def row(claim: Claim) -> Row:
    """Return what tells a promise from all others of its cluster."""
    return claim.promise.kind, claim.promise.subject
