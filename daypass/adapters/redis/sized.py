"""Reads what anybody may have written, and no more of it than it can be: size is asked first.

Whoever can write to Redis could else fill the memory of every process with one value.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ResponseError

from daypass.adapters.redis.client import reading

MOST: Final = 1_000_000
"""Bytes of a value; five times the longest text of ours (`bounds.LENGTH`)."""
TOO_LONG: Final = b"too long"
"""Stands for a value of more: it is no JSON, so it is damaged."""
_TOGETHER: Final = 8 * MOST
"""Bytes that are read in one round trip: what 500 ordinary values take, many times over."""
_CHUNK: Final = 500
"""Values per round trip, about half a megabyte."""


OTHER_TYPE: Final = b"of another type"
"""Stands for what is no string: it is no JSON either, and as damaged."""


def one(client: Redis, key: str) -> bytes | None:
    """Read one value; None where there is none."""
    with reading(), client.pipeline(transaction=False) as both:
        ask(both, key)
        try:
            (found,) = answers(both.execute())
        except ResponseError as error:
            if "WRONGTYPE" not in str(error):
                raise
            return OTHER_TYPE
    return found


def ask(pipeline: Pipeline, key: str) -> None:
    """Ask for one value, together with others."""
    pipeline.exists(key)
    pipeline.getrange(key, 0, MOST)


def answers(said: Sequence[object]) -> Sequence[bytes | None]:
    """Return the values that were asked for, in that order; None where there is none."""
    pairs = zip(cast("Sequence[int]", said[::2]), cast("Sequence[bytes]", said[1::2]), strict=True)
    return [_whole(there, stored) for there, stored in pairs]


def _whole(there: int, stored: bytes) -> bytes | None:
    if len(stored) > MOST:
        return TOO_LONG
    return stored if there or stored else None


def many(client: Redis, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Read those that are there, in that order."""
    wanted = list(names)
    for start in range(0, len(wanted), _CHUNK):
        for part in _parts(client, wanted[start : start + _CHUNK]):
            yield from _read(client, part)


def there(client: Redis, names: Sequence[str]) -> Sequence[str]:
    """Return the keys at which there is anything, of whatever type."""
    if not names:
        return ()
    with reading(), client.pipeline(transaction=False) as every:
        for name in names:
            every.exists(name)
        return [name for name, found in zip(names, every.execute(), strict=True) if found]


def _parts(client: Redis, names: Sequence[str]) -> Iterator[Sequence[tuple[str, int]]]:
    """Divide keys and sizes into what is read together."""
    with reading(), client.pipeline(transaction=False) as sizes:
        for name in names:
            sizes.strlen(name)
        found = sizes.execute(raise_on_error=False)  # What is no string is none of ours.
    part, total = list[tuple[str, int]](), 0
    for name, size in zip(names, found, strict=True):
        length = size if isinstance(size, int) else 0
        taken = length if length <= MOST else 0
        if total + taken > _TOGETHER:
            yield part
            part, total = [], 0
        part.append((name, length))
        total += taken
    if part:
        yield part


def _read(client: Redis, part: Sequence[tuple[str, int]]) -> Iterator[tuple[str, bytes]]:
    fitting = [name for name, size in part if size <= MOST]
    with reading():
        stored = cast("list[bytes | None]", client.mget(fitting)) if fitting else []
    found = dict(zip(fitting, stored, strict=True))
    for name, _ in part:
        value = found.get(name, TOO_LONG)
        if value is not None:
            yield name, value
