"""The same as a table (CSV), for spreadsheets: columns to read, and the event's own text.

Cells that a spreadsheet would take for a formula begin with an apostrophe.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

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

COLUMNS: Final = ("kind", "id", "at", "action", "actor", "subject", "cluster", "facts", "text")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL: Final = 16 * 1024 * 1024
"""Characters: more than any event has, so that reading back never fails at the library's limit."""
_Row = tuple[str, ...]


def lines(anchor: Checkpoint | None, pieces: Iterable[Piece]) -> Iterator[str]:
    """Write an export row by row, without line ends."""
    yield _joined(COLUMNS)
    if anchor is not None:
        yield _joined(_checkpoint_row("anchor", anchor))
    totals = Totals()
    for piece in pieces:
        totals = totals.plus(piece)
        yield _joined(_row(piece))
    said = {"checkpoints": totals.checkpoints, "events": totals.events}
    yield _joined(("end", *[""] * 7, json.dumps(said)))


def read(rows: Iterable[str]) -> tuple[Checkpoint | None, Iterator[Piece]]:
    """Read an export; DamagedTrailError with the line where it is none."""
    found = _rows(rows)
    _, first = next(found, ("", ()))
    if first != COLUMNS:
        refuse("line 1", "not the beginning of an export by `daypass audit export`")
    where, row = next(found, ("line 2", ()))
    if row and row[0] == "anchor":
        return a_checkpoint(_json(row[-1], where), where), _pieces(found)
    return None, _pieces(_again((where, row), found) if row else found)


def _again(first: tuple[str, _Row], rest: Iterator[tuple[str, _Row]]) -> Iterator[tuple[str, _Row]]:
    yield first
    yield from rest


def _pieces(rows: Iterator[tuple[str, _Row]]) -> Iterator[Piece]:
    totals, where = Totals(), "line 1"
    for where, row in rows:
        if row[0] == "end":
            expect_whole(totals, _json(row[-1], where), where)
            for after, _ in rows:
                refuse(after, "it stands after the end of the export")
            return
        piece = _piece(row, where)
        if row != _row(piece):
            refuse(where, "its columns do not say what its text says")
        totals = totals.plus(piece)
        yield piece
    refuse(f"after {where}", CUT_OFF)


def _piece(row: _Row, where: str) -> Piece:
    kind, text = row[0], row[-1]
    if kind == "checkpoint":
        return a_checkpoint(_json(text, where), where)
    if kind != "event":
        refuse(where, f"there is no kind “{kind}” of row; only event, checkpoint, anchor and end")
    return an_entry(row[1], _json(text, where) if text.startswith('"') else text, where)


def _row(piece: Piece) -> _Row:
    if isinstance(piece, Checkpoint):
        return _checkpoint_row("checkpoint", piece)
    text = text_of(piece)
    said = _said(text)
    told = (said.get(name, "") for name in ("at", "action", "actor", "subject", "cluster"))
    facts = json.dumps(said.get("facts", {}), ensure_ascii=True)
    # Text that no file could hold is escaped; it is no JSON object then, so it begins otherwise.
    kept = text if text.isprintable() and text.startswith("{") else json.dumps(text)
    return ("event", piece.id, *(_harmless(str(one)) for one in told), facts, kept)


def _checkpoint_row(kind: str, made: Checkpoint) -> _Row:
    text = json.dumps(written(made))
    return (kind, made.upto, made.at.isoformat(), *[""] * 5, text)


def _said(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _harmless(cell: str) -> str:
    escaped = cell if cell.isprintable() else json.dumps(cell)
    return f"'{escaped}" if escaped.startswith(_FORMULA) else escaped


def _joined(row: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()


def _rows(rows: Iterable[str]) -> Iterator[tuple[str, _Row]]:
    csv.field_size_limit(_LONGEST_CELL)
    table = csv.reader(rows, strict=True)
    while True:
        try:
            row = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            refuse(f"line {table.line_num}", f"no row of a table ({error})")
        where = f"line {table.line_num}"
        if len(row) != len(COLUMNS):
            refuse(where, f"{len(row)} columns; there are {len(COLUMNS)}")
        yield where, tuple(row)


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        refuse(where, "its text is no JSON")
