"""Values as versioned JSON: `{"v":1,…}`. A newer version is refused, never guessed at.

A change of a field's name or meaning is a new version; the tests hold samples of the old ones.
A moment, duration, number or list out of its bounds makes the value unreadable, and so does a
number that is written as anything else: the script that commits would tell it from its own.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, from_json

from daypass.adapters.redis.bounds import bounded
from daypass.domain.audit import AuditEvent
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import UnreadableError
from daypass.domain.lease import Lease
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.offboarding import Offboarding
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.picture import About, Entry
from daypass.domain.request import Request
from daypass.domain.tally import Tally
from daypass.domain.trail import Checkpoint

VERSION: Final = 1
"""Of the layout of stored values; another one is not read."""
_SHOWN: Final = 20
"""Characters of another version: whoever wrote it may have written megabytes."""
_HEAD: Final = b'{"v":%d,' % VERSION
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
"""The unit of scores, and of Redis's `TIME`."""

Stored = (
    Request
    | Lease
    | Pin
    | NameOwner
    | Freeze
    | Epoch
    | Tally
    | Snapshot
    | About
    | Entry
    | Receipt
    | Unsaid
    | Offboarding
    | AuditEvent
    | Checkpoint
)
_KINDS: Final = {kind.__name__: kind for kind in get_args(Stored)}
_T = TypeVar(
    "_T",
    Request, Lease, Pin, NameOwner, Freeze, Epoch, Tally, Snapshot, About, Entry, Receipt, Unsaid,
    Offboarding, AuditEvent, Checkpoint,
)  # fmt: skip


def encode(value: Stored) -> bytes:
    """Write a value."""
    return _HEAD + _adapter(type(value).__name__).dump_json(value)[1:]


def decode(kind: type[_T], stored: bytes) -> _T:
    """Read a value of that kind; UnreadableError when it is none that we can read."""
    body = b"{" + stored[len(_HEAD) :] if stored.startswith(_HEAD) else _other(kind, stored)
    try:
        value: _T = _reader(kind.__name__).validate_json(body, strict=True)
    except ValidationError as error:
        raise _unreadable(kind, f"it is damaged: {error.error_count()} faults") from error
    return value


def micros(at: datetime) -> int:
    """Write a moment as a score: whole microseconds since 1970, exact in a double until 2255."""
    return (at - _EPOCH) // _MICROSECOND


def moment(score: str | bytes | int) -> datetime:
    """Read a score."""
    return _EPOCH + timedelta(microseconds=int(float(score)))


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[kind])


@cache
def _reader(kind: str) -> SchemaValidator:
    return SchemaValidator(bounded(_adapter(kind).core_schema))


def _other(kind: type[Stored], stored: bytes) -> bytes:
    """Return what was not written by us in this form, if it is of our version all the same."""
    try:
        value = from_json(stored)
    except ValueError as error:
        raise _unreadable(kind, "it is no JSON") from error
    version = value.get("v") if isinstance(value, dict) else None
    if version != VERSION:
        version = str(version)[:_SHOWN]
        raise _unreadable(kind, f"its version is {version}, this program reads {VERSION}")
    return stored


def _unreadable(kind: type[Stored], why: str) -> UnreadableError:
    return UnreadableError(f"a stored {kind.__name__.lower()} cannot be read: {why}")
