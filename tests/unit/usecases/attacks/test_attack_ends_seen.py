"""The ends that whoever watches remembers, while a comparison of the whole is under way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.builders import a_world
from tests.unit.usecases.attacks.watching import Worker, settled
from tests.unit.usecases.scenes import grant, names


class Listing:
    """A cluster of which the list takes a while."""

    def __init__(self, inner: Any, then: Any) -> None:
        self._inner, self._then = inner, then

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def ours(self) -> Any:
        """List, and let something happen before that is judged."""
        yield from list(self._inner.ours())
        self._then()


@pytest.mark.parametrize("meanwhile", [False, True])
def test_an_end_that_is_seen_while_all_is_compared_is_not_forgotten(*, meanwhile: bool) -> None:
    """ADR 22: "the holder remembers the ends that it has seen", and looks ten seconds after one.

    By any role: a short lease is granted during a look, and its row is put off.
    """
    world = a_world()
    worker: Worker = settled(world)

    def grant_now() -> None:
        grant(world, duration=timedelta(minutes=1))
        worker.hear()
        worker.watch.act_once()

    world.witnesses["prod"].compare_again(world.clock.ticks())
    if meanwhile:
        late: Any = Listing(world.clusters["prod"], grant_now)
        reconcile_unasked(replace(world.grants(), cluster=late))
    else:
        reconcile_unasked(world.grants())
        grant_now()
    (name,) = names(world)
    worker.seconds(100)  # Nobody sees to rows.
    assert name not in names(world)
