"""What one process remembers of the store, so that it notices when the store forgets."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from daypass.ports.ends import Ends
from daypass.ports.lag import Lag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daypass.domain.epoch import Freeze
    from daypass.domain.ids import LeaseId
    from daypass.domain.lease import ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An event that was in the store in that epoch, last looked for at `at`.

    The epoch began at `since`.
    """

    epoch: str
    since: datetime
    event: str
    at: datetime


class Witness:
    """The newest that this process knows, for one cluster; nothing when it has just started.

    `announced` are uids of objects whose removal it wrote down, `told` the ticks at which it told
    what is told once in a while. At the tick `look_by` it looks at the cluster whether anybody asks
    it to or not, and at the tick `compare_by` at all of it; None before it ever could. `freeze` is
    the newest word on new grants. `ends` are the ends that our objects bear, as far as it saw them;
    `doubts` counts what only a comparison answers. `assuring` is held by whoever asks whether the
    store goes on, for all that want to know. `turns` says by uid to which of the objects that are
    free, or held, and whose names fit no address the last look came; `tried` what an end could not
    delete of each lease, the longest untried first, and `failed` which of its own objects it was,
    where that took so long that a try came to no other. `lag` is how far the cluster is behind its
    writes. `ends_by` is the tick at which it looks for ends that no row says, `ends_checked` the
    one at which it last did, `tried_end` those at which it tried each end last, or learned of it.
    Safe in several threads: values are replaced or added, and an older one does no harm.
    """

    def __init__(self, known: Known | None = None) -> None:
        self.known = known
        self.announced: set[str] = set()
        self.told: dict[str, float] = {}
        self.look_by: float | None = None
        self.compare_by: float | None = None
        self.doubts = 0
        self._lock = Lock()
        self.assuring = Lock()
        self.freeze: Freeze | None = None
        self.turns = {False: "", True: ""}
        self.tried: dict[LeaseId, list[str]] = {}
        self.failed: dict[LeaseId, Sequence[ObjectRef]] = {}
        self.ends = Ends()
        self.ends_by: float | None = None
        self.ends_checked = 0.0
        self.tried_end: dict[LeaseId, float] = {}
        self.lag = Lag()

    def doubt(self, ticks: float, look_by: float | None = None) -> None:
        """Look at all of the cluster, now or by `look_by`: something there was not seen."""
        self.compare_again(ticks)
        by = ticks if look_by is None else look_by
        self.look_by = by if self.look_by is None else min(self.look_by, by)

    def compare_again(self, by: float) -> None:
        """Look at all of the cluster by the tick `by`: something there was not judged."""
        with self._lock:
            self.doubts += 1
            self.compare_by = by if self.compare_by is None else min(self.compare_by, by)

    def compared(self, doubts: int, by: float) -> None:
        """Compare again by the tick `by`; not if since there were so many `doubts` it was doubted.

        A comparison answers no doubt that came after it began.
        """
        with self._lock:
            if self.doubts == doubts:
                self.compare_by = by
