"""Attacks by rows that nobody can read, and by lists that anybody may write."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import NOTIFICATIONS, PromiseKind
from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.builders import a_catalog, a_level, a_profile
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, ask
from workers.grants.pool import Pool, work_off
from workers.notifications import notifier

HOLDER = f"{PromiseKind.HOLDER}:{ALICE}"


def test_rows_that_nobody_can_read_hold_up_no_end() -> None:
    """By any role: a round that claims only such rows takes itself for done, 50 of them at a time.

    A timekeeper wakes ten times a second: 5 s are 50 rounds (law 3).
    """
    scene = Scene()
    garbage = {b"end:\xff%d" % n: 1 for n in range(3_000)}
    scene.client.zadd(keys.due("prod"), cast("Any", garbage))
    scene.client.zadd(keys.due("prod"), {f"end:{FIRST}": 2})
    scene.clock.wait = timedelta(hours=2)
    pool = Pool(threads=4)
    for _ in range(50):
        work_off(scene.world.grants(), pool)
    pool.close()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.state is LeaseState.ENDED


@pytest.mark.parametrize("row", ["odd:%d", "end:%d", "card:%d"])
def test_rows_of_no_kind_hold_up_no_offboarding(row: str) -> None:
    """By any role: four are claimed by each wake-up and never removed."""
    scene = Scene()
    scene.world.people.put(a_profile("alice", deactivated=True))
    scene.client.zadd(keys.due(NOTIFICATIONS), cast("Any", {row % n: 1 for n in range(200)}))
    scene.client.zadd(keys.due(NOTIFICATIONS), {HOLDER: 2})
    with notifier(scene.world.notify()) as worker:
        for _ in range(10):
            worker.work_off()
    scene.work()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.cause is EndCause.OFFBOARDED


def test_rows_of_no_kind_go() -> None:
    """By any role: what nobody sees to must not stay for ever, and wake somebody each 100 ms."""
    scene = Scene(granted=False)
    scene.client.zadd(keys.due("prod"), cast("Any", {b"end:\xff": 1, b"odd:x": 1}))
    for _ in range(3):
        scene.client.zadd(keys.due("prod"), cast("Any", {b"end:\xff": 1, b"odd:x": 1}), xx=True)
        scene.work()
        reconcile_unasked(scene.world.grants())
    assert scene.world.agenda.overdue(["prod"]) == {}


def wide() -> Any:
    """Let debug be cluster-wide."""
    level = replace(a_level(), namespaces=(), cluster_wide=True)
    return a_catalog(levels=(level,))


def test_a_cluster_wide_lease_that_was_struck_off_counts_again() -> None:
    """By any role: else there is no cap."""
    scene = Scene(wide())
    assert scene.world.store.cluster_wide("prod") == 1
    scene.client.srem(keys.wide("prod"), FIRST)
    reconcile_unasked(scene.world.grants())
    assert scene.world.store.cluster_wide("prod") == 1


def test_names_of_no_lease_are_struck_off_a_cluster() -> None:
    """By any role: each look holds them all in memory, for ever."""
    scene = Scene()
    scene.client.sadd(keys.by_cluster("prod"), *(f"x{n}" for n in range(1000)))
    for _ in range(3):
        reconcile_unasked(scene.world.grants())
    assert list(scene.world.store.names_on("prod")) == [FIRST]


def test_names_of_nothing_do_not_fill_a_cluster_for_ever() -> None:
    """By any role: 500 names of no lease, and nothing cluster-wide is granted any more."""
    scene = Scene(granted=False)
    scene.client.sadd(keys.wide("prod"), *(f"x{n}" for n in range(500)))
    reconcile_unasked(scene.world.grants())
    assert scene.world.store.cluster_wide("prod") == 0


def test_damaged_lease_stays_on_the_list_of_its_cluster_and_is_not_counted() -> None:
    """By the bot: who revokes all must hear of what cannot be read, and 500 fill no cluster.

    What bears its label is gone before.
    """
    scene = Scene(wide())
    scene.client.set(keys.lease(FIRST), "x")
    reconcile_unasked(scene.world.grants())
    assert list(scene.world.store.names_on("prod")) == [FIRST]
    assert scene.world.store.cluster_wide("prod") == 0
    assert scene.world.clusters["prod"].objects == ()


def test_damaged_lease_that_was_only_counted_is_found_on_the_list_of_its_cluster() -> None:
    """By the bot: it was struck off the other list."""
    scene = Scene(wide())
    scene.client.set(keys.lease(FIRST), "x")
    scene.client.srem(keys.by_cluster("prod"), FIRST)
    for _ in range(2):
        reconcile_unasked(scene.world.grants())
    assert list(scene.world.store.names_on("prod")) == [FIRST]


def test_lease_of_another_person_counts_for_nobody_else() -> None:
    """By any role: a name in a person's list."""
    scene = Scene()
    scene.client.sadd(keys.live_of("U0BOB"), FIRST)
    assert scene.world.store.live_of(PersonId("U0BOB")) == []


def test_request_of_another_person_is_nobody_else_s() -> None:
    """By any role: bob may ask for what alice waits for, and cancels nothing of hers."""
    scene = Scene(granted=False)
    request = ask(scene.world).request
    scene.client.sadd(keys.pending_of(BOB), request.id)
    scene.client.zadd(keys.by_person(BOB), {request.id: 1})
    assert scene.world.store.pending_of(BOB) == []
    assert scene.world.store.requests_of(BOB) == []
    assert ask(scene.world, actor=BOB).request.requester.id == BOB


def test_lease_that_ended_meanwhile_is_not_listed_again() -> None:
    """A look that read it before it ended leaves no name behind."""
    scene = Scene()
    ended = replace(scene.lease, state=LeaseState.ENDED)
    scene.client.set(keys.lease(FIRST), encode(ended))
    scene.client.srem(keys.by_cluster("prod"), FIRST)
    scene.world.store.list_again([scene.lease])
    assert list(scene.world.store.names_on("prod")) == []
    assert scene.client.scard(keys.live_of(ALICE)) == 0
