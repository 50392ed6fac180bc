"""A lease that runs is written back to what it was before it was granted, to be granted anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.grant import fix_attempt
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import a_snapshot
from tests.rules import the_level
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import BOB, FIRST, HOUR

Back = Callable[[Scene, Lease], Lease]


def unbegun(_: Scene, lease: Lease) -> Lease:
    """Have it wait for its first attempt."""
    return replace(lease, attempt=None, ends_at=None, tries=0)


def undone(_: Scene, lease: Lease) -> Lease:
    """Have its first attempt undone."""
    return replace(lease, attempt=None, ends_at=None)


def begun_now(scene: Scene, lease: Lease) -> Lease:
    """Have a second attempt under way since now."""
    return begun(scene, lease, scene.clock.now())


def begun_then(scene: Scene, lease: Lease) -> Lease:
    """Have a second attempt under way since the first."""
    assert lease.began_at is not None
    return begun(scene, lease, lease.began_at)


def begun_first(_: Scene, lease: Lease) -> Lease:
    """Have the first under way still."""
    return lease


def begun(scene: Scene, lease: Lease, at: datetime) -> Lease:
    """Have a second attempt under way since then."""
    level, first = the_level(lease.level, scene.world.grants().catalog), scene.lease.attempt
    assert first is not None
    assert first.free_until is not None
    allowance = first.free_until - first.expires_at
    return undone(scene, lease).starting(fix_attempt(lease, level, at, allowance=allowance))


def later(scene: Scene, seconds: float) -> None:
    """Let time pass, timekeeper and cluster seen."""
    scene.clock.wait = timedelta(seconds=seconds)
    now = scene.clock.now()
    scene.client.set(keys.alive("timekeeper"), f"{now.timestamp() * 1e6:.0f}")
    scene.world.store.keep_seen(a_snapshot(taken_at=now))


def write(scene: Scene, lease: Lease, *kinds: PromiseKind) -> None:
    """Be the notifications worker: write that, and have it seen to."""
    scene.client.set(keys.lease(FIRST), encode(lease))
    scene.client.zadd(keys.due("prod"), {f"{kind}:{FIRST}": 1 for kind in kinds})
    scene.work()


def write_back(scene: Scene, before: Lease, back: Back) -> None:
    """Have it waiting to be granted, as it was approved."""
    waiting = replace(before, state=LeaseState.GRANTING, granted_at=None, cuts=(), proof=())
    write(scene, back(scene, waiting), PromiseKind.PROVISION)


def latest(scene: Scene) -> datetime | None:
    """Return until when anything of it is on the cluster."""
    reconcile_unasked(scene.world.grants())
    ends = [one.expires_at for one in scene.world.clusters["prod"].objects]
    return max((end for end in ends if end is not None), default=None)


@pytest.mark.parametrize("back", [unbegun, undone, begun_now, begun_then])
@pytest.mark.parametrize("gone", [False, True])
def test_it_does_not_last_longer_than_it_was_granted_for(back: Back, *, gone: bool) -> None:
    """By notifications, within the two minutes after the last yes."""
    scene = Scene()
    before = scene.lease
    later(scene, 100)
    if gone:
        take_off(scene, before)
    write_back(scene, before, back)
    end = latest(scene)
    assert before.ends_at is not None
    assert end is None or end <= before.ends_at


@pytest.mark.parametrize("back", [unbegun, undone, begun_now, begun_then, begun_first])
@pytest.mark.parametrize("gone", [False, True])
def test_what_was_taken_off_it_is_not_given_back(back: Back, *, gone: bool) -> None:
    """By notifications: its object has followed already."""
    scene = Scene()
    before = scene.lease
    shorten(Shorten(actor=BOB, target=FIRST, length=HOUR / 2), scene.world.ask)
    scene.work()
    end = scene.world.clusters["prod"].objects[0].expires_at
    later(scene, 20)
    if gone:
        take_off(scene, before)
    write_back(scene, before, back)
    now = latest(scene)
    assert end is not None
    assert now is None or now <= end


def take_off(scene: Scene, lease: Lease) -> None:
    """Be the notifications worker: write that it is over, and have what is there removed."""
    over = replace(
        lease, state=LeaseState.ENDED, cause=EndCause.RELEASED, ended_at=scene.clock.now()
    )
    write(scene, over, PromiseKind.RECHECK)
    assert not scene.world.clusters["prod"].objects
