"""The store on a real Valkey that loses answers, is killed, or is not there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.agenda import LEFT, RedisAgenda
from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.client import RETRIES, connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.codec import micros
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.store import RedisStore
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.epoch import Epoch
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId, MoveId, RequestId
from daypass.ports import Change, Promise, PromiseKind
from sandbox.cluster.ports import free_ports
from sandbox.valkey import Valkey
from tests.builders import NOON, a_lease, a_request
from tests.integration.lossy import LossyWire

AN_EVENT = AuditEvent(at=NOON, action=Action.REQUEST_SUBMITTED, actor="U0ALICE", subject="x")


@pytest.fixture
def wire(empty_valkey: Valkey) -> Iterator[LossyWire]:
    """A wire to the Valkey."""
    lossy = LossyWire(empty_valkey.address.port)
    with lossy.running():
        yield lossy


@pytest.fixture
def far_client(wire: LossyWire, empty_valkey: Valkey) -> Iterator[Redis]:
    """A client at the other end of the wire."""
    near = f":{empty_valkey.address.port}/"
    with connect(empty_valkey.url.replace(near, f":{wire.port}/")) as opened:
        yield opened


def a_change(move: str, **fields: object) -> Change:
    """Return a move with one of everything."""
    everything = Change(
        move=MoveId(move),
        requests=(a_request(),),
        leases=(a_lease(),),
        events=(AN_EVENT,),
        promises=(Promise(keeper="prod", kind=PromiseKind.PROVISION, subject="x", at=NOON),),
    )
    return replace(everything, **fields)  # type: ignore[arg-type]


def test_commit_happens_once_when_its_answer_is_lost(wire: LossyWire, far_client: Redis) -> None:
    """Our own move id in the values means that it was committed: no error, no second event."""
    store, agenda = RedisStore(far_client), RedisAgenda(far_client)
    store.commit(Change(move=MoveId("m0"), requests=(a_request(id=RequestId("a" * 12)),)))
    wire.lose(a_request().id.encode())
    store.commit(a_change("m1"))
    assert wire.lost.is_set()
    stored = store.request(a_request().id)
    assert stored is not None
    assert (stored.version, stored.move) == (1, "m1")
    assert far_client.xlen(keys.AUDIT) == 1
    assert far_client.llen("rq:queue:grants") == 1
    assert agenda.overdue(["prod"]) == {"prod": 1}


def test_once_is_still_the_first_time_when_its_answer_is_lost(
    wire: LossyWire, far_client: Redis
) -> None:
    """A person's command is not dropped as its own double."""
    store = RedisStore(far_client)
    wire.lose(b"command-7")
    assert store.once("command-7", timedelta(minutes=1))
    assert wire.lost.is_set()
    assert not store.once("command-7", timedelta(minutes=1))


def test_state_survives_when_the_server_is_killed(empty_valkey: Valkey, client: Redis) -> None:
    """What was committed is on disk before we go on: value, event, row, wake-up and epoch."""
    store, agenda = RedisStore(client), RedisAgenda(client)
    store.commit(a_change("m1", epoch=Epoch(id="e1", install="main", begun_at=NOON)))
    epoch, event = store.epoch(), store.last_event()
    empty_valkey.kill()
    empty_valkey.start_again()
    stored = store.request(a_request().id)
    assert stored == replace(a_request(), version=1, move=MoveId("m1"))
    assert (client.xlen(keys.AUDIT), client.llen("rq:queue:grants")) == (1, 1)
    assert [claim.promise.subject for claim in agenda.claim("prod", 1)] == ["x"]
    assert epoch is not None
    assert store.epoch() == epoch
    assert store.has_event(event)


def test_event_counts_as_there_when_retention_removed_it(client: Redis) -> None:
    """Forgetting on purpose is no loss: only what is newer than the last removed is missed."""
    store = RedisStore(client)
    events = []
    for _ in range(3):
        store.record(AN_EVENT)
        events.append(store.last_event())
    client.xtrim(keys.AUDIT, maxlen=0)
    assert [store.has_event(event) for event in events] == [False] * 3
    client.set(keys.TRIMMED, events[1])
    assert [store.has_event(event) for event in events] == [True, True, False]


