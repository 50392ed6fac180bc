"""The audit trail on Redis: two streams, the events and the checkpoints over them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import decode, encode
from daypass.adapters.redis.scripts import Script
from daypass.domain.audit import AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.domain.trail import Checkpoint, Entry, following

_EVENT: Final = keys.EVENT.encode()
_CHECKPOINT: Final = keys.CHECKPOINT.encode()
_Row = tuple[bytes, Mapping[bytes, bytes]]


class RedisTrail:
    """`ports.Trail`; safe to use from several threads and processes."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._seal, self._trim = Script(client, "seal"), Script(client, "trim")

    def entries(self, after: str, limit: int, upto: str = "") -> Sequence[Entry]:
        """Return up to `limit` events after the one with id `after`, none after `upto`."""
        rows = self._rows(keys.AUDIT, after, limit, upto=upto)
        return [Entry(id=name.decode(), body=_body(fields)) for name, fields in rows]

    def event(self, entry: Entry) -> AuditEvent:
        """Return what an entry says; UnreadableError when it is damaged."""
        return decode(AuditEvent, entry.body)

    def checkpoints(self, after: str, limit: int) -> Sequence[Checkpoint]:
        """Return up to `limit` checkpoints that reach further than the event `after`."""
        rows = self._rows(keys.CHECKPOINTS, after, limit)
        return [_checkpoint(name, fields) for name, fields in rows]

    def last(self) -> Checkpoint | None:
        """Return the newest checkpoint; UnreadableError when it is damaged."""
        with reading():
            found = cast("Sequence[_Row]", self._client.xrevrange(keys.CHECKPOINTS, count=1))
        return _checkpoint(*found[0]) if found else None

    def append(self, made: Checkpoint) -> bool:
        """Append a checkpoint if the newest is still the one that it follows."""
        words = (keys.CHECKPOINT, encode(made), keys.HASH, made.hash)
        with writing():
            done = self._seal([keys.CHECKPOINTS, keys.HEAD], made.before, made.upto, *words)
        return bool(done)

    def trimmed(self) -> str:
        """Return the id of the newest event that was removed as too old, empty for none."""
        with reading():
            found = cast("bytes | None", self._client.get(keys.TRIMMED))
        return found.decode() if found else ""

    def trim(self, anchor: Checkpoint, event: AuditEvent) -> None:
        """Remove the events up to `anchor` and the checkpoints before it, and append `event`."""
        names = [keys.AUDIT, keys.CHECKPOINTS, keys.TRIMMED]
        words = (anchor.upto, following(anchor.upto) or anchor.upto, keys.EVENT, encode(event))
        with writing():
            self._trim(names, *words)

    def _rows(self, key: str, after: str, limit: int, *, upto: str = "") -> Sequence[_Row]:
        # Redis's own `(` is not known everywhere.
        first = following(after) if after else "-"
        if not first:
            return ()
        with reading():
            found = self._client.xrange(key, first, upto or "+", count=limit)
        return cast("Sequence[_Row]", found)


def _body(fields: Mapping[bytes, bytes]) -> bytes:
    """Return an event's bytes; an entry of another shape is no event of ours, and counts whole."""
    if set(fields) == {_EVENT}:
        return fields[_EVENT]
    return repr(sorted(fields.items())).encode()


def _checkpoint(name: bytes, fields: Mapping[bytes, Any]) -> Checkpoint:
    where = f"the checkpoint up to event {name.decode()}"
    try:
        made = decode(Checkpoint, fields.get(_CHECKPOINT, b""))
    except UnreadableError as error:
        raise UnreadableError(f"{where}: {error}") from error
    if made.upto != name.decode():
        raise UnreadableError(f"{where} says that it reaches to {made.upto}")
    return made
