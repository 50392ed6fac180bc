"""An export of the audit trail: read back as it was written, and every damage has its place."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.adapters.export import jsonl, table
from daypass.domain.errors import DamagedTrailError
from daypass.domain.trail import Checkpoint, Entry, sealed
from daypass.domain.verification import Piece, verify
from tests.builders import KEY, NOON

FORMS: Final = pytest.mark.parametrize("form", [jsonl, table], ids=["jsonl", "csv"])
BODIES: Final = st.lists(st.binary(max_size=60) | st.text().map(str.encode), min_size=1, max_size=4)
GOOD: Final = (
    b'{"v":1,"at":"2026-11-20T12:00:00Z","action":"lease.ended","actor":"=cmd|calc",'
    b'"subject":"k7q2m9x4t1bd-1","cluster":"prod","facts":{"why":"\\"so\\", she said"}}'
)


def a_trail(*bodies: bytes) -> list[Piece]:
    """Return one checkpoint over these events, and an event that is not covered."""
    entries = [Entry(id=f"{n}-0", body=body) for n, body in enumerate(bodies, 1)]
    made = sealed(None, entries, at=NOON, key=KEY)
    return [made, *entries, Entry(id="99-0", body=GOOD)]


def rows(form: ModuleType, pieces: Iterable[Piece], anchor: Checkpoint | None = None) -> list[str]:
    """Return the lines of a file."""
    lines: Iterator[str] = form.lines(anchor, iter(pieces))
    return "".join(f"{line}\n" for line in lines).splitlines(keepends=True)


def faults(form: ModuleType, file: Iterable[str]) -> str:
    """Return why a file is refused."""
    with pytest.raises(DamagedTrailError) as caught:
        list(form.read(iter(file))[1])
    return str(caught.value)


@FORMS
@given(bodies=BODIES)
def test_export_is_read_back_as_it_was_written(form: ModuleType, bodies: list[bytes]) -> None:
    """Whatever an event's bytes are; also as they pass through a file in UTF-8."""
    pieces = a_trail(*bodies)
    file = "".join(rows(form, pieces)).encode().decode().splitlines(keepends=True)
    anchor, read = form.read(iter(file))
    assert anchor is None
    assert list(read) == pieces


@FORMS
def test_export_of_a_part_begins_with_its_anchor(form: ModuleType) -> None:
    """It is verified from there."""
    first, *_ = a_trail(b"{}")
    assert isinstance(first, Checkpoint)
    entry = Entry(id="5-0", body=GOOD)
    second = sealed(first, [entry], at=NOON + timedelta(seconds=1), key=KEY)
    anchor, read = form.read(iter(rows(form, [second, entry], first)))
    assert anchor == first
    assert verify(read, KEY, anchor=anchor, head=second.hash).faults == ()


@FORMS
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_export_that_was_cut_off_is_refused(form: ModuleType, cut: int) -> None:
    """Its last line counts what is in it."""
    file = rows(form, a_trail(b"{}", b"{}"))
    assert faults(form, file[:-cut]).startswith(f"after line {len(file) - cut}: the export is cut")
    assert "it says that the export holds" in faults(form, [*file[:-2], file[-1]])
    assert faults(form, file[:1]).startswith("after line 1: the export is cut off")
    assert faults(form, []).startswith("line 1: ")


@FORMS
def test_export_says_which_line_stands_after_its_end(form: ModuleType) -> None:
    """Two exports in one file are none."""
    file = rows(form, a_trail(b"{}"))
    assert faults(form, [*file, file[-1]]) == (
        f"line {len(file) + 1}: it stands after the end of the export"
    )


@FORMS
@given(data=st.data())
def test_any_damage_is_a_clear_error_or_a_fault(form: ModuleType, data: st.DataObject) -> None:
    """Never a trace of the program, and never unseen; the place is a line or a checkpoint."""
    pieces = a_trail(GOOD, b"{}", GOOD)
    text = "".join(rows(form, pieces))
    at = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 3))
    other = data.draw(st.text(max_size=3))
    damaged = text[:at] + other + text[at + length :]
    try:
        anchor, read = form.read(iter(damaged.splitlines(keepends=True)))
        got = list(read)
    except DamagedTrailError as error:
        said = str(error)
    else:
        # Spelled in another way, or the event that nothing covers yet.
        assert verify(got, KEY, anchor=anchor).faults or got[:-1] == pieces[:-1]
        said = "line"
    assert "line" in said


def _with(line: int, new: str) -> Callable[[list[str]], list[str]]:
    return lambda file: [*file[: line - 1], f"{new}\n", *file[line:]]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_with(1, "[]"), "line 1: no JSON object"),
        (_with(1, '{"daypass":"audit trail","version":9}'), "line 1: not the beginning of an"),
        (_with(1, '{"daypass":"audit trail","version":1,"anchor":{}}'), "line 1: no checkpoint"),
        (_with(2, '{"checkpoint":{"number":1}}'), "line 2: no checkpoint (after: Field required)"),
        (_with(3, '{"id":"x","event":"{}"}'), "line 3: 'x' is no id of an event; one reads like"),
        (_with(3, '{"id":"1-0"}'), "line 3: the event's own text is missing"),
        (_with(3, r'{"id":"1-0","event":"\ud800"}'), "line 3: the event's own text is damaged"),
        (_with(3, "["), "line 3: no JSON object"),
    ],
)
def test_jsonl_names_the_line_and_what_would_be_right(
    damage: Callable[[list[str]], list[str]], why: str
) -> None:
    """Each kind of damage has its sentence."""
    assert faults(jsonl, damage(rows(jsonl, a_trail(b"{}")))).startswith(why)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_with(1, "a,b"), "line 1: 2 columns; there are 9"),
        (_with(1, "a,b,c,d,e,f,g,h,i"), "line 1: not the beginning of an export"),
        (_with(2, "checkpoint,,,,,,,,x"), "line 2: its text is no JSON"),
        (_with(3, "thing,1-0,,,,,,,{}"), "line 3: there is no kind “thing” of row"),
        (_with(3, 'event,1-0,,,,,,{},"{}"x'), "line 3: no row of a table"),
        (_with(3, "event,1-0,,lied,,,,{},{}"), "line 3: its columns do not say what its text says"),
    ],
)
def test_table_names_the_line_and_what_would_be_right(
    damage: Callable[[list[str]], list[str]], why: str
) -> None:
    """Also where a column says something else than the event."""
    assert faults(table, damage(rows(table, a_trail(b"{}")))).startswith(why)


def test_table_has_columns_for_people_and_no_formulas() -> None:
    """A reason that begins with = is text to a spreadsheet; damage is an empty row to read."""
    _, *told = csv.reader(rows(table, a_trail(GOOD, b"\xff", b"[]")))
    assert told[1][:8] == [
        "event",
        "1-0",
        "2026-11-20T12:00:00Z",
        "lease.ended",
        "'=cmd|calc",
        "k7q2m9x4t1bd-1",
        "prod",
        r'{"why": "\"so\", she said"}',
    ]
    assert told[2][2:7] == [""] * 5
    assert told[2][8] == r'"\udcff"'
    assert told[3][8] == '"[]"'
