"""The soak's verdict finds what it is there to find, and excuses only what a fault explains."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from chaos.crowd import Promised
from chaos.faults import BACK, Shadow
from chaos.ledger import Ledger
from chaos.verdict import Evidence, duplicate, leaked, lost
from chaos.watcher import Sight
from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause
from daypass.domain.notification import Receipt
from tests.builders import World, a_world
from tests.unit.usecases.scenes import ALICE, FIRST, grant, let_go, revoke_due

_RECEIPT: Final = Receipt(channel="D0ALICE", ts="100.000001", digest="x")
_SEEN: Final = Sight(
    at=0.0, cluster="prod", name=f"daypass-{FIRST}-1-1", lease=FIRST, ends=9_999_999_999.0
)


@pytest.fixture
def world() -> World:
    """One lease was granted, released and is over."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world)
    return world


def _evidence(world: World, *sights: Sight, **changed: Any) -> Evidence:
    """What a soak of that one lease would have seen; everything is as it should be."""
    request = FIRST.rpartition("-")[0]
    lease = world.store.lease(FIRST)
    stored = world.store.request(RequestId(request))
    assert lease is not None
    assert stored is not None
    ledger = Ledger(
        requests={stored.id: stored},
        leases={lease.id: lease},
        events=list(world.store.events),
        receipts={stored.id: {f"direct:ended:{lease.id}": _RECEIPT}},
        promises={},
    )
    found = Evidence(
        sights=sights,
        looks={"prod": [0.0]},
        left=(),
        ledger=ledger,
        promised=Promised(requests={stored.id}, approved={stored.id}),
        shadows=(),
        messages={(_RECEIPT.channel, _RECEIPT.ts): "Ended"},
    )
    return replace(found, **changed)


def _over(world: World) -> float:
    """When it was decided that the lease is over."""
    return _evidence(world).ledger.ending_at()[FIRST]


def _shadow(begin: float, *clusters: str, name: str = "SIGKILL valkey") -> Shadow:
    return Shadow(name=name, begin=begin, end=begin + 60, clusters=clusters)


def _counts(found: Evidence) -> Mapping[str, int]:
    parts = {"leaked": leaked, "lost": lost, "duplicate": duplicate}
    return {name: len(list(part(found))) for name, part in parts.items()}


def test_finds_nothing_when_all_is_well(world: World) -> None:
    """A lease that was there, ended once and was told of is no finding."""
    found = _evidence(world, replace(_SEEN, at=_over(world) + BACK - 1))
    assert _counts(found) == {"leaked": 0, "lost": 0, "duplicate": 0}


def test_counts_leak_when_object_outlives_its_lease(world: World) -> None:
    """Seen past its end by more than the allowance, at a time that nothing excuses (law 3)."""
    assert _counts(_evidence(world, replace(_SEEN, at=_over(world) + BACK + 1)))["leaked"] == 1


def test_counts_leak_when_object_is_left_in_the_end(world: World) -> None:
    """Whatever is there when all is over has outlived its lease (law 1)."""
    assert _counts(_evidence(world, left=(_SEEN,)))["leaked"] == 1


@pytest.mark.parametrize(("where", "leaks"), [("prod", 0), ("dev", 1)])
def test_excuses_late_end_when_fault_was_on_that_cluster(
    world: World, where: str, leaks: int
) -> None:
    """A fault excuses what it delayed, and nothing elsewhere."""
    at = _over(world) + BACK + 1
    found = _evidence(world, replace(_SEEN, at=at), shadows=(_shadow(at - 5, where),))
    assert _counts(found)["leaked"] == leaks


def test_counts_duplicate_when_two_attempts_are_there_at_once(world: World) -> None:
    """A retry is a new attempt after the old one is gone, never beside it."""
    other = replace(_SEEN, name=f"daypass-{FIRST}-2-1")
    assert _counts(_evidence(world, _SEEN, other))["duplicate"] == 1


def test_counts_duplicate_when_event_comes_twice(world: World) -> None:
    """One move, one event (law 7)."""
    found = _evidence(world)
    twice = replace(found.ledger, events=[*found.ledger.events, *found.ledger.events])
    assert _counts(replace(found, ledger=twice))["duplicate"] > 0


@pytest.mark.parametrize(("name", "twice"), [("SIGKILL notifications-1", 0), ("dev slow", 1)])
def test_counts_message_told_twice_unless_its_answer_was_lost(
    world: World, name: str, twice: int
) -> None:
    """A second message without a receipt is excused where its teller died (law 9)."""
    messages = {("D0ALICE", "100.000001"): "Ended", ("D0ALICE", "104.000001"): "Ended"}
    found = _evidence(world, messages=messages, shadows=(_shadow(101, name=name),))
    assert _counts(found)["duplicate"] == twice


def test_counts_lost_when_promised_request_is_not_there(world: World) -> None:
    """What somebody was told of is there afterwards."""
    promised = Promised(requests={RequestId("zzzzzzzzzzzz")})
    assert _counts(_evidence(world, promised=promised))["lost"] == 1


def test_counts_lost_when_promise_is_left_in_the_end(world: World) -> None:
    """A promise of a lease that is over is kept by nobody; the last look at it is no such one."""
    found = _evidence(world)
    rows = {"prod": (f"end:{FIRST}", f"recheck:{FIRST}", "reconcile:prod")}
    assert _counts(replace(found, ledger=replace(found.ledger, promises=rows)))["lost"] == 1


@pytest.mark.parametrize("what", ["state", "cause", "event", "receipt"])
def test_counts_lost_when_end_lacks_something(world: World, what: str) -> None:
    """An end is an end when it is stored, has a good cause, an event, and was told."""
    found = _evidence(world)
    ledger, lease = found.ledger, found.ledger.leases[FIRST]
    broken = {
        "state": lambda: replace(ledger, leases={}),
        "cause": lambda: replace(ledger, leases={FIRST: replace(lease, cause=EndCause.DRIFTED)}),
        "event": lambda: replace(ledger, events=[e for e in ledger.events if e.subject != FIRST]),
        "receipt": lambda: replace(ledger, receipts={lease.request: {}}),
    }[what]()
    assert lease.holder.id == ALICE
    assert _counts(replace(found, ledger=broken))["lost"] > 0
