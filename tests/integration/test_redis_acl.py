"""Each process's ACL user on a real Valkey: what it needs not it may not, and what it needs it may.

That the rights are enough for everything is shown by every test of the whole: the sandbox's
processes have these users and no other.
"""

from dataclasses import replace
from typing import Final

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from daypass.adapters.redis import keys
from daypass.adapters.redis.acl import rules
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trust import connect_trusted
from daypass.adapters.rq.routes import GRANTS_ROUTE, NOTIFICATIONS_ROUTE, Route
from daypass.adapters.rq.worker import worker
from daypass.domain.errors import OutsideError
from daypass.domain.ids import MoveId
from daypass.domain.request import RequestState
from daypass.domain.tally import Tally
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Change, Promise, PromiseKind
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.rows import lapse
from sandbox.valkey import Valkey
from tests.builders import a_lease, a_request, a_snapshot, a_world
from tests.integration.holding import AN_EVENT

SETS: Final = ("prod", TIMEKEEPER)
VISIBLE: Final = a_lease().duration
NOBODY: Final = (
    "FLUSHALL", "FLUSHDB", "CONFIG GET requirepass", "CONFIG SET appendonly no", "KEYS *", "SCAN 0",
    "SCRIPT FLUSH", "DEBUG SLEEP 0", "ACL LIST", "ACL SETUSER bot +@all", "CLIENT KILL TYPE normal",
    "SHUTDOWN NOSAVE", "REPLICAOF NO ONE", "MONITOR", "RENAME daypass:audit x", "SAVE", "WAIT 0 0",
    "PUBLISH rq:pubsub:x stop", "SUBSCRIBE x", "MODULE LIST", "SWAPDB 0 1", "FUNCTION FLUSH",
    "EVAL return(1) 0", "DEL daypass:audit", "DEL daypass:freeze", "DEL daypass:due:prod",
    "DEL daypass:epoch", "SET daypass:audit x", "SET daypass:due:prod x", "SET rq:suspended 1",
    "UNLINK daypass:lease:x-1", "EXPIRE daypass:lease:x-1 1", "SET other x", "GET other",
    "SADD daypass:sets x", "DEL rq:workers", "RPUSH rq:queue:other x", "RESTORE x 0 y",
    "DEL daypass:tally:prod:x",
)  # fmt: skip
TRIMS: Final = ("XTRIM daypass:audit MAXLEN 0", "XADD daypass:audit-checkpoints * c x")
SIGNS: Final = ("SET daypass:alive:timekeeper 1", "SET daypass:audit-head x", *TRIMS)
LOOKS: Final = ("HSET daypass:seen prod x", "ZADD daypass:seen-at 1 prod", "SET daypass:epoch x")
COUNTS: Final = ("SET daypass:tally:prod:x y",)
WORKS: Final = (
    "BLMOVE rq:queue:grants x LEFT RIGHT 1", "DEL rq:queue:grants", "DEL rq:job:x",
    "HGET rq:job:x data",
)  # fmt: skip
FORGETS: Final = ("SREM daypass:early:prod x-1", "DEL daypass:early:prod")
"""What would let an early end wait for a row that somebody puts off."""
DELETES: Final = ("DEL daypass:lease:x-1", "DEL daypass:request:x")
TOLD: Final = (
    "HSET daypass:told:x card y", "HSET daypass:unsaid x y", "SET daypass:offboarded:x-1 y",
)  # fmt: skip
LEASES: Final = (
    "SET daypass:lease:x-1 y", "SADD daypass:live-of:x y", "SREM daypass:by-cluster:x y",
    "SREM daypass:pending-of:x y", "SADD daypass:wide:x y",
)  # fmt: skip
REFUSED: Final = {
    "bot": (*SIGNS, *FORGETS, *LOOKS, *COUNTS, *WORKS, *DELETES, *TOLD, "DEL daypass:idem:x"),
    "admin": (*SIGNS, *FORGETS, *LOOKS, *COUNTS, *WORKS, *DELETES, *TOLD, "SET daypass:idem:x 1"),
    "grants": (
        *SIGNS, *DELETES, *TOLD, "SET daypass:person:x y", "SET daypass:owner:x y",
        "SET daypass:name:x:y z",
        "SET daypass:idem:x 1", "LPOP rq:queue:notifications", "DEL rq:queue:notifications",
    ),
    "notifications": (
        *SIGNS, *FORGETS, *LOOKS, *COUNTS, *DELETES, *LEASES, "SET daypass:request:x y",
        "SET daypass:freeze y", "DEL rq:queue:grants", "ZADD daypass:pending 1 x",
        "ZREM daypass:over x", "XADD daypass:audit * e x",
    ),
    "timekeeper": (
        *FORGETS, *LOOKS, *COUNTS, *WORKS, *TOLD, *LEASES, "SET daypass:freeze y",
        "SET daypass:person:x y", "SET daypass:owner:x y", "SET daypass:idem:x 1",
        "SET daypass:name:x:y z",
        "SET daypass:request:x y", "ZADD daypass:pending 1 x", "ZADD daypass:by-person:x 1 y",
    ),
}  # fmt: skip


