"""An independent watcher: sees the clusters as their administrator, past the wires."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from typing import Any, Final

import urllib3
from kubernetes.client import ApiException

from chaos.faults import now
from sandbox.cluster.servers import ClusterServer

EVERY: Final = 0.25
"""Seconds between two looks at one cluster."""
_MARK: Final = "app.kubernetes.io%2Fmanaged-by%3Ddaypass"
_LISTS: Final = tuple(
    f"/apis/rbac.authorization.k8s.io/v1/{kind}?labelSelector={_MARK}"
    for kind in ("rolebindings", "clusterrolebindings")
)
_LEASE: Final = "daypass.dev/lease"
_END: Final = "daypass.dev/expires-at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """An object of ours that was there at `at` (epoch seconds, before it was asked for)."""

    at: float
    cluster: str
    name: str
    lease: str
    ends: float

    @property
    def attempt(self) -> str:
        """The number of the attempt that made it: `daypass-<lease>-<attempt>[-n]`."""
        return self.name.removeprefix(f"daypass-{self.lease}-").partition("-")[0]


@dataclass(slots=True)
class Watcher:
    """Looks at one cluster in a thread of its own; `sights` grows."""

    server: ClusterServer
    sights: list[Sight] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    """When it looked and saw."""
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = Thread(target=self._watch, name=f"watch {self.server.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(30)

    def look(self) -> Sequence[Sight]:
        """Return what is there now; raises what the client raises."""
        at = now()
        admin = self.server.admin()
        return [self._sight(at, item) for path in _LISTS for item in admin.get(path)["items"]]

    def _watch(self) -> None:
        while not self._stop.is_set():
            began, at = time.monotonic(), now()
            try:
                self.sights += self.look()
                self.looks.append(at)
            except (OSError, ApiException, urllib3.exceptions.HTTPError, ValueError):
                pass  # Nobody can see anything there now, nor use it.
            self._stop.wait(max(0.0, EVERY - (time.monotonic() - began)))

    def _sight(self, at: float, item: Mapping[str, Any]) -> Sight:
        metadata = item["metadata"]
        return Sight(
            at=at,
            cluster=self.server.name,
            name=metadata["name"],
            lease=metadata["labels"].get(_LEASE, ""),
            ends=_epoch(metadata.get("annotations", {}).get(_END, "")),
        )


def _epoch(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0  # Without an end it is late already.


def attempts_at_once(sights: Sequence[Sight]) -> Iterator[str]:
    """Name each lease of which two attempts' objects were seen in one look."""
    seen: dict[tuple[float, str], set[str]] = {}
    for sight in sights:
        seen.setdefault((sight.at, sight.lease), set()).add(sight.attempt)
    yield from sorted({lease for (_, lease), attempts in seen.items() if len(attempts) > 1})
