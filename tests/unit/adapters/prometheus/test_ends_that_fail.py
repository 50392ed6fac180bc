"""An end that is tried again and again is late, whatever its row in the agenda says."""

from datetime import timedelta

from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.state import State
from daypass.ports import PromiseKind
from daypass.usecases.shared.unended import TRIED_WITHIN
from tests.builders import World, a_world
from tests.unit.usecases.scenes import claim, grant, let_go, pass_time, work

MINUTE = 60
HOUR = 3600
DAY = timedelta(days=1)


def state_of(world: World) -> CollectorRegistry:
    """Return the gauges of a world, as one timekeeper goes on serving them."""
    registry = CollectorRegistry()
    registry.register(State(world.ledger, dict))
    return registry


def waited(state: CollectorRegistry, cluster: str = "prod") -> float:
    """Return what the alert DaypassEndsOverdue looks at."""
    found = state.get_sample_value("daypass_oldest_overdue_seconds", {"set": cluster})
    assert found is not None
    return found


def test_an_end_that_the_cluster_refuses_to_make_is_overdue_since_the_end_of_its_lease() -> None:
    """Each try puts its row off by seconds: by rows alone nobody would hear of it, ever (law 3)."""
    world = a_world()
    lease = grant(world)
    world.clusters["prod"].sticky = True
    assert lease.ends_at is not None
    pass_time(world, (lease.ends_at - world.clock.now()).total_seconds() + 2 * MINUTE, step=20)
    state = state_of(world)
    assert waited(state) == (world.clock.now() - lease.ends_at).total_seconds() > MINUTE
    assert waited(state, "dev") == 0
    world.clusters["prod"].sticky = False
    pass_time(world, 10)
    assert waited(state) == 0


def test_an_end_that_is_claimed_again_and_again_and_never_made_is_overdue() -> None:
    """A worker that dies of it gives its row another moment each time it begins."""
    world = a_world()
    lease = grant(world)
    assert lease.ends_at is not None
    world.clock.advance(lease.ends_at - world.clock.now())
    state = state_of(world)
    for _ in range(20):
        claim(world, PromiseKind.END)
        world.clock.advance(timedelta(seconds=8))
    claim(world, PromiseKind.END)
    assert waited(state) == 160


def test_an_early_end_that_fails_is_overdue_since_it_was_first_seen() -> None:
    """Nothing says when a lease was released or revoked; its own end may be hours away."""
    world = a_world()
    grant(world)
    world.clusters["prod"].sticky = True
    state = state_of(world)
    let_go(world)
    work(world)
    assert waited(state) == 0
    pass_time(world, 2 * MINUTE, step=20)
    assert waited(state) == 2 * MINUTE


def test_an_early_end_that_was_first_seen_while_time_was_ahead_waits_since_it_is_back() -> None:
    """Else nobody hears of it for as long as time was ahead."""
    world = a_world()
    grant(world)
    world.clusters["prod"].sticky = True
    let_go(world)
    work(world)
    state = state_of(world)
    world.clock.set(world.clock.now() + DAY)
    waited(state)
    world.clock.set(world.clock.now() - DAY)
    assert waited(state) == 0
    pass_time(world, 2 * MINUTE, step=20)
    assert waited(state) == 2 * MINUTE


def test_a_lease_that_goes_on_is_not_overdue_although_its_row_is_near() -> None:
    """Anybody may write a row, and a lease is over when it says so."""
    world = a_world()
    lease = grant(world)
    assert lease.ends_at is not None
    world.clock.advance(lease.ends_at - world.clock.now() - TRIED_WITHIN / 2)
    assert waited(state_of(world)) == 0
