"""Law 10 on a real Valkey: what is past its end goes although nothing can be written to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import pytest
from redis import Redis
from structlog.testing import capture_logs

from daypass.adapters.redis import keys
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.store import RedisStore
from daypass.domain.audit import Action
from daypass.domain.errors import OutsideError, PermanentOutsideError
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.ports import Change, GrantPorts
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants, freeze, thaw
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.events import lease_event
from daypass.usecases.shared.rows import end_row
from sandbox.valkey import Valkey
from tests.builders import a_lease, a_world
from tests.contract.store_stages import a_move
from tests.unit.usecases.scenes import grant

VISIBILITY = timedelta(milliseconds=20)
BOUND = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A lease past its end, its object on a cluster, and the Valkey that knows of both."""

    client: Redis
    ports: GrantPorts
    lease: Lease

    @property
    def names(self) -> list[str]:
        """What is on the cluster."""
        return [found.ref.name for found in self.ports.cluster.ours()]

    def stored(self) -> Lease:
        """Return the lease as the store has it."""
        lease = self.ports.store.lease(self.lease.id)
        assert lease is not None
        return lease

    def work(self) -> None:
        """Be a grants worker that revokes what is due."""
        until = self.ports.clock.now() + BOUND
        while not (claims := self.ports.agenda.claim("prod", 50)):
            assert self.ports.clock.now() < until
            self.ports.clock.pause(VISIBILITY)
        revoke(claims, self.ports)


def _full(client: Redis) -> Callable[[], object]:
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    return lambda: client.config_set("maxmemory", "0")


def _damaged(client: Redis) -> Callable[[], object]:
    client.rename(keys.AUDIT, "kept")
    client.set(keys.AUDIT, "overwritten")
    return lambda: client.rename("kept", keys.AUDIT)


@pytest.fixture
def stage(empty_valkey: Valkey) -> Stage:
    """Granted in memory, then told to a store of its own."""
    client, world = connect(empty_valkey.url), a_world()
    granted = grant(world)
    store, clock = RedisStore(client), RedisClock(client)
    lease = replace(granted, version=0, ends_at=clock.now() - VISIBILITY)
    store.commit(
        Change(
            move=a_move(),
            leases=(lease,),
            events=(lease_event(lease, Action.LEASE_GRANTED, {}, actor="bob", at=clock.now()),),
            promises=(end_row(lease, clock.now() - VISIBILITY),),
        )
    )
    agenda = RedisAgenda(client, visibility=VISIBILITY)
    ports = replace(world.grants(), store=store, clock=clock, agenda=agenda)
    return Stage(client=client, ports=ports, lease=lease)


@pytest.fixture(params=[_full, _damaged], ids=["full", "damaged"])
def trouble(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Callable[[], object]]:
    """A Redis that takes no move; call it to put that right."""
    right = request.param(stage.client)
    yield right
    stage.client.config_set("maxmemory", "0")


def test_objects_go_and_the_move_is_recorded_later(
    stage: Stage, trouble: Callable[[], object]
) -> None:
    """Nothing of the move is written before all of it can be; then it is, by its own row."""
    assert stage.names
    with pytest.raises(OutsideError):
        stage.work()
    assert stage.names == []
    assert stage.stored().state is LeaseState.ACTIVE
    with pytest.raises(OutsideError):
        stage.work()
    trouble()
    stage.work()
    over = stage.stored()
    assert (over.state, over.cause) == (LeaseState.ENDED, EndCause.EXPIRED)
    assert stage.client.xlen(keys.AUDIT) == 3


def test_clock_goes_on_in_a_full_redis(stage: Stage) -> None:
    """Promises are claimed and put off where nothing new fits in."""
    right = _full(stage.client)
    (claim,) = stage.ports.agenda.claim("prod", 50)
    assert stage.ports.agenda.postpone(claim, claim.until + BOUND)
    right()
    assert stage.client.zcard(keys.due("prod")) == 1


def test_nothing_of_a_move_is_written_when_its_event_cannot_be(stage: Stage) -> None:
    """Law 7: neither a value nor a promise without its event."""
    _damaged(stage.client)
    before = {name: stage.client.dump(name) for name in stage.client.scan_iter()}
    new = a_lease(id="000000000009-1")
    event = lease_event(new, Action.LEASE_GRANTED, {}, actor="bob", at=new.approved_at)
    promises = (end_row(new, stage.ports.clock.now()),)
    change = Change(move=a_move(), leases=(new,), events=(event,), promises=promises)
    with pytest.raises(OutsideError):
        stage.ports.store.commit(change)
    assert {name: stage.client.dump(name) for name in stage.client.scan_iter()} == before


LAST: Final = "18446744073709551615-18446744073709551615"
"""The greatest id that a stream can have: after it Redis takes no event any more."""


def _exhausted(client: Redis) -> None:
    client.xadd(keys.AUDIT, {"e": "x"}, id=LAST)


def _overwritten(client: Redis) -> None:
    client.rename(keys.AUDIT, "kept")
    client.set(keys.AUDIT, "overwritten")


@pytest.mark.parametrize("spoil", [_exhausted, _overwritten])
def test_what_somebody_wants_over_is_over_although_the_trail_takes_no_event(
    stage: Stage, spoil: Callable[[Redis], None]
) -> None:
    """Law 10: whoever may add to the trail can spoil it, and stops no end; the log has it."""
    spoil(stage.client)
    over = ending((stage.stored(),), Ending(cause=EndCause.REVOKED, actor="admin"), stage.ports)
    with capture_logs() as lines:
        stage.ports.store.commit(over)
    assert stage.stored().state is LeaseState.REVOKING
    (said,) = [line for line in lines if line["event"] == "store.unrecorded"]
    assert "lease.ending" in said["what"]
    with pytest.raises(OutsideError):
        stage.work()
    assert stage.names == []


def test_grants_stop_although_the_trail_takes_no_event(stage: Stage) -> None:
    """Law 10: a freeze is committed; to lift it the trail has to be mended."""
    _exhausted(stage.client)
    freeze(FreezeGrants(actor="admin", by="admin"), stage.ports)
    held = stage.ports.store.freeze()
    assert held is not None
    assert held.everywhere
    with pytest.raises(PermanentOutsideError, match="the audit trail takes no event"):
        thaw(ThawGrants(actor="admin"), stage.ports)