def logged_in(valkey: Valkey, role: str) -> Redis:
    """Return a client that may do what that role may."""
    return connect_trusted(valkey.address.url_of(role), install="main", unsafe=False)


@pytest.mark.parametrize("role", REFUSED)
def test_role_may_not_do_what_it_need_not(empty_valkey: Valkey, role: str) -> None:
    """A process that was taken over breaks only what it does itself; asked of the server."""
    with connect(empty_valkey.url) as client:
        may = [
            line
            for line in (*NOBODY, *REFUSED[role])
            if client.execute_command("ACL DRYRUN", role, *line.split()) in (b"OK", "OK")
        ]
    assert may == []


def test_every_role_is_asked_about() -> None:
    """A new one does not go untested."""
    assert REFUSED.keys() == rules().keys()


def test_bot_that_was_taken_over_is_refused(empty_valkey: Valkey) -> None:
    """The same in earnest: it lifts no look, trims no trail, empties nothing."""
    with logged_in(empty_valkey, "bot") as client:
        for attack in (
            client.flushall,
            lambda: client.delete("daypass:freeze"),
            lambda: client.set("daypass:epoch", "x"),
            lambda: client.xtrim("daypass:audit", 0),
            lambda: client.set("daypass:alive:timekeeper", 1),
        ):
            with pytest.raises(NoPermissionError):
                attack()


def test_grants_worker_alone_writes_what_it_counts(empty_valkey: Valkey) -> None:
    """The bot reads it; in earnest, not asked."""
    with logged_in(empty_valkey, "grants") as client:
        tally = Tally(cluster="c", username="u")
        RedisStore(client).commit(Change(move=MoveId("m1"), tallies=(tally,)))
    with logged_in(empty_valkey, "bot") as client:
        read = RedisStore(client).tally("c", "u")
        assert read.version == 1
        with pytest.raises(OutsideError):
            RedisStore(client).commit(Change(move=MoveId("m2"), tallies=(read,)))
        with pytest.raises(NoPermissionError):
            client.set(keys.tally("c", "u"), "x")


@pytest.mark.parametrize("role", ["bot", "admin", "grants"])
def test_role_that_moves_leases_may(empty_valkey: Valkey, role: str) -> None:
    """A move with all that belongs to it, and what reads it back."""
    with logged_in(empty_valkey, role) as client:
        store, clock = RedisStore(client), RedisClock(client)
        agenda = RedisAgenda(client)
        row = Promise(keeper="prod", kind=PromiseKind.END, subject="x", at=clock.now())
        move = Change(
            move=MoveId("m1"), requests=(a_request(),), leases=(a_lease(),), promises=(row,)
        )
        store.commit(move)
        assert store.lease(a_lease().id) is not None
        assert agenda.queued()["grants"] == 1
        agenda.ensure(row, within=VISIBLE)
        [claim] = agenda.claim("prod", 1)
        assert agenda.finish(claim)


