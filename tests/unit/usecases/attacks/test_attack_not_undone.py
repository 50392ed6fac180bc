"""An object of a grant that failed, given away while its namespace keeps it (laws 1 and 4).

By whoever may write in one namespace of two, whose webhook refuses deletions, on a cluster without
the guard: no worker has to die.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import INSTALL
from daypass.domain.lease import LeaseState
from daypass.usecases.requests.release import Release, release
from tests.builders import World, a_catalog, a_level, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    Failing,
    Meanwhile,
    approve,
    lease_of,
    names,
    pass_time,
    try_once,
    with_cluster,
)

KEPT = PermanentOutsideError("their webhook keeps it")
FAILED = [
    PermanentOutsideError("no"),
    TemporaryOutsideError("not now"),
    TemporaryOutsideError("perhaps", unknown=True),
]


def half_granted(failed: OutsideError) -> World:
    """Return a world in which the second of two creates failed, and the first was kept."""
    world = a_world(a_catalog(levels=(a_level(namespaces=("payments", "team-a")),)))
    approve(world)
    half = Failing(
        world.clusters["prod"], "create", failed, lambda one: one.ref.namespace == "team-a"
    )
    kept = Failing(half, "delete", KEPT, lambda _: True)
    try_once(world, with_cluster(world.grants(), kept))
    return world


def released() -> World:
    """Return a world in which it was given back while it was being proven, and was kept."""
    world = a_world(a_catalog(levels=(a_level(namespaces=("payments",)),)))
    approve(world)
    kept = Failing(world.clusters["prod"], "delete", KEPT, lambda _: True)
    lost = Meanwhile(
        kept, "reviews", lambda: release(Release(actor=ALICE, target=FIRST), world.ask)
    )
    try_once(world, with_cluster(world.grants(), lost))
    return world


def given_away(world: World) -> None:
    """Let its namespace give it to another install, and time pass."""
    prod = world.clusters["prod"]
    ((key, ours),) = prod._objects.items()
    theirs = {**ours.labels, INSTALL: "theirs"}
    prod._objects[key] = replace(ours, labels=theirs, annotations={})
    pass_time(world, timedelta(minutes=4).total_seconds(), step=5)


@pytest.mark.parametrize("failed", FAILED, ids=["for good", "for now", "perhaps"])
def test_what_was_given_away_meanwhile_is_known_by_its_uid(failed: OutsideError) -> None:
    """It was said to be over, and still allowed by that very object, for ever."""
    world = half_granted(failed)
    given_away(world)
    assert (lease_of(world).state, lease_of(world).still) == (LeaseState.ENDED, "")
    assert names(world) == []


def test_so_it_is_where_its_holder_gave_it_back_meanwhile() -> None:
    """Whoever creates it is the only one to know its uid."""
    world = released()
    given_away(world)
    assert (lease_of(world).state, lease_of(world).still) == (LeaseState.ENDED, "")
    assert names(world) == []
