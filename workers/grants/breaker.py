"""A cluster that does not answer is left alone until it does; what is due there waits.

Without it every claim of a cluster that hangs waits for its own time-out, and is still waiting
when the cluster is back (law 3: within 5 s of its return).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import structlog

from daypass.domain.discovery import NOTHING, Snapshot, Wanted
from daypass.domain.epoch import Watermark
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.domain.listed import Listed
from daypass.domain.picture import Kind, Shown
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.review import Answer, Question
from daypass.domain.sighting import Sighting
from daypass.ports import Cluster
from workers.grants.hanging import LONGEST, Hanging

FAILURES: Final = 5
"""Calls that failed in a row before it is asked; fewer happen while an API server is replaced."""
PROBE_EVERY: Final = 0.5
"""Seconds between two probes; a probe itself takes at most 1 s, so a return is seen in time."""

_log = structlog.get_logger()


class Breaker:
    """A `Cluster` that fails at once while it is open; safe to use from several threads.

    Refusals and requests to wait are answers. What fails in another way, be it a webhook of one
    namespace, opens it only if a probe is not answered either: that lets it close, too. Where what
    is created, changed, deleted or asked in one namespace hangs, that fails at once there.
    """

    def __init__(
        self, name: str, cluster: Cluster, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._cluster = cluster
        self._ticks = ticks
        self._failed = 0
        self._open = False
        self._probed = 0.0
        self._creating = Hanging(name, ticks, what="created")
        self._changing = Hanging(name, ticks, what="changed")
        self._deleting = Hanging(name, ticks, what="deleted")
        self._asking = Hanging(name, ticks, what="asked", longest=LONGEST)

    @property
    def is_open(self) -> bool:
        """Whether nothing but probes gets through."""
        return self._open

    def answers_again(self) -> bool:
        """Probe, if it is open and time to; say whether it has just closed."""
        if not self.is_open or self._ticks() - self._probed < PROBE_EVERY:
            return False
        self._open = not self._answers()
        if not self._open:
            for hanging in (self._creating, self._changing, self._deleting, self._asking):
                hanging.forget()
        return not self._open

    def create(self, planned: GrantObject) -> ObjectRef:
        """See `Cluster`; so for all that follow."""
        with self._heard(), self._creating.calling(planned.ref.namespace):
            return self._cluster.create(planned)

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.read(ref)

    def delete(self, ref: ObjectRef) -> tuple[str, ...] | None:
        """See `Cluster`."""
        with self._heard(), self._deleting.calling(ref.namespace):
            return self._cluster.delete(ref)

    def of_leases(self, leases: Sequence[LeaseId], install: str) -> Sequence[Listed]:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.of_leases(leases, install)

    def ours(self) -> Iterator[GrantObject]:
        """See `Cluster`; counted as one call, however many pages, and passed on as it comes."""
        self._must_be_closed()
        return self._listened()

    def watch(self, kind: str, since: str = "") -> Iterator[Sighting]:
        """See `Cluster`; one that breaks is no sign of anything: calls are."""
        self._must_be_closed()
        return self._cluster.watch(kind, since)

    def means(self, roles: Sequence[str]) -> Mapping[str, Meaning]:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.means(roles)

    def picture(self, kind: Kind, since: str = "") -> Iterator[Shown]:
        """See `Cluster`; as a watch."""
        self._must_be_closed()
        return self._cluster.picture(kind, since)

    def questions(self, planned: GrantObject) -> Sequence[Question]:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.questions(planned)

    def reviews(self, question: Question) -> Sequence[Answer]:
        """See `Cluster`; a server goes through all that is bound in a namespace."""
        with self._heard(), self._asking.calling(question.namespace):
            return self._cluster.reviews(question)

    def annotate(self, found: GrantObject, annotations: Mapping[str, str]) -> None:
        """See `Cluster`."""
        with self._heard(), self._changing.calling(found.ref.namespace):
            self._cluster.annotate(found, annotations)

    def watermark(self) -> Watermark | None:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.watermark()

    def keep_watermark(self, mark: Watermark) -> None:
        """See `Cluster`."""
        with self._heard():
            self._cluster.keep_watermark(mark)

    def time(self) -> datetime:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.time()

    def probe(self) -> None:
        """See `Cluster`."""
        with self._heard():
            self._cluster.probe()

    def discover(self, wanted: Wanted = NOTHING) -> Snapshot:
        """See `Cluster`."""
        with self._heard():
            return self._cluster.discover(wanted)

    def _listened(self) -> Iterator[GrantObject]:
        with self._heard():
            yield from self._cluster.ours()

    def _must_be_closed(self) -> None:
        if self.is_open:
            raise TemporaryOutsideError(f"{self._name} does not answer; it is tried all the time")

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Let a call through if it is closed, and count whether it was answered."""
        self._must_be_closed()
        try:
            yield
        except OutsideError as error:
            self._count(answered=_is_answer(error))
            raise
        self._count(answered=True)

    def _count(self, *, answered: bool) -> None:
        # Threads may count one too few or too many: it is only asked a call earlier or later.
        self._failed = 0 if answered else self._failed + 1
        if self._failed < FAILURES:
            return
        self._failed = 0
        if not self._answers() and not self._open:
            self._open = True
            _log.error("grants.cluster_silent", cluster=self._name)

    def _answers(self) -> bool:
        self._probed = self._ticks()
        try:
            self._cluster.probe()
        except OutsideError:
            return False
        return True


def _is_answer(error: OutsideError) -> bool:
    return not isinstance(error, TemporaryOutsideError) or error.delay is not None
