"""Time in Redis jumps ahead and back while something is approved, granted or extended."""

from datetime import timedelta

from daypass.domain.lease import EndCause, LeaseState
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import NOON, World, a_snapshot, a_world
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, approve, grant, lease_of, work

YEAR = timedelta(days=365)


def goes_on(world: World) -> None:
    """Let timekeeper and look be as fresh as they are in a system that runs."""
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))


def test_what_was_granted_while_time_was_wrong_goes_with_the_next_look() -> None:
    """One hour, given while Redis was ten years ahead: not ten years (no guard on the cluster)."""
    world = a_world()
    world.clock.set(NOON + 10 * YEAR)
    goes_on(world)
    grant(world)
    world.clock.set(NOON + timedelta(seconds=1))
    reconcile_unasked(world.grants())
    assert world.clusters["prod"].objects == ()
    reconcile_unasked(world.grants())
    assert lease_of(world).cause is EndCause.DRIFTED


def test_gives_up_what_was_approved_at_a_moment_to_come() -> None:
    """Approved while time was ten years ahead: nobody can say when its two minutes are over."""
    world = a_world()
    world.clock.set(NOON + 10 * YEAR)
    goes_on(world)
    approve(world)
    world.clock.set(NOON + timedelta(days=1))
    goes_on(world)
    reconcile_unasked(world.grants())
    work(world)
    work(world)
    lease = lease_of(world)
    assert lease.state is LeaseState.ENDED, lease
    assert lease.why == "it was approved at a moment that is still to come"


def test_gives_no_more_time_for_a_yes_of_a_moment_to_come() -> None:
    """The same of an extension, which is refused."""
    world = a_world()
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    world.clock.set(NOON + HOUR / 2)
    goes_on(world)
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    world.clock.set(NOON + timedelta(minutes=1))
    goes_on(world)
    reconcile_unasked(world.grants())
    work(world)
    assert "still to come" in lease_of(world).extensions[-1].refused
    assert lease_of(world).ends_at == NOON + HOUR
