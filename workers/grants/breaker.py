"""A cluster that does not answer is left alone until it does; what is due there waits in the clock.

Without it every claim of a cluster that hangs waits for its own time-out, and is still waiting
when the cluster is back (law 3: within 5 s of its return).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, ParamSpec, TypeVar

import structlog

from daypass.domain.discovery import NOTHING, Snapshot, Wanted
from daypass.domain.epoch import Watermark
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.domain.review import Answer, Question
from daypass.ports import Cluster

FAILURES: Final = 5
"""Calls without an answer in a row; fewer happen while an API server is replaced."""
PROBE_EVERY: Final = 0.5
"""Seconds between two probes; a probe itself takes at most 1 s, so a return is seen in time."""

P = ParamSpec("P")
T = TypeVar("T")
_log = structlog.get_logger()


class Breaker:
    """A `Cluster` that fails at once while it is open; safe to use from several threads.

    Refusals and requests to wait are answers: only silence opens it.
    """

    def __init__(
        self, name: str, cluster: Cluster, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._cluster = cluster
        self._ticks = ticks
        self._silent = 0
        self._probed = 0.0

    @property
    def is_open(self) -> bool:
        """Whether nothing but probes gets through."""
        return self._silent >= FAILURES

    def answers_again(self) -> bool:
        """Probe, if it is open and time to; say whether it has just closed."""
        if not self.is_open or self._ticks() - self._probed < PROBE_EVERY:
            return False
        self._probed = self._ticks()
        try:
            self._cluster.probe()
        except OutsideError:
            return False
        self._silent = 0
        return True

    def create(self, planned: GrantObject) -> ObjectRef:
        """See `Cluster`; so for all that follow."""
        return self._counted(self._cluster.create, planned)

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """See `Cluster`."""
        return self._counted(self._cluster.read, ref)

    def delete(self, ref: ObjectRef) -> tuple[str, ...]:
        """See `Cluster`."""
        return self._counted(self._cluster.delete, ref)

    def of_leases(self, leases: Sequence[LeaseId]) -> Sequence[GrantObject]:
        """See `Cluster`."""
        return self._counted(self._cluster.of_leases, leases)

    def ours(self) -> Iterator[GrantObject]:
        """See `Cluster`; counted as one call, however many pages, and passed on as it comes."""
        self._must_be_closed()
        return self._listened()

    def questions(self, planned: GrantObject) -> Sequence[Question]:
        """See `Cluster`."""
        return self._counted(self._cluster.questions, planned)

    def reviews(self, question: Question) -> Sequence[Answer]:
        """See `Cluster`."""
        return self._counted(self._cluster.reviews, question)

    def annotate(self, found: GrantObject, annotations: Mapping[str, str]) -> None:
        """See `Cluster`."""
        self._counted(self._cluster.annotate, found, annotations)

    def watermark(self) -> Watermark | None:
        """See `Cluster`."""
        return self._counted(self._cluster.watermark)

    def keep_watermark(self, mark: Watermark) -> None:
        """See `Cluster`."""
        self._counted(self._cluster.keep_watermark, mark)

    def time(self) -> datetime:
        """See `Cluster`."""
        return self._counted(self._cluster.time)

    def probe(self) -> None:
        """See `Cluster`."""
        self._counted(self._cluster.probe)

    def discover(self, wanted: Wanted = NOTHING) -> Snapshot:
        """See `Cluster`."""
        return self._counted(self._cluster.discover, wanted)

    def _counted(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        self._must_be_closed()
        with self._hearing():
            return call(*args, **named)

    def _listened(self) -> Iterator[GrantObject]:
        with self._hearing():
            yield from self._cluster.ours()

    def _must_be_closed(self) -> None:
        if self.is_open:
            raise TemporaryOutsideError(f"{self._name} does not answer; it is tried all the time")

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        try:
            yield
        except OutsideError as error:
            self._heard(answered=_is_answer(error))
            raise
        self._heard(answered=True)

    def _heard(self, *, answered: bool) -> None:
        # Threads may count one too few or too many: it only opens a call earlier or later.
        self._silent = 0 if answered else self._silent + 1
        if self._silent == FAILURES:
            _log.error("grants.cluster_silent", cluster=self._name)


def _is_answer(error: OutsideError) -> bool:
    return not isinstance(error, TemporaryOutsideError) or error.delay is not None
