"""What we created goes although its labels went before its uid was in the store (laws 1, 3).

Whoever may write bindings in a namespace, and may bind its role there, changes them where there is
no guard: an owner of the namespace, or the holder of `admin` in it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, REQUESTER
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.grants.provision import provision
from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.builders import World, a_world
from tests.property.crashing import Crash
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import (
    Meanwhile,
    approve,
    claim,
    lease_of,
    let_go,
    names,
    ours,
    pass_time,
    try_once,
    with_cluster,
)

Labels = Mapping[str, str | None]
NONE: Labels = {MANAGED_BY: None, LEASE: None}
OTHER: Labels = {INSTALL: "other"}
LABELS = pytest.mark.parametrize("labels", [OTHER, NONE], ids=["other install", "none"])


def relabel(world: World, labels: Labels, **changed: Any) -> None:
    """Give what was created other labels, and what else is changed; its uid stays."""
    found = ours(world)
    there = {name: value for name, value in {**found.labels, **labels}.items() if value}
    changed = {"labels": there, "revision": "1000", **changed}
    key = found.ref.kind, found.ref.namespace, found.ref.name
    world.clusters["prod"]._objects[key] = replace(found, **changed)


@LABELS
def test_what_an_undone_attempt_made_goes_whatever_its_labels_are(labels: Labels) -> None:
    """The proof does not come (a Role changed, a server behind): the attempt is undone."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.hold_reviews()
    relabelled = Meanwhile(cluster, "reviews", lambda: relabel(world, labels))
    try_once(world, with_cluster(world.grants(), relabelled))
    assert names(world) == []
    cluster.release_reviews()
    pass_time(world, 3 * 3600, step=60)
    assert (names(world), lease_of(world).state) == ([], LeaseState.ENDED)


def test_what_an_undone_attempt_made_is_known_by_the_uid_that_its_create_returned() -> None:
    """Where its annotations are changed, too, nothing but the uid tells that it is ours."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]

    def alter() -> None:
        told = {**ours(world).annotations, REQUESTER: "mallory@example.com"}
        relabel(world, NONE, annotations=told)

    cluster.hold_reviews()
    try_once(world, with_cluster(world.grants(), Meanwhile(cluster, "reviews", alter)))
    assert names(world) == []


def test_an_attempt_whose_object_is_held_is_not_undone_although_no_label_says_so() -> None:
    """It may give its role still: the attempt goes on, and ends by its row."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]

    def hold() -> None:
        relabel(world, NONE, finalizers=("example.com/mine",))

    cluster.hold_reviews()
    try_once(world, with_cluster(world.grants(), Meanwhile(cluster, "reviews", hold)))
    assert names(world) != []
    assert lease_of(world).attempt is not None


@LABELS
def test_what_a_killed_worker_made_goes_whatever_its_labels_are(labels: Labels) -> None:
    """Killed between the create and its record; the holder gives the lease back."""
    world = a_world()
    approve(world)

    def die() -> None:
        relabel(world, labels)
        raise Crash

    dying = Meanwhile(world.clusters["prod"], "reviews", die)
    with suppress(Crash):
        provision(claim(world, PromiseKind.PROVISION), with_cluster(world.grants(), dying))
    world.clock.advance(timedelta(seconds=1))
    let_go(world)
    pass_time(world, 3600, step=30)
    assert (names(world), lease_of(world).state) == ([], LeaseState.ENDED)


def test_what_a_store_forgot_goes_although_it_was_given_to_another_install() -> None:
    """Redis is emptied: nobody knows its uid any more, and its MAC says that it is ours."""
    scene = Scene()
    reconcile_unasked(scene.world.grants())
    relabel(scene.world, OTHER)
    scene.client.flushall()
    for hours in range(3):
        scene.clock.wait = timedelta(hours=hours)
        reconcile_unasked(scene.world.grants())
        scene.work()
    assert scene.world.clusters["prod"].objects == ()
