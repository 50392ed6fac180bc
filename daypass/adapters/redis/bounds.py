"""Bounds for every moment, duration, number, text and list that is read from Redis.

Whoever can write to Redis could else make a lease begin later than it did by a duration below
zero, a worker fail at a moment without a zone, or work for minutes at what nobody ever asked for:
such a value is damaged, and a lease that is damaged ends. So is one that does not say its version:
the script that commits finds none to compare, and what is read and never moved is in the way of a
freeze, or of the end of restore mode.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from pydantic_core import CoreSchema

from daypass.domain.ids import LAST_VERSION

FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2255, 1, 1, tzinfo=UTC)
"""Scores of the agenda are exact until then."""
LONGEST: Final = timedelta(days=3_660)
"""Ten times what a command takes: nothing that lasts longer was ever given."""
MOST: Final = LAST_VERSION
"""What JSON's readers and Redis's scores hold exactly."""
LENGTH: Final = 200_000
"""Characters; the longest text of ours names the objects of a lease in 800 namespaces."""
COUNT: Final = 10_000
"""Twice what a snapshot may keep of a kind (`discovery.MOST`); nothing else is as long."""
_COMPARED: Final = "version"
"""The number that the scripts compare."""
_BOUNDS: Final[Mapping[str, Mapping[str, object]]] = {
    "datetime": {"ge": FIRST, "le": LAST, "tz_constraint": "aware"},
    "timedelta": {"ge": timedelta(0), "le": LONGEST},
    "int": {"ge": 0, "le": MOST},
    "str": {"max_length": LENGTH},
    **{kind: {"max_length": COUNT} for kind in ("tuple", "list", "set", "frozenset", "dict")},
}


def bounded(schema: CoreSchema) -> CoreSchema:
    """Return a schema in which every moment, duration, number, text and list has its bounds."""
    return cast("CoreSchema", _bounded(schema))


def _bounded(part: object) -> object:
    if isinstance(part, list):
        return [_bounded(one) for one in part]
    if isinstance(part, tuple):  # Also a field's default, which has to stay what it is.
        return tuple(_bounded(one) for one in part)
    if not isinstance(part, dict):
        return part
    made = {**{name: _bounded(one) for name, one in part.items()}, **_bounds_of(part.get("type"))}
    return _said(made) if part.get("name") == _COMPARED else made


def _said(field: dict[str, object]) -> dict[str, object]:
    """Return the field of a version without its default; that of a catalog is no number."""
    schema = field.get("schema")
    if not isinstance(schema, dict) or schema.get("type") != "default":
        return field
    inner = schema["schema"]
    return {**field, "schema": inner} if inner.get("type") == "int" else field


def _bounds_of(kind: object) -> Mapping[str, object]:
    return _BOUNDS.get(kind, {}) if isinstance(kind, str) else {}
