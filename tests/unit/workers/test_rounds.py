"""How much of a round is begun at once: many ends become few large batches, not many small ones."""

from collections.abc import Iterator, Sequence
from threading import Event

import pytest

from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.ports import Claim, PromiseKind
from daypass.usecases.extend import Extend, extend
from daypass.usecases.judging import TIMEKEEPER_PROCESS
from tests.builders import World, a_snapshot, a_world
from tests.unit.usecases.scenes import due, grant, with_cluster
from workers.rounds import BATCHES, Hands


class Held(MemoryCluster):
    """Answers no question about leases until it is let go."""

    def __init__(self, world: World) -> None:
        super().__init__("prod", world.clock.now)
        self.let_go = Event()

    def of_leases(self, leases: Sequence[LeaseId]) -> Sequence[GrantObject]:
        """Return what is there, later."""
        assert self.let_go.wait(10)
        return super().of_leases(leases)


@pytest.fixture
def hands() -> Iterator[Hands]:
    """Some hands."""
    some = Hands(threads=2)
    yield some
    some.close()


def one_more(world: World) -> list[Claim]:
    """Claim the end of one more lease."""
    world.clock.beat(TIMEKEEPER_PROCESS)
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))
    world.clock.advance(grant(world).duration)
    return due(world, PromiseKind.END)


def test_hands_are_full_when_every_batch_waits_for_the_cluster(hands: Hands) -> None:
    """Then nothing more is claimed: what becomes due meanwhile makes the next batch larger."""
    world = a_world()
    cluster = Held(world)
    ports = with_cluster(world.grants(), cluster)
    for _ in range(BATCHES):
        assert not hands.are_full()
        hands.take(one_more(world), ports)
    assert hands.are_full()
    cluster.let_go.set()


def test_hands_are_free_again_when_a_batch_is_done(hands: Hands) -> None:
    """A batch counts for as long as it is under way."""
    world = a_world()
    cluster = Held(world)
    ports = with_cluster(world.grants(), cluster)
    begun = [hands.take(one_more(world), ports) for _ in range(BATCHES)]
    cluster.let_go.set()
    for futures in begun:
        for future in futures:
            future.result(10)
    assert not hands.are_full()


def test_hands_see_to_every_promise_of_a_cluster(hands: Hands) -> None:
    """A kind of promise that nobody saw to would come back for ever."""
    world = a_world()
    lease = grant(world)
    extend(Extend(actor=lease.holder.id, target=lease.id), world.ask)
    (begun,) = hands.take(due(world, PromiseKind.ADJUST), world.grants())
    begun.result(10)
    longer = world.store.lease(lease.id)
    assert longer is not None
    assert longer.extensions[0].done_at is not None
