"""How the audit trail stands: does it take events, and does a checkpoint come to cover them?

Both can stop while everything else goes on, and whoever may append to the trail can stop them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client.core import GaugeMetricFamily

from daypass.domain.errors import PermanentOutsideError
from daypass.domain.trail import is_last
from daypass.ports import TrailPorts

if TYPE_CHECKING:
    from datetime import datetime

_UNREADABLE: Final = "unreadable"
"""Stands for an event: what cannot be read is covered by nothing."""


class TrailState:
    """Gauges of the trail, beside those of everything else in the store."""

    def __init__(self, ports: TrailPorts) -> None:
        self._ports = ports
        self._uncovered: tuple[str, datetime] | None = None
        """The first event under no checkpoint, and since when it has been seen to be that."""

    def measured(self) -> Iterator[GaugeMetricFamily]:
        """Return both; raises OutsideError where the store does not tell."""
        yield self._full()
        yield self._unsealed()

    def _full(self) -> GaugeMetricFamily:
        newest = self._ports.store.last_event()
        return GaugeMetricFamily(
            "daypass_trail_full",
            "Whether the newest event has the greatest id: the trail takes none after it.",
            value=float(is_last(newest)),
        )

    def _unsealed(self) -> GaugeMetricFamily:
        event, now = self._first_uncovered(), self._ports.clock.now()
        if not event:
            self._uncovered = None
        elif self._uncovered is None or self._uncovered[0] != event:
            self._uncovered = event, now
        else:  # A moment still to come was seen before time went back.
            self._uncovered = event, min(self._uncovered[1], now)
        since = self._uncovered[1] if self._uncovered else now
        return GaugeMetricFamily(
            "daypass_unsealed_seconds",
            "How long the same event has been the first under no checkpoint.",
            value=(now - since).total_seconds(),
        )

    def _first_uncovered(self) -> str:
        try:
            last = self._ports.trail.last()
            entries = self._ports.trail.entries(last.upto if last else "", 1)
        except PermanentOutsideError:
            return _UNREADABLE
        return entries[0].id if entries else ""
