"""What a store in memory held at one moment, to set it back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from daypass.ports import PromiseKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """All that a store and its agenda held at one moment."""

    values: Mapping[str, Any]
    rows: Mapping[str, Mapping[tuple[PromiseKind, str], datetime]]


KEPT: Final = (
    "events",
    "_event_ids",
    "checkpoints",
    "trimmed",
    "put_off",
    "_requests",
    "_leases",
    "_pins",
    "_owners",
    "_tallies",
    "_seen",
    "_once",
    "_freeze",
    "_epoch",
    "_told",
    "_unsaid",
    "_offboarded",
    "_doubted",
)
"""The attributes of the store that are its values."""
