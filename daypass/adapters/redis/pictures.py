"""Pictures of clusters in Redis: a hash for each kind of each cluster, a field for each thing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar, cast

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import decode, encode
from daypass.adapters.redis.scripts import Script
from daypass.adapters.redis.values import texts
from daypass.domain.errors import UnreadableError
from daypass.domain.picture import About, Edit, Entry, Kind

_AT_ONCE: Final = 200
"""Fields that are read, or written, in one step: of the longest that is kept a few megabytes."""
_KINDS: Final = tuple(Kind)
_Field = tuple[int, str, bytes]
"""Which hash, what it is called there, and what it is; empty for what is gone."""
_T = TypeVar("_T", About, Entry)


class RedisPictures:
    """`ports.Pictures`; safe to use from several threads and processes."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._edit = Script(client, "edit")

    def about(self, cluster: str) -> About | None:
        """Return what is to be said of a picture; None where nothing legible says it."""
        with reading():
            found = cast("bytes | None", self._client.hget(keys.PICTURES, cluster))
        return _or_none(About, found)

    def entries(self, cluster: str, kind: Kind) -> Iterator[Entry]:
        """Yield all of a kind, a part at a time; some come twice where the hash just grows."""
        with reading():
            for _, stored in self._client.hscan_iter(keys.picture(cluster, kind), count=_AT_ONCE):
                if entry := _or_none(Entry, stored):
                    yield entry

    def named(self, cluster: str, keys_: Sequence[str]) -> Mapping[str, Entry]:
        """Return those of these keys that are there."""
        found = dict[str, Entry]()
        for kind, fields in _by_kind(keys_).items():
            with reading():
                stored = cast(
                    "list[bytes | None]", self._client.hmget(keys.picture(cluster, kind), fields)
                )
            read = ((key, _or_none(Entry, one)) for key, one in zip(fields, stored, strict=True))
            found |= {key: entry for key, entry in read if entry}
        return found

    def keys(self, cluster: str, kind: Kind) -> frozenset[str]:
        """Return the keys of all of a kind."""
        with reading():
            found = cast("list[bytes]", self._client.hkeys(keys.picture(cluster, kind)))
        return frozenset(texts(found))

    def edit(self, edit: Edit, duty: str, holder: str) -> bool:
        """Change a picture, if `holder` has that duty; in parts, each of them whole."""
        fields = [(_KINDS.index(one.kind), one.key, encode(one)) for one in edit.there]
        fields += [(_KINDS.index(_kind_of(key)), key, b"") for key in edit.gone]
        hashes = [keys.picture(edit.cluster, kind) for kind in _KINDS]
        parts = (fields[at : at + _AT_ONCE] for at in range(0, len(fields), _AT_ONCE))
        return all(self._write(part, hashes, duty=duty, holder=holder) for part in parts)

    def keep_about(self, about: About, duty: str, holder: str) -> bool:
        """Say what is to be said of it, if `holder` has that duty."""
        field = (0, about.cluster, encode(about))
        return self._write([field], [keys.PICTURES], duty=duty, holder=holder)

    def _write(
        self, fields: Sequence[_Field], hashes: Sequence[str], *, duty: str, holder: str
    ) -> bool:
        # The duty is the first of the script's keys, and Lua counts from one.
        words = [word for at, name, value in fields for word in (at + 2, name, value)]
        with writing():
            return bool(self._edit([keys.duty(duty), *hashes], holder, *words))


def _by_kind(names: Sequence[str]) -> Mapping[Kind, list[str]]:
    found: dict[Kind, list[str]] = {}
    for key in names:
        found.setdefault(_kind_of(key), []).append(key)
    return found


def _kind_of(key: str) -> Kind:
    return Kind(key.partition("/")[0])


def _or_none(kind: type[_T], stored: bytes | None) -> _T | None:
    """Read what is there; what is damaged is written anew by whoever watches."""
    try:
        return decode(kind, stored) if stored else None
    except UnreadableError:
        return None
