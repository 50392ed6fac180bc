"""The agenda on Redis: one row per promise, claims that run out by themselves, in Redis's time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import micros, moment
from daypass.adapters.redis.commit import Commits, member
from daypass.adapters.redis.present import Present, asked
from daypass.adapters.redis.said import Said
from daypass.adapters.redis.scripts import Script
from daypass.adapters.redis.values import LONGEST, texts
from daypass.adapters.rq.enqueue import WakeUps, waiting
from daypass.ports import HURRIED, PUT_OFF, Claim, Promise, PromiseKind, Share, kinds_of

VISIBILITY: Final = timedelta(seconds=8)
"""More than the 5 s that one call to a cluster may take; bounds the delay after a worker's death.
What takes longer is begun once more beside it, which costs calls and nothing else."""
LEFT: Final = timedelta(hours=1)
"""So long what we know no kind of is left to a newer program; an upgrade takes minutes."""


class RedisAgenda:
    """`ports.Agenda`; safe to use from several threads and processes.

    `told` hears of every claim that was put off here, and until when.
    """

    def __init__(
        self,
        client: Redis,
        wakeups: WakeUps | None = None,
        *,
        visibility: timedelta = VISIBILITY,
        told: Callable[[Claim, datetime], None] = lambda *_: None,
    ) -> None:
        self._client = client
        self._told = told
        self._said = Said()
        present = Present(lambda: asked(client))
        self._commits = Commits(client, wakeups or WakeUps(client), present)
        self._visibility = visibility // timedelta(microseconds=1)
        self._claim, self._settle = Script(client, "claim"), Script(client, "settle")
        self._oldest, self._hurry = Script(client, "oldest"), Script(client, "hurry")
        self._overdue, self._ensure = Script(client, "overdue"), Script(client, "ensure")
        self._listed = Script(client, "names")

    def claim(
        self, keeper: str, limit: int, kinds: Collection[PromiseKind] = ()
    ) -> Sequence[Claim]:
        """Claim up to `limit` promises of one keeper that are due, of `kinds` if given."""
        return self.claim_shares(keeper, [Share(kinds=kinds, most=limit)])

    def claim_shares(self, keeper: str, shares: Sequence[Share]) -> Sequence[Claim]:
        """Claim share by share, in one look; none of what comes after a share that is full."""
        bounds = (LEFT // timedelta(microseconds=1), LONGEST)
        words = [word for share in shares for word in _words(share)]
        known = sorted(kinds_of(keeper))
        with writing():
            until, rows, odd = self._claim(
                [keys.due(keeper)], self._visibility, *bounds, keeper, len(shares), *words, *known
            )
        for row in odd:
            self._said.error("agenda.nobodys", keys.due(keeper), f"taken away: {row!r}")
        till = moment(until)
        pairs = zip(rows[::2], rows[1::2], strict=True)
        return [Claim(promise=_promise(keeper, *pair), until=till) for pair in pairs]

    def ensure(self, *promises: Promise, within: timedelta) -> None:
        """Make sure that a row of each stands, due no later than `within` after its moment."""
        if not promises:
            return
        names = [keys.due(promise.keeper) for promise in promises]
        rows = [(micros(one.at), member(one)) for one in promises]
        latest = within // timedelta(microseconds=1)
        with writing():
            self._ensure(names, latest, *(word for row in rows for word in row))

    def finish(self, claim: Claim) -> bool:
        """Remove what was claimed; False when a move has rescored the row since."""
        return self._settled(claim, "")

    def postpone(self, claim: Claim, to: datetime) -> bool:
        """Make what was claimed due at `to`; False when a move has rescored the row since."""
        put_off = self._settled(claim, micros(to))
        if put_off:
            self._told(claim, to)
        return put_off

    def _settled(self, claim: Claim, score: int | str) -> bool:
        row, key = member(claim.promise), keys.due(claim.promise.keeper)
        with writing():
            return bool(self._settle([key], row, micros(claim.until), score))

    def overdue(self, keepers: Collection[str]) -> Mapping[str, int]:
        """Count overdue promises of each of these keepers, those without any left out."""
        with reading():
            *found, _ = self._overdue([keys.due(keeper) for keeper in keepers])
        return {keeper: count for keeper, count in zip(keepers, found, strict=True) if count}

    def oldest(self, keepers: Collection[str]) -> Mapping[str, datetime]:
        """Return since when the oldest overdue promise of each keeper is due, if any is."""
        with reading():
            found = self._oldest([keys.due(keeper) for keeper in keepers])
        return {keeper: moment(at) for keeper, at in zip(keepers, found, strict=True) if at}

    def soon(self, keeper: str, kind: PromiseKind, until: datetime, *, among: int) -> Sequence[str]:
        """Name what one kind of promise due by then is about, `among` so many of the keeper's."""
        words = ("ZRANGEBYSCORE", "-inf", micros(until), "LIMIT", 0, among)
        with reading():
            (rows,) = self._listed([keys.due(keeper)], LONGEST, *words)
        named = (row.partition(":") for row in texts(rows))
        return [subject for one, _, subject in named if one == kind]

    def hurry(self, keeper: str) -> int:
        """Make due now what one keeper put off by up to HURRIED; say how many rows that were."""
        within = HURRIED // timedelta(microseconds=1)
        with writing():
            return int(self._hurry([keys.due(keeper)], within, *sorted(PUT_OFF)))

    def queued(self) -> Mapping[str, int]:
        """Count the wake-ups that no worker took yet, by queue."""
        with reading():
            return waiting(self._client)

    def wake(self, keeper: str) -> bool:
        """Enqueue a wake-up for that keeper unless one is outstanding; say whether it was.

        Outstanding is a job that is still in its queue: one that was lost does not count.
        """
        return self._commits.wake(keeper)


def _words(share: Share) -> Sequence[str | int]:
    return share.most, len(share.kinds), *sorted(share.kinds)


def _promise(keeper: str, row: bytes, score: bytes) -> Promise:
    """Read a row that the script has let pass; one due before all time is due since its begin."""
    kind, _, subject = row.decode().partition(":")
    at = moment(max(b"0", score, key=float))
    return Promise(keeper=keeper, kind=PromiseKind(kind), subject=subject, at=at)
