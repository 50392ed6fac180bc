"""`daypass audit`: is the trail what was written, what does it say, and a copy of it."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from daypass.cli.report import Report, plain
from daypass.cli.story import told
from daypass.domain.errors import DamagedTrailError, TemporaryOutsideError
from daypass.domain.trail import Checkpoint
from daypass.domain.verification import Piece, verify
from daypass.domain.verification import Report as Findings
from daypass.settings import TrailSettings
from daypass.usecases.audit.excerpt import Span, excerpt
from daypass.usecases.audit.history import history

if TYPE_CHECKING:
    from pathlib import Path

    from daypass.adapters.redis.trail import RedisTrail


def check(given: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Verify the trail in Redis, or an export of it."""
    settings = TrailSettings.read(environ, store=given.file is None, key=True)
    if given.file is not None:
        return _of_file(given, settings.audit_key)
    trail = _trail(settings)
    before = trail.trimmed()
    there = excerpt(trail)
    found = verify(there.pieces, settings.audit_key, anchor=there.anchor, head=given.head or "")
    if trail.trimmed() != before:
        raise TemporaryOutsideError("retention removed events meanwhile; run it again")
    return Report(text=_written(found), good=not found.faults)


def export(given: argparse.Namespace, environ: Mapping[str, str]) -> Iterator[str]:
    """Return the export line by line, as it is read."""
    from daypass.adapters.export import jsonl, table  # noqa: PLC0415 - Only here.

    there = excerpt(_trail(TrailSettings.read(environ)), Span(since=given.since, until=given.until))
    lines = table.lines if given.format == "csv" else jsonl.lines
    return lines(there.anchor, there.pieces)


def show(given: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Tell what happened to a request or a lease."""
    request, lease = given.id
    events = tuple(history(request, lease, _trail(TrailSettings.read(environ))))
    if not events:
        return Report(text=f"The audit trail says nothing about {lease or request}.", good=False)
    return Report(text="\n".join(told(events)))


def _trail(settings: TrailSettings) -> "RedisTrail":
    from daypass.adapters.redis.client import connect  # noqa: PLC0415 - slow to load
    from daypass.adapters.redis.trail import RedisTrail  # noqa: PLC0415 - Only here.

    return RedisTrail(connect(settings.redis_url))


def _of_file(given: argparse.Namespace, key: bytes) -> Report:
    path: Path = given.file
    try:
        with path.open(encoding="utf-8", newline="") as file:
            anchor, pieces = _read(file)
            found = verify(pieces, key, anchor=anchor, head=given.head or "")
    except DamagedTrailError as error:
        raise DamagedTrailError([f"{path}: {fault}" for fault in error.faults]) from error
    except UnicodeDecodeError as error:
        raise DamagedTrailError([f"{path}: no text in UTF-8 ({error.reason})"]) from error
    except OSError as error:
        raise DamagedTrailError([f"{path}: cannot be read ({error.strerror})"]) from error
    return Report(text=_written(found), good=not found.faults)


def _read(file: Iterable[str]) -> tuple[Checkpoint | None, Iterator[Piece]]:
    """Read whichever form it is: only a table's first line is none of JSON."""
    from daypass.adapters.export import jsonl, table  # noqa: PLC0415 - Only here.

    rows = iter(file)
    first = next(rows, "")
    read = table.read if first.startswith("kind,") else jsonl.read
    return read(_again(first, rows))


def _again(first: str, rows: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rows


def _written(found: Findings) -> str:
    return "\n".join((*_summary(found), *_faults(found)))


def _summary(found: Findings) -> Iterator[str]:
    if found.anchor is not None:
        yield (
            f"The trail begins after checkpoint {found.anchor.number}, of {_at(found.anchor.at)}: "
            "what was before was removed as too old, or is not in this export."
        )
    yield f"{_count(found.events, 'event')} under {_count(found.checkpoints, 'checkpoint')}."
    if found.last is not None:
        yield (
            f"The newest checkpoint is {found.last.number}, of {_at(found.last.at)}, "
            f"up to event {found.last.upto}; its hash is"
        )
        yield f"  {found.last.hash}"
    if found.uncovered:
        yield f"{_count(found.uncovered, 'event')} after it: not under a checkpoint yet."
    if not found.faults:
        yield "All is as it was written."


def _faults(found: Findings) -> Iterator[str]:
    if found.faults:
        yield f"\n{_count(len(found.faults) + found.more, 'fault')}:"
    yield from (plain(f"  {fault}") for fault in found.faults)
    if found.more:
        yield f"  … and {found.more} more"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
