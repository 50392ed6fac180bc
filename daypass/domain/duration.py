"""How people write lengths of time, and how we write them back: the only place that knows."""

import re
from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(days=366)
"""A year, and a leap day: nobody means to write more."""
_UNITS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NAMES: Final = {
    **dict.fromkeys(("w", "wk", "week", "weeks"), "w"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
}
_PART: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+)\s*(?:,|and\b)?\s*")
_ISO: Final = re.compile(
    r"p(?:(?P<w>\d{1,6})w)?(?:(?P<d>\d{1,6})d)?"
    r"(?:t(?=\d)(?:(?P<h>\d{1,6})h)?(?:(?P<m>\d{1,6})m)?(?:(?P<s>\d{1,6})s)?)?"
)
EXAMPLES: Final = "90m, 1h30m, 2 hours or PT1H"


class DurationError(ValueError):
    """The text is no length of time above zero; the message says what would be one."""


def read_duration(text: str, longest: timedelta = LONGEST) -> timedelta:
    """Read `90m`, `1h30m`, `2 hours`, `PT1H`; always whole seconds above zero.

    Raises DurationError for anything else, zero, a sign, or more than `longest`.
    """
    written = text.strip().lower()
    found = _iso_seconds(written) if written.startswith("p") else _plain_seconds(written)
    if found is None:
        raise DurationError(f"“{text}” is not a duration; write {EXAMPLES}")
    # Whole seconds: objects on a cluster say their end no finer.
    seconds = int(found)
    if seconds <= 0:
        raise DurationError(f"“{text}” is not longer than zero; write {EXAMPLES}")
    if seconds > longest.total_seconds():
        years = round(longest / LONGEST)
        most = "a year" if years == 1 else f"{years} years"
        raise DurationError(f"“{text}” is longer than {most}; write {EXAMPLES}")
    return timedelta(seconds=seconds)


def is_duration(text: str) -> bool:
    """Whether a text reads as a length of time."""
    try:
        read_duration(text)
    except DurationError:
        return False
    return True


def write_duration(duration: timedelta) -> str:
    """Write a duration in the form that commands take: `1h30m`, `45m`, `2d`."""
    left, parts = int(duration.total_seconds()), ""
    for unit, size in list(_UNITS.items())[1:]:
        count, left = divmod(left, size)
        parts += f"{count}{unit}" if count else ""
    return parts or "0s"


def _iso_seconds(written: str) -> float | None:
    found = _ISO.fullmatch(written)
    if found is None or not any(found.groupdict().values()):
        return None
    return sum(_UNITS[unit] * int(count) for unit, count in found.groupdict().items() if count)


def _plain_seconds(written: str) -> float | None:
    at, total, seen = 0, 0.0, set[str]()
    while part := _PART.match(written, at):
        unit = _NAMES.get(part[2])
        if unit is None or unit in seen:
            return None
        seen.add(unit)
        total += float(part[1]) * _UNITS[unit]
        at = part.end()
    return total if seen and at == len(written) else None
