"""A proof waits as long as the cluster just lagged behind its writes, and not at all at rest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.domain.review import Question
from daypass.ports import GrantPorts, PromiseKind
from daypass.ports.lag import LESS, MOST, STALE, Lag
from daypass.usecases.grants.provision import provision
from tests.builders import World, a_world
from tests.unit.usecases.scenes import CAROL, DAN, approve, due, with_cluster

BEHIND = timedelta(milliseconds=20)
"""How far the cluster of these tests is behind."""


class Behind:
    """A cluster whose word on what was created is true a while later."""

    def __init__(self, world: World) -> None:
        self._world, self._inner = world, world.clusters["prod"]
        self._written = 0.0
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create(self, planned: Any) -> Any:
        """Create, and note when."""
        self._written = self._world.clock.ticks()
        return self._inner.create(planned)

    def reviews(self, question: Question) -> Any:
        """Say no for as long as it is behind."""
        self.asked += 1
        known = self._world.clock.ticks() - self._written >= BEHIND.total_seconds()
        said = self._inner.reviews(question)
        return said if known else [replace(one, allowed=False, reason="") for one in said]


def questions(world: World, cluster: Behind, ports: GrantPorts) -> int:
    """Grant what is due; return how often the cluster was asked."""
    before = cluster.asked
    for claim in due(world, PromiseKind.PROVISION):
        provision(claim, with_cluster(ports, cast("Any", cluster)))
    return cluster.asked - before


def test_what_one_proof_learned_spares_the_next_its_vain_questions() -> None:
    """One after the other while the cluster is behind: only the first asks in vain."""
    world = a_world()
    cluster, ports = Behind(world), world.grants()
    approve(world)
    assert questions(world, cluster, ports) > 1
    approve(world, actor=CAROL)
    assert questions(world, cluster, ports) == 1


def test_nobody_waits_at_rest() -> None:
    """What was learned under load is forgotten by the next click."""
    world = a_world()
    cluster, ports = Behind(world), world.grants()
    approve(world)
    questions(world, cluster, ports)
    world.clock.advance(timedelta(seconds=STALE))
    approve(world, actor=DAN)
    before = world.clock.ticks()
    (claim,) = due(world, PromiseKind.PROVISION)
    provision(claim, ports)
    assert world.clock.ticks() == before


def test_lag_is_unlearned_by_first_answers_that_are_right() -> None:
    """So that it does not stay at what one slow moment taught."""
    lag = Lag()
    lag.learn(1.0, 0.04)
    lag.learn(1.1, None)
    assert lag.expected(1.1) == timedelta(seconds=0.04 * LESS)


def test_nobody_waits_long_in_advance() -> None:
    """A server that is far behind is asked again and again, as before."""
    lag = Lag()
    lag.learn(1.0, 8.0)
    assert lag.expected(1.0) == timedelta(seconds=MOST)


def test_old_lag_is_no_base_for_a_new_one() -> None:
    """Neither is it taken up again by an answer that was right."""
    lag = Lag()
    lag.learn(1.0, 0.05)
    lag.learn(1.0 + STALE, None)
    assert lag.expected(1.0 + STALE) == timedelta(0)
