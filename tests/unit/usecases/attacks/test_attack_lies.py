"""What the grants worker believes of a lease or a list that the bot, or anybody, wrote."""

from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.grant import APPROVERS
from daypass.domain.lease import LeaseState
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.grants.remove import objects_of
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import FIRST, approve


def granting(scene: Scene, **fields: Any) -> None:
    """Let bob approve what alice asks for, and the bot write something else into the lease."""
    (name,) = approve(scene.world).lease_ids
    lease = scene.world.store.lease(name)
    assert lease is not None
    scene.client.set(keys.lease(name), encode(replace(lease, **fields)))
    scene.work()


def test_an_object_names_those_who_approved() -> None:
    """By the bot: the annotation, under our MAC, says who said yes."""
    scene = Scene(granted=False)
    granting(scene, approvers=("ceo@example.com",))
    said = [one.annotations[APPROVERS] for one in scene.world.clusters["prod"].objects]
    assert said in ([], ["bob@example.com"])


def test_what_is_created_has_a_name_that_its_end_knows() -> None:
    """By the bot: after 99,999 tries a name is none of ours, to whoever deletes by name."""
    scene = Scene(granted=False)
    granting(scene, tries=1_000_000)
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert len(objects_of(lease)) == len(scene.world.clusters["prod"].objects)


@pytest.mark.parametrize("what", ["attempt", "objects"])
def test_a_lease_that_runs_without_objects_has_drifted(what: str) -> None:
    """By the bot: the look removes the object, and the lease is “Granted” until its end."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.attempt is not None
    none = None if what == "attempt" else replace(lease.attempt, objects=())
    scene.client.set(keys.lease(FIRST), encode(replace(lease, attempt=none)))
    for _ in range(3):
        reconcile_unasked(scene.world.grants())
        scene.work()
    assert scene.world.clusters["prod"].objects == ()
    stored = scene.world.store.lease(FIRST)
    assert stored is not None
    assert stored.state is LeaseState.ENDED
