"""A server that fails with one object each time, be it by somebody's webhook, keeps nothing else.

Nor does an object of just the longest size that its own deletion would make longer.
"""

from datetime import timedelta

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.ports import GrantPorts
from daypass.usecases.grants.turns import PATIENCE
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_catalog, a_level, a_world
from tests.unit.usecases.grants.test_adopt_troubles import lose
from tests.unit.usecases.scenes import (
    FIRST,
    actions,
    failing,
    grant,
    lease_of,
    let_go,
    look,
    names,
    revoke_due,
    stray,
    with_cluster,
)

FULL = TemporaryOutsideError("prod: DELETE …: etcdserver: request is too large (500)", unknown=True)
NOBODYS = LeaseId("x")
WIDE = ObjectRef(kind="RoleBinding", namespace="team-a", name="wide")
THREE_PLACES = a_catalog(levels=(a_level(namespaces=("payments", "team-a", "team-b")),))


def full(world: World, lease: LeaseId = NOBODYS) -> GrantPorts:
    """Put one object, and return the ports of a worker that cannot delete it."""
    stray(world, lease, ref=WIDE)
    return failing(world, "delete", FULL, lambda ref: ref.name == WIDE.name)


def test_cluster_is_restored_although_one_object_cannot_be_deleted() -> None:
    """Law 10: it is refused and named, and what everybody else has and asks for goes on."""
    world = a_world()
    lose(world)
    findings = look(world, full(world))
    assert findings.restored
    assert "cluster.restored" in actions(world)
    assert [(one.found.ref.name, one.refusal) for one in findings.refused] == [("wide", str(FULL))]


def test_mark_advances_although_one_object_cannot_be_deleted() -> None:
    """Law 10: a mark that stands still lets an older copy of the store pass for whole."""
    world = a_world()
    world.clock.advance(timedelta(seconds=1))
    ports = full(world)
    for _ in range(3):
        look(world, ports)
        world.clock.advance(LOOK_EVERY)
    mark = world.clusters["prod"].mark
    assert mark is not None
    assert mark.at > world.clock.now() - 2 * LOOK_EVERY


def test_what_failed_is_tried_again_by_the_next_look() -> None:
    """Law 1: it is not forgotten."""
    world = a_world()
    world.clock.advance(timedelta(seconds=1))
    assert look(world, full(world)).removed == ()
    world.clock.advance(LOOK_EVERY)
    look(world)
    assert names(world) == []


def test_lease_says_what_keeps_it_when_the_server_fails_with_a_leftover() -> None:
    """Law 4: people read the server's own words, as they read of a finalizer."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world, full(world, FIRST))
    assert lease_of(world).state is LeaseState.REVOKING
    assert "too large" in lease_of(world).kept


def test_other_objects_of_a_lease_go_when_the_server_fails_with_the_last() -> None:
    """Law 3: it is tried first, in the reverse order of creation, and saves none of the others."""
    world = a_world(THREE_PLACES)
    lease = grant(world)
    let_go(world)
    assert lease.attempt is not None
    last = lease.attempt.objects[-1]
    revoke_due(world, failing(world, "delete", FULL, lambda ref: ref.name == last.name))
    assert names(world) == [last.name]
    assert "too large" in lease_of(world).kept


class Once:
    """A cluster that fails with the first deletion, after it happened or before."""

    def __init__(self, world: World, *, happens: bool) -> None:
        self._inner = world.clusters["prod"]
        self._happens = happens
        self.tried = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def delete(self, ref: ObjectRef) -> tuple[str, ...]:
        """Delete it, from the second time on with an answer."""
        self.tried += 1
        if self.tried > 1 or self._happens:
            self._inner.delete(ref)
        if self.tried == 1:
            raise FULL
        return ()


@pytest.mark.parametrize("happens", [True, False])
def test_lease_is_over_at_once_when_the_server_failed_once(*, happens: bool) -> None:
    """Law 3: an answer that was lost is found out by a look at the object, in the same try."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world, with_cluster(world.grants(), Once(world, happens=happens)))
    assert lease_of(world).state is LeaseState.ENDED
    assert "lease.held" not in actions(world)


@pytest.mark.parametrize(
    ("passes", "tried"),
    [(timedelta(0), 3), (timedelta(seconds=PATIENCE / 1.5), 2)],
    ids=["at once", "slowly"],
)
def test_a_try_ends_in_time_when_the_server_fails_slowly(passes: timedelta, tried: int) -> None:
    """Law 3: the threads are for everybody's ends; what is left is for the next try."""
    world = a_world(THREE_PLACES)
    grant(world)
    let_go(world)
    asked = set[str]()

    def slowly(ref: ObjectRef) -> bool:
        world.clock.advance(timedelta(0) if ref.name in asked else passes)
        asked.add(ref.name)
        return True

    revoke_due(world, failing(world, "delete", FULL, slowly))
    assert len(asked) == tried
    assert lease_of(world).state is LeaseState.REVOKING


def test_nothing_is_said_of_an_object_when_the_cluster_is_silent() -> None:
    """What fails then is no object's: a card must not blame one."""
    world = a_world()
    grant(world)
    let_go(world)

    def falls_silent(_: ObjectRef) -> bool:
        world.clusters["prod"].down = True
        return True

    revoke_due(world, failing(world, "delete", FULL, falls_silent))
    assert lease_of(world).state is LeaseState.REVOKING
    assert "lease.held" not in actions(world)


PLACES = tuple(f"team-{letter}" for letter in "abcdef")
SIX_PLACES = a_catalog(levels=(a_level(namespaces=PLACES),))


def test_what_a_try_did_not_come_to_is_the_next_ones_first() -> None:
    """Law 3: webhooks of a few namespaces that hang keep no other's access for good."""
    world = a_world(SIX_PLACES)
    world.clusters["prod"].namespaces |= set(PLACES)
    world.clock.advance(timedelta(seconds=1))
    look(world)
    grant(world)
    let_go(world)
    bad = ("team-d", "team-e", "team-f")

    def slowly(ref: ObjectRef) -> bool:
        if ref.namespace in bad:
            world.clock.advance(timedelta(seconds=PATIENCE / len(bad)))
        return ref.namespace in bad

    for _ in range(2):
        revoke_due(world, failing(world, "delete", FULL, slowly))
        world.clock.advance(timedelta(seconds=10))
    assert [found.ref.namespace for found in world.clusters["prod"].objects] == list(bad)
    revoke_due(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED
    assert world.witnesses["prod"].failed == {}
