"""What Slack was told and does not take, on Redis: a part of the store."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import decode, encode
from daypass.adapters.redis.said import Said
from daypass.adapters.redis.values import texts
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import RequestId
from daypass.domain.notification import Receipt, Unsaid

T = TypeVar("T")


class Told:
    """Keeps receipts, and what is unsaid; says once of each value that it cannot be read."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._said = Said()

    def receipts(self, request: RequestId) -> Mapping[str, Receipt]:
        """Return what Slack was told about a request, by the notification's key."""
        with reading():
            found = cast("Mapping[bytes, bytes]", self._client.hgetall(keys.told(request)))
        return {
            name: decode(Receipt, stored) for key, stored in found.items() for name in texts([key])
        }

    def keep_receipt(self, request: RequestId, key: str, receipt: Receipt) -> None:
        """Keep where a notification went and what it said."""
        with writing():
            self._client.hset(keys.told(request), key, cast("str", encode(receipt)))

    def unsaid(self, request: RequestId) -> Unsaid | None:
        """Return what Slack does not take about a request; None for nothing."""
        with reading():
            stored = cast("bytes | None", self._client.hget(keys.UNSAID, request))
        read_it = partial(decode, Unsaid)
        return None if stored is None else self._or_none(keys.UNSAID, read_it, stored)

    def all_unsaid(self) -> Sequence[Unsaid]:
        """Return what Slack does not take about any request."""
        with reading():
            stored = cast("list[bytes]", self._client.hvals(keys.UNSAID))
        found = (self._or_none(keys.UNSAID, partial(decode, Unsaid), one) for one in stored)
        return [unsaid for unsaid in found if unsaid is not None]

    def keep_unsaid(self, unsaid: Unsaid) -> None:
        """Keep what Slack does not take about a request, in place of what was known."""
        with writing():
            self._client.hset(keys.UNSAID, unsaid.request, cast("str", encode(unsaid)))

    def drop_unsaid(self, request: RequestId) -> None:
        """Forget it: everything was said."""
        with writing():
            self._client.hdel(keys.UNSAID, request)

    def _or_none(self, key: str, read: Callable[[bytes], T], stored: bytes) -> T | None:
        try:
            return read(stored)
        except UnreadableError as error:
            self._said.error("store.unreadable", key, str(error))
            return None
