"""What a lease counts as while the configuration, or a word in the store, says otherwise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.catalog import Catalog
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.rbac.rules import PolicyRule
from daypass.domain.roles import RoleRef
from daypass.ports import Change
from tests.builders import NOON, World, a_catalog, a_snapshot, a_world
from tests.unit.usecases.incident.test_offboard import look
from tests.unit.usecases.scenes import (
    HOUR,
    Failing,
    approve,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    under,
    work,
)

AGAIN = LeaseId("000000000002-1")
READ = NOON + timedelta(seconds=1)


def same(world: World) -> World:
    """Change nothing."""
    return world


def named_otherwise(world: World) -> World:
    """Restart with another username for alice on prod."""
    prod = replace(world.catalog.clusters["prod"], username="{local}")
    clusters = {**world.catalog.clusters, "prod": prod}
    return replace(world, catalog=replace(world.catalog, clusters=clusters, version="v2"))


def half_an_hour(world: World) -> None:
    """Let half an hour pass, timekeeper and cluster seen."""
    world.clock.advance(HOUR / 2)
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))


@pytest.mark.parametrize("tried", [same, named_otherwise])
def test_what_is_off_the_cluster_keeps_no_place(tried: Callable[[World], World]) -> None:
    """By nobody: another username is tried, the lease ends meanwhile, and the first is back."""
    world = a_world()
    grant(world)
    meanwhile = tried(world)
    let_go(meanwhile)
    work(meanwhile)
    assert lease_of(world).state is LeaseState.ENDED
    assert names(world) == []
    half_an_hour(world)
    approve(world)
    work(world)
    assert lease_of(world, AGAIN).state is LeaseState.ACTIVE


def test_what_never_came_to_be_under_another_name_keeps_no_place() -> None:
    """By nobody: it was begun, never proven, and given up under another username."""
    world = a_world()
    approve(world)
    prod = world.clusters["prod"]
    prod.down = True
    work(world)
    prod.down = False
    pass_time(named_otherwise(world), 150)
    assert lease_of(world).cause is EndCause.FAILED
    half_an_hour(world)
    approve(world)
    work(world)
    assert lease_of(world, AGAIN).state is LeaseState.ACTIVE


def given_otherwise(world: World) -> Catalog:
    """Let alice have a role anyway, and her level give that role since."""
    other = RoleRef(name="other")
    prod = world.clusters["prod"]
    prod.roles["ClusterRole/other"] = (PolicyRule(verbs=("get",), resources=("configmaps",)),)
    (ours,) = prod.objects
    hers = replace(ours.ref, name="hers", uid="")
    prod.put(replace(ours, ref=hers, role=other, labels={}, annotations={}))
    levels = tuple(
        replace(one, role=other) if one.name == "debug" else one for one in world.catalog.levels
    )
    return replace(world.catalog, levels=levels, version="v2")


def test_still_names_only_what_allows_what_the_lease_gave() -> None:
    """By nobody: the level gives another role since, which alice has anyway."""
    world = a_world()
    grant(world)
    later = given_otherwise(world)
    let_go(world)
    work(world, ports=under(world, later))
    lease = lease_of(world)
    assert lease.state is LeaseState.ENDED
    assert lease.still == "", f"it gave {lease.proof}"


def said_to_be_approved(at: timedelta) -> World:
    """Return a world where alice's lease says of its approval, at NOON, that it was then."""
    world = a_world()
    grant(world)
    moved = replace(lease_of(world), approved_at=NOON + at)
    world.store.commit(Change(move=world.ids.move(), leases=(moved,)))
    return world


def test_whom_no_rule_lets_ask_loses_it_whatever_the_lease_says_of_its_approval() -> None:
    """By the bot or notifications: a later moment makes it rest on newer rules."""
    world = said_to_be_approved(timedelta(seconds=2))
    assert look(world, catalog=a_catalog(version="v2", workflows=()), read_at=READ) != ()


def test_where_the_tally_is_damaged_the_lease_is_believed() -> None:
    """By nobody: what was begun when is not known, and doubt ends nothing."""
    world = said_to_be_approved(timedelta(seconds=2))
    store: Any = Failing(world.store, "tally", UnreadableError("a tally"), lambda _: True)
    later = a_catalog(version="v2", workflows=())
    assert look(world, catalog=later, read_at=READ, store=store) == ()
