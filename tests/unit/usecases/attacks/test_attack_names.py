"""Leases whose names are none of their request's, written by the bot."""

import signal
from dataclasses import replace
from types import FrameType

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.ids import LeaseId
from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import approve


class TooLongError(Exception):
    """It does not come to an end."""


def _too_long(_: int, __: FrameType | None) -> None:
    raise TooLongError


@pytest.fixture
def briefly() -> None:
    """Give up after a second; what this is about takes memory for ever."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(1)


def named(scene: Scene, suffix: str) -> LeaseId:
    """Let bob approve what alice asks for, and the bot call its lease otherwise."""
    (first,) = approve(scene.world).lease_ids
    lease = scene.world.store.lease(first)
    assert lease is not None
    odd = LeaseId(f"{lease.request}-{suffix}")
    scene.client.set(keys.lease(odd), encode(replace(lease, id=odd)))
    scene.client.sadd(keys.by_cluster("prod"), odd)
    scene.client.zrem(keys.due("prod"), f"provision:{first}")
    scene.client.zadd(keys.due("prod"), {f"provision:{odd}": 1})
    return odd


@pytest.mark.parametrize("suffix", ["x", "0", "1000000000", "01"])
def test_nothing_is_granted_under_a_name_that_is_none_of_its_request_s(suffix: str) -> None:
    """The grants worker holds a lease's name against its request."""
    scene = Scene(granted=False)
    named(scene, suffix)
    scene.work()
    assert scene.world.clusters["prod"].objects == ()


@pytest.mark.usefixtures("briefly")
def test_restore_mode_ends_beside_a_lease_of_an_odd_name() -> None:
    """The bot names it, and Redis is lost later: the look never ends and takes all memory."""
    scene = Scene(granted=False)
    odd = named(scene, "x")
    scene.work()
    reconcile_unasked(scene.world.grants())
    scene.client.delete(keys.lease(odd), keys.request(odd.partition("-")[0]))
    scene.client.xtrim(keys.AUDIT, maxlen=0, approximate=False)
    try:
        for _ in range(3):
            reconcile_unasked(scene.world.grants())
    finally:
        signal.alarm(0)
    epoch = scene.world.store.epoch()
    assert epoch is not None
    assert "prod" not in epoch.unproven
