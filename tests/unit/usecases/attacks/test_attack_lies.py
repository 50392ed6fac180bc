"""What the grants worker believes of a lease or a list that the bot, or anybody, wrote."""

from dataclasses import replace
from typing import Any, cast

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.grant import APPROVERS
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.suspicion import Suspicion
from daypass.ports import PromiseKind
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.grants.remove import objects_of
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from tests.builders import NOON, a_catalog, a_person, a_workflow
from tests.unit.usecases.attacks.lagging import Lagging
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, FIRST, approve, ask, with_cluster

CAROL = a_person("carol")


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


@pytest.mark.parametrize(
    "fields",
    [{"level": "nodes"}, {"holder": CAROL}],
    ids=["level", "holder"],
)
def test_what_says_another_holder_or_level_than_its_object_ends(fields: dict[str, Any]) -> None:
    """By the bot: an offboarding and whoever revokes all of a person go by what it says."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    scene.client.set(keys.lease(FIRST), encode(replace(lease, **fields)))
    scene.client.srem(keys.live_of(ALICE), FIRST)
    found = reconcile_unasked(scene.world.grants())
    assert [one.why for one in found.removed] == [Suspicion.AT_ODDS]
    assert scene.world.clusters["prod"].objects == ()
    reconcile_unasked(scene.world.grants())
    scene.work()
    stored = scene.world.store.lease(FIRST)
    assert stored is not None
    assert stored.state is LeaseState.ENDED


@pytest.mark.parametrize("where", [frozenset(), frozenset({"nowhere"})], ids=["thaw", "narrower"])
def test_a_freeze_is_not_narrowed_by_a_word_of_the_same_moment(where: frozenset[str]) -> None:
    """By the bot: it takes a later thaw, and that is seen."""
    scene = Scene()
    freeze(FreezeGrants(actor="admin", by="admin"), scene.trail)
    reconcile_unasked(scene.world.grants())
    word = scene.world.store.freeze()
    assert word is not None
    narrow = replace(word, everywhere=False, clusters=where)
    scene.client.set(keys.FREEZE, encode(narrow))
    reconcile_unasked(scene.world.grants())
    held = scene.world.store.freeze()
    assert held is not None
    assert held.everywhere


def test_of_two_freezes_of_one_moment_both_hold() -> None:
    """What one says of one cluster and the other of another."""
    scene = Scene()
    freeze(FreezeGrants(actor="admin", by="admin", clusters=("prod",)), scene.trail)
    reconcile_unasked(scene.world.grants())
    word = scene.world.store.freeze()
    assert word is not None
    scene.client.set(keys.FREEZE, encode(replace(word, clusters=frozenset({"dev"}))))
    reconcile_unasked(scene.world.grants())
    held = scene.world.store.freeze()
    assert held is not None
    assert held.clusters == {"prod", "dev"}


@pytest.mark.parametrize("what", ["nothing", "names", "proof", "names and proof", "all"])
def test_over_is_said_when_no_review_names_an_object_of_ours(what: str) -> None:
    """By the bot (law 4): what is asked and what is ours does not follow from the lease alone."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    over = replace(lease, state=LeaseState.REVOKING, cause=EndCause.REVOKED)
    if "names" in what:
        assert lease.attempt is not None
        over = replace(over, attempt=replace(lease.attempt, objects=()))
    if "proof" in what:
        over = replace(over, proof=())
    if what == "all":
        over = replace(over, attempt=None, proof=(), granted_at=None, level="nodes", ends_at=None)
    scene.client.set(keys.lease(FIRST), encode(over))
    for _ in range(3):
        scene.client.zadd(keys.due("prod"), {f"{PromiseKind.END}:{FIRST}": 1})
        scene.work(with_cluster(scene.world.grants(), Lagging(scene.world.clusters["prod"])))
    stored = scene.world.store.lease(FIRST)
    assert stored is not None
    assert stored.state is LeaseState.REVOKING, stored.still
    assert scene.world.clusters["prod"].objects == ()


@pytest.mark.parametrize(
    "fields",
    [{"ends_at": NOON}, {"state": LeaseState.ENDED}, {"state": LeaseState.REVOKING}],
    ids=["past its end", "ended", "revoking"],
)
def test_what_was_said_to_be_over_for_a_moment_keeps_its_place(fields: dict[str, Any]) -> None:
    """By the bot, which writes the lease back as it was: one of a level and place at one time."""
    scene = Scene(a_catalog(workflows=(a_workflow(steps=(), channel=""),)), granted=False)
    ask(scene.world)
    scene.work()
    before = scene.client.get(keys.lease(FIRST))
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    scene.client.set(keys.lease(FIRST), encode(replace(lease, **fields)))
    second = ask(scene.world).request.lease_ids[0]
    scene.work()
    scene.client.set(keys.lease(FIRST), cast("bytes", before))
    for _ in range(3):
        reconcile_unasked(scene.world.grants())
        scene.client.zadd(keys.due("prod"), {f"{PromiseKind.PROVISION}:{second}": 1})
        scene.work()
    assert [one.lease for one in scene.world.clusters["prod"].objects] == [FIRST]
    stored = scene.world.store.lease(second)
    assert stored is not None
    assert stored.cause is EndCause.FAILED
