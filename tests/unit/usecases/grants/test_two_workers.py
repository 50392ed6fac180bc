"""Two workers at one lease: a claim that ran out does not let one undo what the other proved."""

from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.shared.pauses import SPREAD
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    actions,
    approve,
    lease_of,
    names,
    rows,
    try_once,
    with_cluster,
    work,
)


class Slow:
    """A cluster whose reviews fail late: `then` happens first."""

    def __init__(self, world: World, then: timedelta) -> None:
        self._world = world
        self._inner = world.clusters["prod"]
        self._then = then

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def reviews(self, _: object) -> Any:
        """Let time pass in which another worker does what is due; then give up."""
        self._world.clock.advance(self._then)
        self._world.heartbeats.beat("timekeeper")
        work(self._world)
        raise TemporaryOutsideError("prod: the review timed out")


def test_provision_undoes_nothing_when_another_worker_has_gone_on() -> None:
    """Law 4: what was said to be granted is not deleted by a worker whose claim ran out."""
    world = a_world()
    approve(world)
    try_once(world, with_cluster(world.grants(), Slow(world, timedelta(seconds=11))))
    assert lease_of(world).state is LeaseState.ACTIVE
    assert len(names(world)) == 1
    assert actions(world, FIRST) == ["lease.attempted", "lease.granted"]


def test_provision_undoes_when_nobody_else_has_gone_on() -> None:
    """An attempt of which every outcome is known is taken back, and tried again soon."""
    world = a_world()
    approve(world)
    try_once(world, with_cluster(world.grants(), Slow(world, timedelta(seconds=1))))
    assert names(world) == []
    assert actions(world, FIRST) == ["lease.attempted", "lease.undone"]
    assert rows(world) == {(PromiseKind.PROVISION, FIRST): pytest.approx(0.5, rel=SPREAD)}


class Creeping(Slow):
    """A cluster at which creates take so long that the time for them passes."""

    def __init__(self, world: World, then: timedelta) -> None:
        super().__init__(world, then)
        self.made: list[str] = []

    def create(self, planned: Any) -> Any:
        """Create one, late."""
        made = self._inner.create(planned)
        self.made.append(planned.ref.name)
        self._world.clock.advance(self._then)
        return made


def test_provision_creates_nothing_more_when_its_time_has_passed() -> None:
    """An object is created before its `create-before`, also when an earlier one took long."""
    world = a_world()
    approve(world, "open", namespaces=("team-a", "team-b"))
    slow = Creeping(world, timedelta(minutes=3))
    try_once(world, with_cluster(world.grants(), slow))
    assert len(slow.made) == 1
    assert lease_of(world).state is LeaseState.REVOKING
