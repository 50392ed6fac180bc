"""Stored values: what was written is read back, what cannot be read is never guessed at."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, get_args

import pytest
from hypothesis import given
from pydantic import TypeAdapter

from daypass.adapters.redis.bounds import bounded
from daypass.adapters.redis.codec import Stored, decode, encode, micros, moment
from daypass.domain.errors import UnreadableError
from daypass.domain.lease import Lease
from daypass.domain.people import Pin
from daypass.domain.request import Request
from tests.unit.adapters.redis.stored import MEANING, STORED
from tests.unit.adapters.redis.strategies import MOMENTS, STORED_VALUES

SAMPLES = list(zip(MEANING, STORED, strict=True))


@given(STORED_VALUES)
def test_decode_returns_what_was_encoded(value: Stored) -> None:
    """Any value comes back equal, to the microsecond and the last character."""
    kind: type[Stored] = type(value)
    assert decode(kind, encode(value)) == value  # type: ignore[type-var]


@pytest.mark.parametrize(("meaning", "stored"), SAMPLES)
def test_decode_reads_what_version_one_stored(meaning: Stored, stored: bytes) -> None:
    """A field that is renamed or changes its meaning needs a new version."""
    assert decode(type(meaning), stored) == meaning  # type: ignore[type-var]


def test_decode_passes_over_a_field_that_is_no_more() -> None:
    """What was stored before is still read: a request that waits keeps its answers."""
    request, stored = SAMPLES[0]
    before = stored.replace(b'"channels":[["C0APPROVE"]]', b'"channel":"C0APPROVE"')
    assert isinstance(request, Request)
    assert decode(Request, before) == replace(request, plan=replace(request.plan, channels=()))


@pytest.mark.parametrize(("meaning", "stored"), SAMPLES)
def test_encode_writes_version_one(meaning: Stored, stored: bytes) -> None:
    """What older programs of this version read does not change by accident."""
    assert encode(meaning) == stored


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        (b'{"v":2,"id":"U0ALICE"}', "its version is 2, this program reads 1"),
        (b'{"id":"U0ALICE"}', "its version is None, this program reads 1"),
        (b'[{"v":1}]', "its version is None, this program reads 1"),
        (b"\x80\x04", "it is no JSON"),
        (b'{"v":1,"id":"U0ALICE","version":1}', "it is damaged: 2 faults"),
        (
            b'{"v":1,"id":"U0ALICE","email":"a@b.c","pinned_at":"2026-11-20T12:00:00Z"}',
            "it is damaged: 1 faults",  # The script finds no version to compare.
        ),
        (b'{"v":1,"id":', "it is damaged: 1 faults"),
    ],
)
def test_decode_refuses_what_it_cannot_read(stored: bytes, why: str) -> None:
    """Another version, another form or damage is a clear error, not a guess."""
    with pytest.raises(UnreadableError, match=f"a stored pin cannot be read: {why}"):
        decode(Pin, stored)


def test_decode_reads_another_spelling_of_the_same_version() -> None:
    """What somebody restored by hand may have its keys in another order."""
    spelled = (
        b'{"version":1, "email":"a@b.c", "id":"U0A", "pinned_at":"2026-11-20T12:00:00Z", "v":1}'
    )
    assert decode(Pin, spelled).email == "a@b.c"


@given(MOMENTS)
def test_moment_returns_what_micros_wrote(at: datetime) -> None:
    """A score is exact, also as a double that Lua printed."""
    assert moment(b"%.17g" % float(micros(at))) == at


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b'"duration":"PT1H"', b'"duration":"-P400D"'),
        (b'"duration":"PT1H"', b'"duration":"-PT1S"'),
        (b'"duration":"PT1H"', b'"duration":"P4000D"'),
        (b'"length":"PT30M"', b'"length":"-PT30M"'),
        (b'"tries":1', b'"tries":-1'),
        (b'"number":1', b'"number":-1'),
        (b'"version":3', b'"version":9007199254740992'),
        (b'"began_at":"2026-11-20T12:00:00Z"', b'"began_at":"2026-11-20T12:00:00"'),
        (b'"approved_at":"2026-11-20T12:00:00Z"', b'"approved_at":"9999-11-20T12:00:00Z"'),
        (b'"until":"2026-11-20T13:00:00Z"', b'"until":"1900-11-20T13:00:00Z"'),
        (b'"version":3', b'"version":"3"'),
        (b'"version":3', b'"version":true'),
        (b'"version":3', b'"version":3.0'),
        (b'"approvers":[', b'"approvers":[' + 10_000 * b'"x",'),
        (b'"why":"', b'"why":"' + 200_001 * b"x"),
    ],
)
def test_decode_refuses_what_is_out_of_bounds(written: bytes, instead: bytes) -> None:
    """No duration or number of a lease is below zero, no moment without a zone or out of time."""
    (lease,) = [one for one in STORED if written in one and b'"attempt"' in one]
    with pytest.raises(UnreadableError, match="it is damaged: 1 faults"):
        decode(Lease, lease.replace(written, instead, 1))


@pytest.mark.parametrize("kind", get_args(Stored))
def test_everything_that_is_read_has_bounds(kind: type[Stored]) -> None:
    """A field that is added later is bounded, too: it follows from its type."""
    found = list(bare(bounded(TypeAdapter(kind).core_schema)))
    assert found == []


_LONG: Final = ("str", "tuple", "list", "set", "frozenset", "dict")


def bare(part: object) -> Iterator[object]:
    """Find the parts of a schema that take any moment, duration, number, text or list."""
    if isinstance(part, dict):
        unbounded = not {"ge", "le"} <= part.keys()
        if part.get("type") in ("int", "float", "decimal", "datetime", "timedelta") and unbounded:
            yield part
        if part.get("type") in _LONG and not part.get("max_length"):
            yield part
        for one in part.values():
            yield from bare(one)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from bare(one)
