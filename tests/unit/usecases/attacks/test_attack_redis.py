"""Attacks by whoever writes to Redis as one role."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode, micros
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import NOTIFICATIONS, PromiseKind
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.incident.offboard import offboard
from tests.builders import a_catalog, a_profile
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, FIRST, Failing, obey, with_cluster

HOLDER = f"{PromiseKind.HOLDER}:{ALICE}"


def look_at_alice(scene: Scene, **more: Any) -> tuple[Any, ...]:
    """Let a look at alice be due now, and be the notifications worker."""
    scene.client.zadd(keys.due(NOTIFICATIONS), {HOLDER: 1}, xx=True)
    claims = scene.world.agenda.claim(NOTIFICATIONS, 50)
    found = [one for one in claims if one.promise.kind is PromiseKind.HOLDER]
    ports = replace(scene.world.notify(), **more)
    return obey(scene.world, [said for one in found for said in offboard(one, ports)])


def test_whose_pin_is_damaged_is_offboarded() -> None:
    """By bot or notifications: that Slack says deactivated needs no pin."""
    scene = Scene()
    scene.world.people.put(a_profile("alice", deactivated=True))
    scene.client.set(keys.person(ALICE), "x")
    for _ in range(3):
        look_at_alice(scene)
        reconcile_unasked(scene.world.grants())
    scene.work()
    assert scene.world.clusters["prod"].objects == ()


def test_who_was_taken_off_their_own_list_is_offboarded() -> None:
    """By any role: each comparison lists each lease again by its holder."""
    scene = Scene()
    scene.world.people.put(a_profile("alice", deactivated=True))
    scene.client.srem(keys.live_of(ALICE), FIRST)
    assert look_at_alice(scene) == ()
    reconcile_unasked(scene.world.grants())
    assert [one.cause for one in look_at_alice(scene)] == [EndCause.OFFBOARDED]


def test_an_approval_of_the_future_keeps_nobody_from_being_offboarded() -> None:
    """By the bot: rules that were read just now are not older than it."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    far = lease.approved_at + timedelta(days=365)
    scene.client.set(keys.lease(FIRST), encode(replace(lease, approved_at=far)))
    later = a_catalog(version="v2", workflows=())
    now = scene.clock.now() + timedelta(seconds=1)
    ended = look_at_alice(scene, catalog=later, read_at=now)
    assert [one.cause for one in ended] == [EndCause.OFFBOARDED]


def picky(scene: Scene) -> Any:
    """Refuse a selector that is none, as an API server does with 400."""
    no = PermanentOutsideError("prod: unable to parse requirement: 400")

    def odd(names: Any) -> bool:
        return any(set(name) - set("0123456789abcdefghjkmnpqrstvwxyz-") for name in names)

    return Failing(scene.world.clusters["prod"], "of_leases", no, odd)


def test_a_lease_of_an_odd_name_keeps_no_other_from_being_over() -> None:
    """By the bot: its name makes a selector that no API server takes."""
    scene = Scene()
    odd = LeaseId("a b!-1")
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    now = scene.clock.now()
    mine = replace(lease, id=odd, state=LeaseState.REVOKING, cause=EndCause.REVOKED, attempt=None)
    scene.client.set(keys.lease(odd), encode(mine))
    over = replace(lease, state=LeaseState.REVOKING, cause=EndCause.REVOKED)
    scene.client.set(keys.lease(FIRST), encode(over))
    ports = with_cluster(scene.world.grants(), picky(scene))
    for _ in range(5):
        rows = {f"end:{odd}": micros(now), f"end:{FIRST}": micros(now)}
        scene.client.zadd(keys.due("prod"), cast("Any", rows))
        scene.work(ports)
    found = scene.world.store.lease(FIRST)
    assert found is not None
    assert found.state is LeaseState.ENDED


def test_an_odd_row_keeps_no_other_from_being_looked_at_again() -> None:
    """By any role that writes rows: a row that names nothing of ours."""
    scene = Scene()
    now = scene.clock.now()
    scene.client.zadd(keys.due("prod"), {"recheck:a b!": 1, f"recheck:{FIRST}": 1})
    scene.client.zrem(keys.due("prod"), f"end:{FIRST}")
    ports = with_cluster(scene.world.grants(), picky(scene))
    for _ in range(5):
        scene.client.zadd(keys.due("prod"), {"recheck:a b!": 1, f"recheck:{FIRST}": 1}, xx=True)
        scene.work(ports)
    assert scene.client.zscore(keys.due("prod"), f"recheck:{FIRST}") is None, now


def restoring(scene: Scene) -> None:
    """Shorten the trail, as whoever may append to it can: restore mode begins."""
    reconcile_unasked(scene.world.grants())
    scene.client.xtrim(keys.AUDIT, maxlen=0, approximate=False)


@pytest.mark.parametrize("key", [keys.request("000000000001"), keys.lease("000000000001-1")])
def test_a_damaged_value_keeps_no_cluster_in_restore_mode(key: str) -> None:
    """By bot or timekeeper (requests): adoption goes on with what can be read."""
    scene = Scene()
    restoring(scene)
    scene.client.set(key, "x")
    found = [reconcile_unasked(scene.world.grants()) for _ in range(4)]
    epoch = scene.world.store.epoch()
    assert epoch is not None
    assert "prod" not in epoch.unproven, [one.failed for one in found]


def test_a_create_that_may_land_for_ever_keeps_no_lease_from_being_over() -> None:
    """By the bot: `create_before` in 200 years."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.attempt is not None
    far = replace(lease.attempt, create_before=lease.attempt.create_before + timedelta(days=36500))
    over = replace(
        lease, state=LeaseState.REVOKING, cause=EndCause.REVOKED, attempt=far, granted_at=None
    )
    scene.client.set(keys.lease(FIRST), encode(over))
    scene.clock.wait = timedelta(days=2)
    scene.client.zadd(keys.due("prod"), {f"end:{FIRST}": 1})
    scene.work()
    found = scene.world.store.lease(FIRST)
    assert found is not None
    assert found.state is LeaseState.ENDED
