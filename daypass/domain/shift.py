"""A shift: something that levels rest on came, went, or means something else than it did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daypass.domain.rbac.meaning import TOO_MUCH, Meaning
from daypass.domain.rbac.risk import Risk


class Turn(StrEnum):
    """What became of it."""

    APPEARED = "appeared"
    DISAPPEARED = "disappeared"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """`key` meant `was` when people last heard of it, and means `now` since they heard at `at`.

    None: it was, or is, not there. Where both are alike nothing was said yet: that is what people
    know, until there is room to say what became of it.
    """

    key: str
    at: datetime
    was: Meaning | None = None
    now: Meaning | None = None

    @property
    def said(self) -> bool:
        """Whether people heard of it."""
        return not alike(self.was, self.now)

    @property
    def turn(self) -> Turn:
        """What became of it."""
        if self.now == TOO_MUCH:
            return Turn.UNREADABLE
        if self.was is None:
            return Turn.APPEARED
        return Turn.DISAPPEARED if self.now is None else Turn.CHANGED

    @property
    def gained(self) -> tuple[Risk, ...]:
        """What it may lead to now, and did not."""
        return _beyond(self.now, self.was)

    @property
    def lost(self) -> tuple[Risk, ...]:
        """What it might have led to, and does not any more."""
        return _beyond(self.was, self.now) if self.now != TOO_MUCH else ()


def alike(one: Meaning | None, other: Meaning | None) -> bool:
    """Whether both allow the same, or neither is there."""
    return _digest(one) == _digest(other)


def _digest(one: Meaning | None) -> str | None:
    return None if one is None else one.digest


def _beyond(one: Meaning | None, other: Meaning | None) -> tuple[Risk, ...]:
    known = _risks(other)
    if Risk.EVERYTHING in known:
        return ()  # Of everything nothing else is said, and there is nothing beyond it.
    return tuple(risk for risk in _risks(one) if risk not in known)


def _risks(one: Meaning | None) -> tuple[Risk, ...]:
    return () if one is None else one.risks
