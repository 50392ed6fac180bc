"""One JSON object per line: a head, then checkpoints each before its events, then the totals."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from daypass.adapters.export.pieces import (
    CUT_OFF,
    Totals,
    a_checkpoint,
    an_entry,
    expect_whole,
    refuse,
    text_of,
    written,
)
from daypass.domain.trail import Checkpoint
from daypass.domain.verification import Piece

VERSION: Final = 1
"""Of the layout of the lines; a reader asks for it first."""
_NAME: Final = "audit trail"


def lines(anchor: Checkpoint | None, pieces: Iterable[Piece]) -> Iterator[str]:
    """Write an export line by line, without line ends."""
    head = written(anchor) if anchor else None
    yield json.dumps({"daypass": _NAME, "version": VERSION, "anchor": head})
    totals = Totals()
    for piece in pieces:
        totals = totals.plus(piece)
        yield json.dumps(
            {"checkpoint": written(piece)}
            if isinstance(piece, Checkpoint)
            else {"id": piece.id, "event": text_of(piece)}
        )
    yield json.dumps({"end": {"checkpoints": totals.checkpoints, "events": totals.events}})


def read(rows: Iterable[str]) -> tuple[Checkpoint | None, Iterator[Piece]]:
    """Read an export; DamagedTrailError with the line where it is none."""
    numbered = enumerate(rows, 1)
    _, first = next(numbered, (1, ""))
    head = _object(first, "line 1")
    if head.get("daypass") != _NAME or head.get("version") != VERSION:
        refuse("line 1", "not the beginning of an export by `daypass audit export`")
    anchor = head.get("anchor")
    return (a_checkpoint(anchor, "line 1") if anchor is not None else None), _pieces(numbered)


def _pieces(numbered: Iterator[tuple[int, str]]) -> Iterator[Piece]:
    totals, number = Totals(), 1
    for number, row in numbered:
        where = f"line {number}"
        fields = _object(row, where)
        if "end" in fields:
            expect_whole(totals, fields["end"], where)
            for after, _ in numbered:
                refuse(f"line {after}", "it stands after the end of the export")
            return
        piece = _piece(fields, where)
        totals = totals.plus(piece)
        yield piece
    refuse(f"after line {number}", CUT_OFF)


def _piece(fields: dict[str, object], where: str) -> Piece:
    if "checkpoint" in fields:
        return a_checkpoint(fields["checkpoint"], where)
    return an_entry(fields.get("id"), fields.get("event"), where)


def _object(row: str, where: str) -> dict[str, object]:
    try:
        fields = json.loads(row)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        refuse(where, "no JSON object")
    return fields