@pytest.mark.parametrize("role", rules())
def test_every_role_may_read_what_is_stored(empty_valkey: Valkey, role: str) -> None:
    """Each question that the store and the clock answer; none of them is a write."""
    with logged_in(empty_valkey, role) as client:
        store, agenda = RedisStore(client), RedisAgenda(client)
        heartbeats, clock = RedisHeartbeats(client), RedisClock(client)
        request, lease = a_request(), a_lease()
        assert [store.request(request.id), store.lease(lease.id)] == [None] * 2
        assert not [*store.leases([lease.id]), *store.requests_of(lease.holder.id)]
        assert not [*store.pending(), *store.names_on("prod"), *store.live_of(lease.holder.id)]
        assert not [*store.live_on("prod"), *store.seen(), *store.receipts(request.id)]
        assert store.cluster_wide("prod") == 0
        assert [store.unsaid(request.id), *store.all_unsaid()] == [None]
        assert [store.pin(lease.holder.id), store.owner("a@example.com")] == [None] * 2
        assert [store.freeze(), store.epoch(), heartbeats.heard(TIMEKEEPER_PROCESS)] == [None] * 3
        assert store.last_event() == store.head() == ""
        assert not store.has_event("1-1")
        assert not {**agenda.overdue(SETS), **agenda.oldest(SETS)}
        assert not agenda.soon("prod", PromiseKind.END, clock.now(), among=1)
        assert set(agenda.queued().values()) == {0}


@pytest.mark.parametrize(
    ("role", "route"), [("grants", GRANTS_ROUTE), ("notifications", NOTIFICATIONS_ROUTE)]
)
def test_worker_may_take_its_jobs(empty_valkey: Valkey, role: str, route: Route) -> None:
    """RQ's own commands on its own queue: birth, a job, one that is none, death."""
    with logged_in(empty_valkey, "bot") as bot:
        RedisAgenda(bot).wake("prod" if route is GRANTS_ROUTE else NOTIFICATIONS)
        bot.rpush(f"rq:queue:{route.queue}", "no job")
    with logged_in(empty_valkey, role) as client:
        worker(client, route).work(burst=True, logging_level="ERROR")
        assert RedisAgenda(client).queued()[route.queue] == 0


def test_timekeeper_may_keep_time(empty_valkey: Valkey) -> None:
    """It beats, wakes and looks after its own set."""
    with logged_in(empty_valkey, "timekeeper") as client:
        clock, agenda = RedisClock(client), RedisAgenda(client)
        heartbeats = RedisHeartbeats(client)
        heartbeats.beat(TIMEKEEPER_PROCESS)
        row = Promise(keeper=TIMEKEEPER, kind=PromiseKind.RETAIN, subject="", at=clock.now())
        agenda.ensure(row, within=VISIBLE)
        [claim] = agenda.claim(TIMEKEEPER, 1)
        assert agenda.postpone(claim, clock.now())
        assert agenda.overdue(SETS)
        assert agenda.oldest(SETS)
        assert agenda.wake("prod")


def test_timekeeper_may_forget_and_the_bot_let_lapse(empty_valkey: Valkey) -> None:
    """Who forgets what is old writes none of it anew; who takes requests says that they lapsed."""
    with logged_in(empty_valkey, "bot") as client:
        store, clock, agenda = RedisStore(client), RedisClock(client), RedisAgenda(client)
        asked = a_request()
        store.commit(Change(move=MoveId("m1"), requests=(asked,), promises=(lapse(asked),)))
        let_lapse(replace(a_world().ledger, store=store, clock=clock, agenda=agenda))
    with logged_in(empty_valkey, "timekeeper") as client:
        store, archive = RedisStore(client), RedisArchive(client)
        over = store.request(asked.id)
        assert over is not None
        assert over.state is RequestState.LAPSED
        archive.look_again(over.id, RedisClock(client).now())
        assert not archive.forget([over], [], AN_EVENT)
        assert store.request(over.id) is None
        archive.strike(over.id)


def test_grants_worker_may_keep_what_it_saw(empty_valkey: Valkey) -> None:
    """What a look found, and what was put off while a cluster was away."""
    with logged_in(empty_valkey, "grants") as client:
        store, clock = RedisStore(client), RedisClock(client)
        agenda = RedisAgenda(client)
        store.keep_seen(a_snapshot(taken_at=clock.now()))
        assert store.seen()
        assert agenda.hurry("prod") == 0
