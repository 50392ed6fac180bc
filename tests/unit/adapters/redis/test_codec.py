"""Stored values: what was written is read back, what cannot be read is never guessed at."""

from datetime import datetime

import pytest
from hypothesis import given

from daypass.adapters.redis.codec import Stored, decode, encode, micros, moment
from daypass.domain.errors import UnreadableError
from daypass.domain.people import Pin
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
        (b'{"v":1,"id":"U0ALICE"}', "it is damaged: 2 faults"),
        (b'{"v":1,"id":', "it is damaged: 1 faults"),
    ],
)
def test_decode_refuses_what_it_cannot_read(stored: bytes, why: str) -> None:
    """Another version, another form or damage is a clear error, not a guess."""
    with pytest.raises(UnreadableError, match=f"a stored pin cannot be read: {why}"):
        decode(Pin, stored)


def test_decode_reads_another_spelling_of_the_same_version() -> None:
    """What somebody restored by hand may have its keys in another order."""
    spelled = b'{"email": "a@b.c", "id": "U0A", "pinned_at": "2026-11-20T12:00:00Z", "v": 1}'
    assert decode(Pin, spelled).email == "a@b.c"


@given(MOMENTS)
def test_moment_returns_what_micros_wrote(at: datetime) -> None:
    """A score is exact, also as a double that Lua printed."""
    assert moment(b"%.17g" % float(micros(at))) == at
