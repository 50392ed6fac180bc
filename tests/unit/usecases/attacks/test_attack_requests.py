"""Somebody with the bot's rights damages a request: its leases end as they would have (law 10)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import a_catalog, a_person
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.attacks.test_attack_redis import look_at_alice
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, grant

CAROL, DAN = PersonId("U0CAROL"), PersonId("U0DAN")
WHOLE = FIRST.partition("-")[0]
NOBODY_MAY_ASK = a_catalog(version="v2", workflows=())


@pytest.fixture(params=["x", ""])
def scene(request: Any) -> Scene:
    """Alice's lease, and a request that cannot be read, or is not there any more."""
    made = Scene()
    key = keys.request(made.lease.request)
    if request.param:
        made.client.set(key, request.param)
    else:
        made.client.delete(key)
    return made


@pytest.mark.parametrize("target", [FIRST, WHOLE, ""])
def test_its_holder_releases_a_lease_of_a_damaged_request(scene: Scene, target: str) -> None:
    """By its name, by its request's, and as the only one."""
    (lease,) = release(Release(actor=ALICE, target=target), scene.world.ask)
    assert (lease.id, lease.cause) == (FIRST, EndCause.RELEASED)


def test_its_holder_releases_a_lease_whose_request_says_another() -> None:
    """By the bot: whom a lease is for its object says, and what the request says gives nothing."""
    scene = Scene()
    request = scene.world.store.request(scene.lease.request)
    assert request is not None
    other = replace(request, ask=replace(request.ask, requester=a_person("carol")))
    scene.client.set(keys.request(request.id), encode(other))
    (lease,) = release(Release(actor=ALICE, target=FIRST), scene.world.ask)
    assert lease.cause is EndCause.RELEASED


@pytest.mark.parametrize("target", [FIRST, WHOLE])
@pytest.mark.parametrize("who", [BOB, DAN])
def test_approvers_and_administrators_revoke_a_lease_of_a_damaged_request(
    scene: Scene, who: PersonId, target: str
) -> None:
    """Approvers are those of the workflow that would decide now."""
    (lease,) = end(End(actor=who, target=target), scene.world.ask)
    assert (lease.id, lease.cause) == (FIRST, EndCause.REVOKED)


def test_nobody_else_ends_a_lease_of_a_damaged_request(scene: Scene) -> None:
    """Carol approves nothing there, and does not hold it."""
    with pytest.raises(RefusedError, match="You may not revoke"):
        end(End(actor=CAROL, target=FIRST), scene.world.ask)
    with pytest.raises(RefusedError, match="You may not release"):
        release(Release(actor=CAROL, target=FIRST), scene.world.ask)


def test_its_holder_shortens_a_lease_of_a_damaged_request(scene: Scene) -> None:
    """Less time is an end, too."""
    less = timedelta(minutes=5)
    lease = shorten(Shorten(actor=ALICE, target=FIRST, length=less), scene.world.ask)
    assert scene.lease.ends_at is not None
    assert lease.ends_at == scene.lease.ends_at - less


def test_whom_no_rule_lets_ask_loses_all_beside_a_damaged_request(scene: Scene) -> None:
    """It says nothing of newer rules, and keeps nobody from being offboarded."""
    other = grant(scene.world, "nodes")
    read_at = scene.clock.now() - timedelta(days=1)
    assert look_at_alice(scene, catalog=NOBODY_MAY_ASK, read_at=read_at) == ()  # Says the tally.
    scene.client.delete(keys.tally("prod", "alice@example.com"))
    ended = look_at_alice(scene, catalog=NOBODY_MAY_ASK, read_at=read_at)
    assert {one.id for one in ended} >= {FIRST}
    read_at = scene.clock.now() + timedelta(seconds=1)
    ended = (*ended, *look_at_alice(scene, catalog=NOBODY_MAY_ASK, read_at=read_at))
    assert {one.id for one in ended} == {FIRST, other.id}