def test_writing_is_unknown_and_reading_is_not_when_nobody_answers() -> None:
    """Doubt is said: a write may have happened, a read has changed nothing."""
    with connect(f"redis://127.0.0.1:{free_ports(1)[0]}/0") as nowhere:
        nowhere.get_connection_kwargs()["retry"].update_retries(0)
        with pytest.raises(TemporaryOutsideError) as wrote:
            RedisStore(nowhere).record(AN_EVENT)
        with pytest.raises(TemporaryOutsideError) as read:
            RedisClock(nowhere).now()
    assert (wrote.value.unknown, read.value.unknown) == (True, False)


def test_trying_again_is_useless_when_the_password_is_wrong(valkey: Valkey) -> None:
    """A wrong credential is no outage."""
    wrong = valkey.url.replace(valkey.address.password, "wrong")
    with (
        connect(wrong) as stranger,
        pytest.raises(PermanentOutsideError, match="refuses our credentials"),
    ):
        RedisClock(stranger).now()


def test_value_of_a_newer_program_is_refused(client: Redis) -> None:
    """During an upgrade an old process does not guess at what a new one wrote."""
    client.set(keys.request(a_request().id), b'{"v":2,"version":1,"move":"m"}')
    with pytest.raises(PermanentOutsideError, match="its version is 2"):
        RedisStore(client).request(a_request().id)


def test_row_of_a_newer_program_is_left_alone(client: Redis) -> None:
    """A kind of promise that we do not know delays none of the others; for an hour it stays."""
    lately = micros(RedisClock(client).now() - LEFT / 2)
    client.zadd(keys.due("prod"), {"dance:x": lately, "end:y": lately + 1})
    assert [claim.promise.subject for claim in RedisAgenda(client).claim("prod", 9)] == ["y"]
    assert client.zcard(keys.due("prod")) == 2


def test_row_that_is_none_holds_up_no_other(client: Redis) -> None:
    """Whoever writes nonsense among the promises delays none of them (law 10)."""
    client.zadd(keys.due("prod"), {b"end:\xff": 1, b"end:first": float("-inf"), b"end:y": 2})
    assert list(RedisAgenda(client).oldest(["prod"])) == ["prod"]
    claims = RedisAgenda(client).claim("prod", 9)
    assert [claim.promise.subject for claim in claims] == ["first", "y"]
    assert client.zcard(keys.due("prod")) == 2


def test_name_that_is_none_keeps_nothing_old(client: Redis) -> None:
    """Whoever writes nonsense among what is over holds up no retention; it is taken away."""
    ends = float("-inf")
    odd = {b"\xff": 1, b"a-1": ends, b"b": -1e300, b"c": 1, b"\xfe-1": ends}
    client.zadd(keys.OVER, odd)
    found = RedisArchive(client).over(NOON, 5)
    assert (found.requests, found.leases, found.more) == (["b", "c"], ["a-1"], True)
    assert client.zcard(keys.OVER) == 3
    names: list[RequestId | LeaseId] = [*found.requests, *found.leases]
    for name in names:
        RedisArchive(client).strike(name)
    assert client.zcard(keys.OVER) == 0


@pytest.mark.parametrize("stored", ["{", "7", "{}", '{"version":"1"}'])
def test_value_that_cannot_be_compared_is_named_and_stays(client: Redis, stored: str) -> None:
    """What somebody wrote over a value stops nobody who lets go of others."""
    client.set(keys.lease(a_lease().id), stored)
    assert RedisArchive(client).forget([], [a_lease(version=1)], AN_EVENT) == [a_lease().id]
    assert client.get(keys.lease(a_lease().id)) == stored.encode()


def test_beats_are_written_once_a_second(client: Redis) -> None:
    """Each write is synced to the disk: a pulse of ten a second is not worth ten of them."""
    clock, heartbeats, key = RedisClock(client), RedisHeartbeats(client), keys.alive("timekeeper")
    heartbeats.beat("timekeeper")
    first = client.get(key)
    heartbeats.beat("timekeeper")
    second = client.get(key)
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert second == first or int(second) - int(first) >= 1_000_000
    for stopped in (0, int(second) + 3_600_000_000):  # Long ago, or by a clock that was ahead.
        client.set(key, stopped)
        heartbeats.beat("timekeeper")
        heard = heartbeats.heard("timekeeper")
        assert heard is not None
        assert abs(heard - clock.now()) < timedelta(minutes=1)


def test_client_repeats_what_failed() -> None:
    """`Redis.from_url` alone would give up at the first broken connection."""
    retry = connect("redis://127.0.0.1:1/0").get_connection_kwargs()["retry"]
    assert retry.get_retries() == RETRIES
