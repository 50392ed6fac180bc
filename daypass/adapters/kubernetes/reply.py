"""An API server's answer, whatever its status."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`body` is the JSON object, empty where a failed call brought none."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: timedelta | None = None
    date: str = ""
    """When the server answered, as it writes it."""
    level: str = ""
    """The uid of the priority level at which the server worked at it, where it says so."""

    @property
    def good(self) -> bool:
        """Whether the server did what was asked."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def at(self) -> datetime | None:
        """When the server answered, by its own clock; None where it does not say."""
        try:
            at = parsedate_to_datetime(self.date)
        except (OverflowError, ValueError):
            return None
        return at if at.tzinfo else None

    @property
    def message(self) -> str:
        """What the server says went wrong."""
        return str(self.body.get("message", ""))
