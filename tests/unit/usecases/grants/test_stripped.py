"""A create whose answer is lost, and from which a webhook took our labels and annotations."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import INSTALL, GrantObject, Subject
from daypass.domain.lease import LeaseState
from tests.builders import World, a_world
from tests.unit.usecases.scenes import approve, lease_of, names, pass_time, with_cluster, work

NONE: Final[Mapping[str, str]] = {}
LOST = TemporaryOutsideError("prod: POST …: the server does not answer in time", unknown=True)


class Stripping:
    """A cluster that answers no create, and keeps nothing of what marks it as ours."""

    def __init__(self, world: World, to: str, labels: Mapping[str, str]) -> None:
        self._inner = world.clusters["prod"]
        self._to, self._labels = (Subject(name=to),), labels

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def create(self, planned: GrantObject) -> None:
        """Let it happen otherwise, once, and say nothing."""
        if not self._inner.objects:
            bare = replace(planned, labels=self._labels, annotations={}, subjects=self._to)
            self._inner.put(bare)
        raise LOST


def given_up(world: World, to: str, labels: Mapping[str, str] = NONE) -> None:
    """Try to grant for as long as that is tried, and revoke; there is what binds somebody."""
    approve(world)
    stripping = Stripping(world, to, labels)
    work(world, ports=with_cluster(world.grants(), stripping))
    assert len(names(world)) == 1
    pass_time(world, 200)


@pytest.mark.parametrize("to", ["alice@example.com", "Alice@Example.COM"])
def test_what_a_lost_create_made_goes_although_nothing_on_it_is_ours(to: str) -> None:
    """Law 1: it gives the holder what was approved, under a name that nobody else gives.

    However the webhook spells whom it binds: to us that is one person.
    """
    world = a_world()
    given_up(world, to)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


def test_what_binds_somebody_else_under_our_name_is_theirs() -> None:
    """It gives nothing that anybody was to have."""
    world = a_world()
    given_up(world, "mallory@example.com")
    assert len(names(world)) == 1


def test_what_says_that_it_is_another_installs_is_left_alone() -> None:
    """The guard lets nobody of ours delete it: its lease must not wait for that."""
    world = a_world()
    given_up(world, "alice@example.com", {INSTALL: "other"})
    assert len(names(world)) == 1
    assert lease_of(world).state is LeaseState.ENDED
