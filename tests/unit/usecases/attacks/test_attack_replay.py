"""A lease that was over is written back: one approval gives it again and again."""

from dataclasses import replace
from datetime import timedelta

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.extension import MOST_CHANGES
from daypass.domain.grant import EXTENDED_BY, MAC, seal
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import KEY, a_snapshot
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR


def test_what_was_revoked_is_not_granted_again_on_the_same_approval() -> None:
    """By notifications, which writes leases and no requests: a yes of hours ago is used anew."""
    scene = Scene()
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    for _ in range(3):
        scene.work()
    over = scene.world.store.lease(FIRST)
    assert over is not None
    assert over.state is LeaseState.ENDED
    assert scene.world.clusters["prod"].objects == ()
    scene.clock.wait = timedelta(hours=5)
    now = scene.clock.now()
    scene.client.set(keys.alive("timekeeper"), f"{now.timestamp() * 1e6:.0f}")
    scene.world.store.keep_seen(a_snapshot(taken_at=now))
    again = replace(
        over,
        state=LeaseState.GRANTING,
        approved_at=now,
        attempt=None,
        granted_at=None,
        ends_at=None,
        cause=None,
        ended_at=None,
    )
    scene.client.set(keys.lease(FIRST), encode(again))
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.PROVISION}:{FIRST}": 1})
    scene.work()
    assert scene.world.clusters["prod"].objects == ()


def test_one_yes_to_more_time_gives_it_once_whatever_the_lease_says_of_it() -> None:
    """By notifications: it erases that the yes was used, and wants it again."""
    scene = Scene()
    asked = extend(Extend(actor=ALICE, target=FIRST, length=HOUR + HOUR / 2), scene.world.ask)
    assert asked.request is not None
    decide(Decide(actor=BOB, target=asked.request.id, yes=True), scene.world.ask)
    scene.work()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.ends_at is not None
    same = replace(
        lease.extensions[-1],
        until=lease.ends_at + lease.extensions[-1].length,
        asked_at=scene.clock.now(),
        done_at=None,
    )
    scene.client.set(keys.lease(FIRST), encode(replace(lease, extensions=(same,))))
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.ADJUST}:{FIRST}": 1})
    scene.work()
    (found,) = scene.world.clusters["prod"].objects
    assert found.expires_at == lease.ends_at
    assert found.extended_by == (asked.request.id,)


def test_an_object_that_as_many_yes_moved_as_any_lease_may_is_moved_no_more() -> None:
    """The lease's own count is the store's; what is on the object is bounded as well."""
    scene = Scene()
    (found,) = scene.world.clusters["prod"].objects
    used = " ".join(f"{n:012}" for n in range(MOST_CHANGES))
    worn = replace(found, annotations={**found.annotations, EXTENDED_BY: used})
    mac = seal(worn, cluster="prod", key=KEY)
    scene.world.clusters["prod"].annotate(found, {EXTENDED_BY: used, MAC: mac})
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR / 2), scene.world.ask)
    scene.work()
    stored = scene.world.store.lease(FIRST)
    assert stored is not None
    assert stored.extensions[-1].refused == f"its end was moved {MOST_CHANGES} times"
