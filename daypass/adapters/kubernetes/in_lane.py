"""In the lane: whether a server works at what we ask in the place that is kept for us.

It says with each answer at which of its levels that was; one read of ours by its name says which
that should be. Nothing is refused because of it, and no end waits for it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import reading
from daypass.adapters.kubernetes.lane import level_path
from daypass.domain.discovery import Lane
from daypass.domain.errors import OutsideError

DO: Final = "apply what `daypass rbac` prints for this cluster"
_log = structlog.get_logger()


class InLane:
    """Looks for it at each look at a cluster, and says once that it is missing, or is back."""

    def __init__(self, cluster: str, install: str) -> None:
        self._cluster, self._place = cluster, level_path(install)
        self._last = Lane.UNKNOWN

    def look(self, api: Api) -> Lane:
        """Say what one read tells; what keeps us from reading tells nothing."""
        try:
            found = self._found(api)
        except OutsideError:
            return Lane.UNKNOWN
        if found is Lane.MISSING and found is not self._last:
            _log.warning("cluster.no_lane", cluster=self._cluster, what_to_do=DO)
        self._last = found
        return found

    def _found(self, api: Api) -> Lane:
        reply = api.get(self._place)
        if reply.status == HTTPStatus.NOT_FOUND:
            return Lane.MISSING
        # A server that keeps places for nobody names no level.
        if not reply.good or not reply.level:
            return Lane.UNKNOWN
        with reading(api.what("GET", self._place), writes=False):
            return Lane.OURS if _uid(reply.body) == reply.level else Lane.MISSING


def _uid(level: Mapping[str, Any]) -> str:
    return str(level["metadata"]["uid"])
