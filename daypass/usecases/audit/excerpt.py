"""Excerpt: the audit trail or a part of it, page by page: checkpoints and their events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.trail import Checkpoint, Entry
from daypass.domain.verification import Piece
from daypass.ports import Trail

PAGE: Final = 1_000
"""Events read at once: about a megabyte."""
LEEWAY: Final = timedelta(minutes=1)
"""An event may be appended while the checkpoint before it is being made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which part of the trail: whole checkpoints, so it may be a little more. None: no limit."""

    since: datetime | None = None
    until: datetime | None = None

    def is_past(self, made: Checkpoint) -> bool:
        """Whether what comes after `made` is later than asked for, by its own word."""
        return self.until is not None and made.at > self.until + LEEWAY

    def is_ahead_of(self, made: Checkpoint) -> bool:
        """Whether all that `made` covers is earlier than asked for."""
        return self.since is not None and made.at < self.since


EVERYTHING: Final = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A part of the trail; `anchor` is the checkpoint before it, None at the very beginning."""

    anchor: Checkpoint | None
    pieces: Iterator[Piece]


def excerpt(trail: Trail, span: Span = EVERYTHING) -> Excerpt:
    """Return the trail: each checkpoint, then its events; last what no checkpoint covers yet."""
    anchor = _oldest(trail)
    for made in checkpoints_after(anchor, trail) if span.since else ():
        if not span.is_ahead_of(made):
            break
        anchor = made
    return Excerpt(anchor=anchor, pieces=_pieces(anchor, trail, _end(anchor, trail, span)))


def checkpoints_after(anchor: Checkpoint | None, trail: Trail) -> Iterator[Checkpoint]:
    """Return every checkpoint after `anchor`, page by page."""
    after = anchor.upto if anchor else ""
    while page := trail.checkpoints(after, PAGE):
        yield from page
        after = page[-1].upto


def _oldest(trail: Trail) -> Checkpoint | None:
    """Return the checkpoint up to which retention removed the events; None where it never did."""
    trimmed = trail.trimmed()
    first = trail.checkpoints("", 1) if trimmed else ()
    return first[0] if first and first[0].upto == trimmed else None


def _end(anchor: Checkpoint | None, trail: Trail, span: Span) -> str:
    """Return the event up to which it is told; empty for all of them.

    One checkpoint that is later than asked for ends nothing if another after it is not: time may
    have jumped ahead and back, and the order is that of the ids.
    """
    if span.until is None:
        return ""
    end = anchor.upto if anchor is not None and span.is_past(anchor) else ""
    for made in checkpoints_after(anchor, trail):
        end = (end or made.upto) if span.is_past(made) else ""
    return end


def _pieces(anchor: Checkpoint | None, trail: Trail, end: str) -> Iterator[Piece]:
    last = anchor
    for made in checkpoints_after(anchor, trail):
        if last is not None and last.upto == end:
            return
        yield made
        yield from _entries(last, made.upto, trail)
        last = made
    if not end:
        yield from _entries(last, "", trail)


def _entries(last: Checkpoint | None, upto: str, trail: Trail) -> Iterator[Entry]:
    after = last.upto if last else ""
    while page := trail.entries(after, PAGE, upto):
        yield from page
        after = page[-1].id
