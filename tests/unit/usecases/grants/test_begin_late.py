"""What was judged together is created at once or judged anew: meanwhile much may be otherwise."""

from datetime import timedelta
from typing import Any, cast

from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState
from daypass.domain.rbac import PolicyRule
from daypass.ports import Claim
from daypass.usecases.grants.begin import Begun
from daypass.usecases.grants.provision import begin_together, provision
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants, freeze, thaw
from tests.builders import World, a_world
from tests.unit.usecases.grants.test_begin import LEASES, states, three_wait
from tests.unit.usecases.scenes import lease_of, names, pass_time, with_cluster

EVERYTHING = PolicyRule(verbs=("*",), resources=("*",))


def begun_and_waiting(world: World, seconds: float) -> list[tuple[Claim, Begun]]:
    """Return three grants that were begun together, and wait for a thread since then."""
    claims = three_wait(world)
    begun = begin_together(claims, world.grants())
    assert sorted(begun) == LEASES
    world.clock.advance(timedelta(seconds=seconds))
    return [(one, begun[LeaseId(one.promise.subject)]) for one in claims]


def test_role_that_is_changed_while_they_wait_is_given_to_nobody() -> None:
    """It is read at most a second before what it gives is created (ADR 25)."""
    world = a_world()
    waiting = begun_and_waiting(world, 2)
    world.clusters["prod"].roles["ClusterRole/view"] = (EVERYTHING,)
    for claim, begun in waiting:
        provision(claim, world.grants(), begun=begun)
    assert names(world) == []
    assert states(world) == [LeaseState.REVOKING] * len(LEASES)
    assert lease_of(world).why.startswith("ClusterRole/view was changed after it was approved")


def test_who_stops_grants_stops_what_waits_to_be_created() -> None:
    """It is created when grants go on, by the attempt that is stored."""
    world = a_world()
    waiting = begun_and_waiting(world, 2)
    freeze(FreezeGrants(actor="ops", by="ops"), world.ask)
    for claim, begun in waiting:
        provision(claim, world.grants(), begun=begun)
    assert names(world) == []
    thaw(ThawGrants(actor="ops"), world.ask)
    pass_time(world, 10)
    assert states(world) == [LeaseState.ACTIVE] * len(LEASES)
    assert [lease_of(world, name).tries for name in LEASES] == [1, 1, 1]


def test_what_is_created_soon_is_not_judged_twice() -> None:
    """In a burst each reads little by itself."""
    world = a_world()
    waiting = begun_and_waiting(world, 0.9)
    world.clusters["prod"].roles["ClusterRole/view"] = (EVERYTHING,)
    for claim, begun in waiting:
        provision(claim, world.grants(), begun=begun)
    assert states(world) == [LeaseState.ACTIVE] * len(LEASES)


def test_slow_server_has_no_more_judged_together_than_a_second_takes() -> None:
    """The others go alone: what was read for all would be old."""
    world = a_world()
    claims = three_wait(world)

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.clusters["prod"], name)

        def means(self, roles: list[str]) -> Any:
            world.clock.advance(timedelta(seconds=0.7))
            return world.clusters["prod"].means(roles)

    begun = begin_together(claims, with_cluster(world.grants(), cast("Any", Slow())))
    assert sorted(begun) == LEASES[:2]
