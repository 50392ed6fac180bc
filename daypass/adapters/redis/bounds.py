"""Bounds for every moment, duration and number that is read from Redis, wherever it stands.

Whoever can write to Redis could else make a lease begin later than it did by a duration below
zero, or a worker fail at a moment without a zone: such a value is damaged, and a lease that is
damaged ends.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from pydantic_core import CoreSchema

FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2255, 1, 1, tzinfo=UTC)
"""Scores of the clock are exact until then."""
LONGEST: Final = timedelta(days=3_660)
"""Ten times what a command takes: nothing that lasts longer was ever given."""
MOST: Final = 2**53 - 1
"""What JSON's readers and Redis's scores hold exactly."""
_BOUNDS: Final[Mapping[str, Mapping[str, object]]] = {
    "datetime": {"ge": FIRST, "le": LAST, "tz_constraint": "aware"},
    "timedelta": {"ge": timedelta(0), "le": LONGEST},
    "int": {"ge": 0, "le": MOST},
}


def bounded(schema: CoreSchema) -> CoreSchema:
    """Return a schema in which every moment, duration and number has its bounds."""
    return cast("CoreSchema", _bounded(schema))


def _bounded(part: object) -> object:
    if isinstance(part, list):
        return [_bounded(one) for one in part]
    if isinstance(part, tuple):  # Also a field's default, which has to stay what it is.
        return tuple(_bounded(one) for one in part)
    if not isinstance(part, dict):
        return part
    return {**{name: _bounded(one) for name, one in part.items()}, **_bounds_of(part.get("type"))}


def _bounds_of(kind: object) -> Mapping[str, object]:
    return _BOUNDS.get(kind, {}) if isinstance(kind, str) else {}
