"""The chain over the audit trail: checkpoints, each over the events since the one before.

A checkpoint's hash holds the one before it, so the newest stands for the whole trail.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from daypass.domain.macs import same_mac

MARK_BYTES: Final = 8
"""Of each event's digest: enough to find which event a fault is in; the hash is what proves."""
_ID: Final = re.compile(r"(\d{1,20})-(\d{1,20})", re.ASCII)
_PARTS_BELOW: Final = 1 << 64
"""Redis's own: each half of an id is a number of 64 bits."""
_CHAIN: Final = b"daypass audit chain 1"
_SEAL: Final = b"daypass audit seal 1"
_MARK: Final = b"daypass audit mark 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as it is stored: its id in the trail, and its very bytes."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The events after `after` up to `upto`, `count` of them, hashed together with all before.

    `before` is the hash of the checkpoint before it, empty for the first; `marks` tell one event
    from another; `mac` is over all the rest, by whoever holds the key.
    """

    number: int
    after: str
    upto: str
    count: int
    marks: str
    at: datetime
    before: str
    hash: str = ""
    mac: str = ""

    def signed(self, key: bytes) -> Self:
        """Return it with its MAC."""
        return replace(self, mac=self._mac(key))

    def is_signed(self, key: bytes) -> bool:
        """Whether it is just as the holder of `key` made it."""
        return same_mac(self._mac(key), self.mac)

    def covers(self, event: str) -> bool:
        """Whether an event of that id belongs to it; none does where it is damaged."""
        try:
            return place(self.after) < place(event) <= place(self.upto)
        except ValueError:
            return False

    def _mac(self, key: bytes) -> str:
        parts = (
            str(self.number),
            self.after,
            self.upto,
            str(self.count),
            self.marks,
            self.at.isoformat(),
            self.before,
            self.hash,
        )
        message = b"".join(_framed(part.encode()) for part in parts)
        return hmac.new(key, _framed(_SEAL) + message, hashlib.sha256).hexdigest()


class Chaining:
    """The hash of one checkpoint while its events are fed to it, one by one."""

    def __init__(self, number: int, before: str, at: datetime) -> None:
        self._hash = hashlib.sha256(_framed(_CHAIN))
        for part in (str(number), before, at.isoformat()):
            self._hash.update(_framed(part.encode()))

    def feed(self, entry: Entry) -> None:
        """Take the next event."""
        self._hash.update(_framed(entry.id.encode()) + _framed(entry.body))

    @property
    def hash(self) -> str:
        """The hash over everything until now, in hex."""
        return self._hash.hexdigest()


def sealed(
    last: Checkpoint | None, entries: Sequence[Entry], *, at: datetime, key: bytes
) -> Checkpoint:
    """Return the checkpoint over `entries` (at least one) that follows `last`."""
    number = last.number + 1 if last else 1
    before = last.hash if last else ""
    chaining = Chaining(number, before, at)
    for entry in entries:
        chaining.feed(entry)
    made = Checkpoint(
        number=number,
        after=last.upto if last else "",
        upto=entries[-1].id,
        count=len(entries),
        marks=marked(entries),
        at=at,
        before=before,
        hash=chaining.hash,
    )
    return made.signed(key)


def mark(entry: Entry) -> bytes:
    """Return the beginning of an event's own digest."""
    message = _framed(_MARK) + _framed(entry.id.encode()) + _framed(entry.body)
    return hashlib.sha256(message).digest()[:MARK_BYTES]


def marked(entries: Iterable[Entry]) -> str:
    """Return the marks of events as a checkpoint holds them."""
    return base64.b64encode(b"".join(map(mark, entries))).decode()


def marks_of(checkpoint: Checkpoint) -> tuple[bytes, ...]:
    """Return the mark of each event that a checkpoint was made over; none where it is damaged."""
    try:
        packed = base64.b64decode(checkpoint.marks, validate=True)
    except ValueError:
        return ()
    return tuple(packed[n : n + MARK_BYTES] for n in range(0, len(packed), MARK_BYTES))


def is_id(event: str) -> bool:
    """Whether an event can have that id: two numbers of 64 bits."""
    parts = _ID.fullmatch(event)
    return parts is not None and all(int(part) < _PARTS_BELOW for part in parts.groups())


def place(event: str) -> tuple[int, int]:
    """Return what ids of events are ordered by; the empty id comes before all.

    Raises ValueError for what is no id.
    """
    if not event:
        return -1, -1
    milliseconds, _, number = event.partition("-")
    return int(milliseconds), int(number)


def following(event: str) -> str:
    """Return the lowest id after that of an event; empty where it is the greatest that there is."""
    milliseconds, number = place(event)
    if number + 1 < _PARTS_BELOW:
        return f"{milliseconds}-{number + 1}"
    return f"{milliseconds + 1}-0" if milliseconds + 1 < _PARTS_BELOW else ""


def is_last(event: str) -> bool:
    """Whether it is an event with the greatest id: a trail takes none after it."""
    return bool(event) and not following(event)


def _framed(part: bytes) -> bytes:
    """Put the length before it, so that no two lists of parts look the same."""
    return len(part).to_bytes(8, "big") + part
