"""The fuse: nobody is granted more leases on one cluster within a minute than the rules say."""

from dataclasses import replace
from datetime import timedelta

from daypass.domain import reasons as no
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import PROVISION_DEADLINE, LeaseState
from daypass.domain.request import RequestState
from tests.builders import World, a_snapshot, a_world, unbounded
from tests.unit.usecases.scenes import (
    CAROL,
    FIRST,
    actions,
    approve,
    ask,
    lease_of,
    let_go,
    pass_time,
    refusal,
    try_once,
    work,
)

THIRD = LeaseId("000000000003-1")
MOST = 30
OPEN = (RequestState.PENDING, RequestState.APPROVED)
ALICE = "alice@example.com"


def fused(world: World, most: int) -> World:
    """Return the same world, of which the rules give so many leases a minute."""
    return replace(world, catalog=replace(world.catalog, grants_per_minute=most))


def begun(world: World, cluster: str = "dev") -> tuple[LeaseId, ...]:
    """Return what was counted of alice."""
    return world.store.tally(cluster, ALICE).leases


def loop(world: World, times: int) -> list[RequestId]:
    """Let alice have something and give it back, as often as that."""
    made = []
    for _ in range(times):
        made.append(ask(world, cluster="dev", reason="").request.id)
        work(world, "dev")
        let_go(world, made[-1])
        work(world, "dev")
    return made


def test_submit_refuses_a_loop_until_the_minute_is_over() -> None:
    """What was given back counts: each grant was one. Others and other clusters are free."""
    world = fused(a_world(), MOST)
    loop(world, MOST)
    reason = refusal(lambda: ask(world, cluster="dev", reason=""))
    assert reason == no.TooOften(cluster="dev", most=MOST)
    assert ask(world, cluster="dev", actor=CAROL).request.state in OPEN
    assert ask(world).request.state in OPEN
    world.clock.advance(timedelta(minutes=1))
    world.heartbeats.beat("timekeeper")
    assert ask(world, cluster="dev", reason="").request.state in OPEN


def test_the_fuse_is_told_once_when_it_blows() -> None:
    """The event is in the same move as the attempt, so a metric and an alert see it."""
    world = fused(a_world(), 3)
    *_, last = loop(world, 3)
    (event,) = [one for one in world.store.events if one.action == "fuse.blown"]
    assert event.subject == f"{last}-1"
    assert event.cluster == "dev"
    assert dict(event.facts) == {"holder": "alice@example.com", "most": "3"}


def test_provision_waits_with_what_is_too_often_and_says_so() -> None:
    """What was approved is not lost: it is granted when the minute is over, if that is in time."""
    world = fused(a_world(), 2)
    for level in ("debug", "nodes", "platform-admins"):
        approve(replace(world, catalog=unbounded(world.catalog)), level)
    work(world)
    assert lease_of(world, THIRD).state is LeaseState.GRANTING
    assert "2 leases within a minute are the most" in lease_of(world, THIRD).why
    assert actions(world, THIRD).count("lease.delayed") == 1
    pass_time(world, 70)
    assert lease_of(world, THIRD).state is LeaseState.ACTIVE
    assert actions(world, THIRD).count("lease.delayed") == 1


def test_a_try_that_is_made_again_counts_once() -> None:
    """A cluster that fails for a while blows nobody's fuse."""
    world = fused(a_world(), 1)
    approve(world)
    world.clusters["prod"].hold_reviews()
    try_once(world)
    assert (lease_of(world).attempt, lease_of(world).tries) == (None, 1)
    world.clusters["prod"].release_reviews()
    pass_time(world, 15)
    assert (lease_of(world).state, lease_of(world).tries) == (LeaseState.ACTIVE, 2)
    assert begun(world, "prod") == (FIRST,)
    assert actions(world, FIRST).count("fuse.blown") == 1


def test_tally_has_no_more_than_what_may_be_held_and_what_is_of_late() -> None:
    """However long a person asks."""
    world = a_world()
    loop(world, 3)
    held = ask(world, cluster="dev").leases[0]
    work(world, "dev")
    assert len(begun(world)) == 4
    world.clock.advance(PROVISION_DEADLINE)
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot("dev", taken_at=world.clock.now()))
    later = ask(world, "open", cluster="dev", namespaces=("team-a",)).leases[0]
    work(world, "dev")
    assert begun(world) == (held.id, later.id)
