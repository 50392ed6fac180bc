"""The store on Redis: values by key, indexes beside them, moves by `commit` (law 7).

Ended leases and decided requests are kept: nothing here has a time to live but `once`.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, cast

from redis import Redis

from daypass.adapters.redis import keys, lists, sized
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import encode
from daypass.adapters.redis.commit import Commits
from daypass.adapters.redis.present import Present, asked
from daypass.adapters.redis.seen import Seen
from daypass.adapters.redis.sifting import Sifting
from daypass.adapters.redis.values import LONGEST, V, read, texts
from daypass.adapters.rq.enqueue import WakeUps
from daypass.domain.audit import AuditEvent
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import UnreadableError
from daypass.domain.freshness import AHEAD
from daypass.domain.ids import LeaseId, PersonId, RequestId, is_person
from daypass.domain.lease import Lease
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.request import Request, RequestState
from daypass.domain.tally import Tally
from daypass.domain.trail import is_id, place
from daypass.ports import Change, Conditions

_MARK_BYTES: Final = 16
"""128 bits: what nobody else holds a key with."""
_GONE: Final = -2
"""What Redis says of how long a key stays that is not there."""


class RedisStore(Seen):
    """`ports.Store`; safe to use from several threads. `wakeups` is what moves wake workers by.

    `told` hears of every event that was committed here.
    """

    def __init__(
        self,
        client: Redis,
        wakeups: WakeUps | None = None,
        *,
        told: Callable[[Sequence[AuditEvent]], None] = lambda _: None,
    ) -> None:
        super().__init__(client, told=told)
        self._commits = Commits(client, wakeups or WakeUps(client), Present(lambda: asked(client)))
        self._sifting = Sifting(client)

    def commit(self, change: Change) -> Change:
        """Commit a move, return it as it is stored; ConflictError when a value has moved."""
        stored = self._commits.commit(change)
        self._committed(change.events)
        return stored

    def request(self, request: RequestId) -> Request | None:
        """Return a request."""
        return self._value(Request, keys.request(request))

    def requests(self, requests: Sequence[RequestId]) -> Sequence[Request]:
        """Return those of `requests` that can be read."""
        return self._readable(Request, map(keys.request, requests))

    def lease(self, lease: LeaseId) -> Lease | None:
        """Return a lease."""
        return self._value(Lease, keys.lease(lease))

    def leases(self, leases: Sequence[LeaseId]) -> Sequence[Lease]:
        """Return those of `leases` that exist, in that order, 500 in a round trip."""
        return self._values(Lease, [keys.lease(lease) for lease in leases])

    def requests_of(self, person: PersonId, limit: int = 20) -> Sequence[Request]:
        """Return what `person` asked for, newest first."""
        (names,) = self._names_in([keys.by_person(person)], "ZREVRANGE", 0, limit - 1)
        return _of(person, self._readable(Request, map(keys.request, names)))

    def pending(self) -> Sequence[Request]:
        """Return every pending request, oldest first."""
        (names,) = self._names_in([keys.PENDING], "ZRANGE", 0, -1)
        return self._waiting(names)

    def pending_of(self, person: PersonId) -> Sequence[Request]:
        """Return the pending requests of `person`, oldest first."""
        return _of(person, self._waiting(self._names(keys.pending_of(person))))

    def _waiting(self, names: Iterable[str]) -> Sequence[Request]:
        """Return what waits, whatever a list says that does."""
        found = self._readable(Request, map(keys.request, names))
        waiting = (request for request in found if request.state is RequestState.PENDING)
        return sorted(waiting, key=lambda one: (one.asked_at, one.id))

    def live_on(self, cluster: str) -> Mapping[LeaseId, Lease]:
        """Return every lease on `cluster` that is not ended."""
        live = self._live(self._names(keys.by_cluster(cluster)))
        return {lease.id: lease for lease in live if lease.cluster == cluster}

    def names_on(self, cluster: str) -> Sequence[LeaseId]:
        """Return the ids of all that is listed there, by id, without reading a lease."""
        lists = (keys.by_cluster(cluster), keys.wide(cluster))
        return sorted({LeaseId(name) for index in lists for name in self._names(index)})

    def list_again(self, leases: Sequence[Lease]) -> None:
        """Let these live leases be found and counted as they are, whatever the lists said."""
        lists.list_again(self._client, leases, self._there)

    def _there(self, leases: Sequence[LeaseId]) -> Sequence[Lease]:
        return self._readable(Lease, map(keys.lease, leases))

    def strike_off(
        self, cluster: str, names: Sequence[LeaseId], *, uncounted: Sequence[LeaseId] = ()
    ) -> None:
        """Let what is no live lease of a cluster not be found nor counted there."""
        lists.strike_off(self._client, cluster, names, uncounted=uncounted)

    def sift(self, keeper: str) -> int:
        """Take away a keeper's due rows about leases that need nothing, or people who hold none."""
        return self._sifting.sift(keeper)

    def cluster_wide(self, cluster: str) -> int:
        """Count the live leases on `cluster` that are cluster-scoped."""
        with reading():
            return self._client.scard(keys.wide(cluster))

    def live_of(self, person: PersonId) -> Sequence[Lease]:
        """Return the leases of `person` that are not ended, by id."""
        return self.live_of_all([person])[person]

    def live_of_all(self, people: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Lease]]:
        """Return the leases of each that are not ended, by id; in two round trips."""
        listed = self._names_in(list(map(keys.live_of, people)), "SMEMBERS") if people else ()
        live = self._live(sorted({name for names in listed for name in names}))
        return {
            person: [one for one in live if one.id in names and one.holder.id == person]
            for person, names in zip(people, map(set, listed), strict=True)
        }

    def tally(self, cluster: str, username: str) -> Tally:
        """Return what was begun to be granted to a user of a cluster; an empty one for nobody."""
        found = self._value(Tally, keys.tally(cluster, username))
        return found or Tally(cluster=cluster, username=username)

    def tallies(self, cluster: str, usernames: Collection[str]) -> Mapping[str, Tally | None]:
        """Return those of some users of a cluster; None for one that cannot be read."""
        names = {username: keys.tally(cluster, username) for username in usernames}
        stored = sized.many(self._client, names.values())
        found = {key: self._or_none(key, partial(read, Tally, key), text) for key, text in stored}
        # What is of another type is not read with the others, and is not nothing.
        odd = sized.there(self._client, [key for key in names.values() if key not in found])
        found |= dict.fromkeys(odd)
        none = partial(Tally, cluster=cluster)
        return {name: found.get(key, none(username=name)) for name, key in names.items()}

    def _live(self, names: Iterable[str]) -> Sequence[Lease]:
        # One that ended since its name was read is no longer live.
        return [lease for lease in self._readable(Lease, map(keys.lease, names)) if lease.live]

    def _names(self, index: str) -> list[str]:
        (names,) = self._names_in([index], "SMEMBERS")
        return sorted(names)

    def _names_in(self, indexes: Sequence[str], *read: str | float) -> Sequence[Sequence[str]]:
        """Return the names in each list, read by that command."""
        with reading():
            return [texts(names) for names in self._listed(indexes, LONGEST, *read)]

    def pin(self, person: PersonId) -> Pin | None:
        """Return what was pinned of an account."""
        return self._value(Pin, keys.person(person))

    def name_owner(self, cluster: str, username: str) -> NameOwner | None:
        """Return who owns a username on a cluster."""
        return self._value(NameOwner, keys.name_owner(cluster, username))

    def owner(self, email: str) -> PersonId | None:
        """Return the account to which an email is pinned, also where that pin cannot be read.

        What is no account owns nothing: nobody could confirm it and so let the email go.
        """
        name = (sized.one(self._client, keys.owner(email)) or b"").decode(errors="replace")
        account = PersonId(name) if is_person(name) else None
        try:
            pin = self.pin(account) if account else None
        except UnreadableError:
            return account
        return account if pin and pin.email == email else None

    def record(self, event: AuditEvent) -> None:
        """Append an event that belongs to no value; twice if Redis loses its answer."""
        with writing():
            self._client.xadd(keys.AUDIT, {keys.EVENT: encode(event)})
        self._committed([event])

    def once(self, key: str, ttl: timedelta, *, most: timedelta | None = None) -> bool:
        """Return True the first time that `key` is seen within `ttl`.

        Our own mark there means that only the answer was lost and the library asked again. One that
        ends never, or later than any of ours, would keep back for ever what it stands for.
        """
        name, mark = keys.idem(key), secrets.token_bytes(_MARK_BYTES)
        # A replica that took over may have another clock.
        longest = (max(ttl, most or ttl) + AHEAD) // timedelta(milliseconds=1)
        with writing():
            if self._client.set(name, mark, nx=True, px=ttl):
                return True
            found, left = self._client.getrange(name, 0, _MARK_BYTES), self._client.pttl(name)
            ours = left == _GONE or 0 <= left <= longest
            return found == mark or (not ours and bool(self._client.set(name, mark, px=ttl)))

    def again(self, key: str) -> None:
        """Let `once` return True for `key` again: what it stood for did not happen."""
        with writing():
            self._client.delete(keys.idem(key))

    def freeze(self) -> Freeze | None:
        """Return where and why nothing new is granted; None where nobody ever froze."""
        return self._value(Freeze, keys.FREEZE)

    def epoch(self) -> Epoch | None:
        """Return the store's life so far; None where it is empty."""
        return self._value(Epoch, keys.EPOCH)

    def conditions(self, cluster: str) -> Conditions:
        """Return how things stand on a cluster, in one round trip."""
        with reading(), self._client.pipeline(transaction=False) as every:
            every.hgetall(keys.SEEN)
            every.scard(keys.wide(cluster))
            sized.ask(every, keys.FREEZE)
            sized.ask(every, keys.EPOCH)
            seen, wide, *values = every.execute()
        freeze, epoch = sized.answers(values)
        return Conditions(
            seen=self._as_seen(seen),
            cluster_wide=wide,
            freeze=None if freeze is None else read(Freeze, keys.FREEZE, freeze),
            epoch=None if epoch is None else read(Epoch, keys.EPOCH, epoch),
        )

    def last_event(self) -> str:
        """Return the id of the newest audit event, empty for none."""
        with reading():
            last = cast("list[tuple[bytes, object]]", self._client.xrevrange(keys.AUDIT, count=1))
        return last[0][0].decode() if last else ""

    def has_event(self, event: str) -> bool:
        """Whether an audit event is there, or was until retention removed it."""
        if not event:
            return True
        if not is_id(event):
            return False
        with reading(), self._client.pipeline(transaction=False) as both:
            both.xrange(keys.AUDIT, event, event)
            both.getrange(keys.TRIMMED, 0, LONGEST)
            found, trimmed = both.execute()
        return bool(found) or _reaches(trimmed, event)

    def head(self) -> str:
        """Return the newest checkpoint's hash of the audit trail, empty for none."""
        with reading():
            head = cast("bytes", self._client.getrange(keys.HEAD, 0, LONGEST - 1))
        return head.decode(errors="replace")

    def _value(self, kind: type[V], key: str) -> V | None:
        stored = sized.one(self._client, key)
        return None if stored is None else read(kind, key, stored)

    def _values(self, kind: type[V], names: Iterable[str]) -> list[V]:
        return [read(kind, key, stored) for key, stored in sized.many(self._client, names)]

    def _readable(self, kind: type[V], names: Iterable[str]) -> list[V]:
        """Return what can be read: in a list one value must not hide all others."""
        every = sized.many(self._client, names)
        found = (self._or_none(key, partial(read, kind, key), stored) for key, stored in every)
        return [value for value in found if value is not None]


def _of(person: PersonId, found: Iterable[Request]) -> Sequence[Request]:
    """Return what somebody asked for, whatever their lists say."""
    return [request for request in found if request.requester.id == person]


def _reaches(trimmed: bytes, event: str) -> bool:
    """Whether retention came so far; what is no id says that it did not."""
    upto = trimmed.decode(errors="replace")
    return is_id(upto) and place(event) <= place(upto)
