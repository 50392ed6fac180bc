"""Where each change is seen an end lists nothing, unless something about it is in doubt (law 4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import GrantObject, Subject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import Change, GrantPorts
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.grants.watched import WATCHED, vouch
from tests.builders import World, a_catalog, a_world, unbounded
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    actions,
    grant,
    lease_of,
    let_go,
    names,
    revoke_due,
    with_cluster,
)

OTHER: Final = LeaseId("000000000002-1")
DOWN: Final = TemporaryOutsideError("unreachable")


def a_watched(count: int = 1) -> World:
    """Return a world in which alice let go of what she has, and somebody watches."""
    world = a_world(unbounded())
    leases = [grant(world) for _ in range(count)]
    reconcile_unasked(world.grants())
    vouch(world.grants())
    for lease in leases:
        let_go(world, lease.id)
    return world


class Counting:
    """A cluster that counts the lists of what bears a lease's label."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.lists = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def of_leases(self, leases: Any, install: str) -> Any:
        """Count."""
        self.lists += 1
        return self._inner.of_leases(leases, install)


def ended(world: World, ports: GrantPorts | None = None) -> Counting:
    """Revoke what is due; return the cluster that counted."""
    ports = ports or world.grants()
    counting = Counting(ports.cluster)
    revoke_due(world, with_cluster(ports, counting))
    return counting


def forged(world: World, **fields: Any) -> None:
    """Write something else into the lease, as who can write to Redis does."""
    lease = replace(lease_of(world), **fields)
    world.store.commit(Change(move=world.ids.move(), leases=(lease,)))


def test_ends_without_a_list_when_each_change_is_seen() -> None:
    """Its own objects went, and the cluster says no: what else there is, the watch sees."""
    world = a_watched()
    assert ended(world).lists == 0
    assert lease_of(world).state is LeaseState.ENDED
    assert names(world) == []
    assert actions(world, FIRST)[-2:] == ["lease.ending", "lease.ended"]


def silent(world: World) -> None:
    """Nobody watches any more."""
    world.clock.advance(WATCHED)
    world.heartbeats.beat("timekeeper")


def uncompared(world: World) -> None:
    """This process has not seen the whole itself."""
    world.witnesses["prod"].compare_by = None


def restoring(world: World) -> None:
    """The store is not believed here."""
    epoch = world.store.epoch()
    assert epoch is not None
    world.store._epoch = epoch.doubting(frozenset({"prod"}))


def gone(world: World) -> None:
    """Somebody else took its object away."""
    world.clusters["prod"].remove(world.clusters["prod"].objects[0].ref)


def unknown_uid(world: World) -> None:
    """What the create was answered is not known."""
    attempt = lease_of(world).attempt
    assert attempt is not None
    forged(world, attempt=replace(attempt, objects=(replace(attempt.objects[0], uid=""),)))


def not_granted(world: World) -> None:
    """A create of it may be on its way."""
    world.clock.advance(timedelta(minutes=3))
    vouch(world.grants())
    forged(world, granted_at=None)


def uncounted(world: World) -> None:
    """No tally has it: it was adopted, or somebody emptied that."""
    world.store._tallies.clear()


def standing(world: World) -> None:
    """Something else allows the same."""
    other = GrantObject(
        ref=ObjectRef(kind="ClusterRoleBinding", namespace="", name="old"),
        role=RoleRef(name="view"),
        subjects=(Subject(name="alice@example.com"),),
    )
    world.clusters["prod"].put(other)


@pytest.mark.parametrize(
    "doubt",
    [
        silent, uncompared, restoring, gone, unknown_uid, not_granted, uncounted, standing,
    ],
)  # fmt: skip
def test_lists_before_it_ends_when_anything_is_in_doubt(doubt: Callable[[World], None]) -> None:
    """Nobody sees all, or what went is not surely all there was, or a yes is left."""
    world = a_watched()
    doubt(world)
    assert ended(world).lists >= 1
    assert lease_of(world).state is LeaseState.ENDED
    assert "daypass" not in "".join(names(world))


def test_lists_when_the_store_names_nothing_of_it() -> None:
    """By its label it goes in this try, and is over with the next."""
    world = a_watched()
    forged(world, attempt=None)
    assert ended(world).lists >= 1
    assert names(world) == []
    assert lease_of(world).state is LeaseState.REVOKING


def test_lists_when_the_level_is_gone_from_the_configuration() -> None:
    """What its attempt made is not known by our own word any more; it ends all the same."""
    world = a_watched()
    ports = replace(world.grants(), catalog=a_catalog(levels=()))
    assert ended(world, ports).lists == 1
    assert lease_of(world).state is LeaseState.ENDED


@pytest.mark.parametrize("method", ["vouched", "tallies"])
def test_lists_when_the_store_does_not_say(method: str) -> None:
    """A store that fails for a moment delays no end, and is no sign that all is seen."""
    world = a_watched()
    ports = world.grants()
    where = "heartbeats" if method == "vouched" else "store"
    failing: Any = Failing(getattr(ports, where), method, DOWN, _once())
    assert ended(world, replace(ports, **{where: failing})).lists == 1
    assert lease_of(world).state is LeaseState.ENDED


def _once() -> Callable[[Any], bool]:
    answers = iter([True])
    return lambda _: next(answers, False)


def test_lists_when_a_deletion_failed_at_first() -> None:
    """What was deleted by a look at it afresh is not known to have been ours alone."""
    world = a_watched()
    shaky = Failing(world.clusters["prod"], "delete", DOWN, _once())
    assert ended(world, with_cluster(world.grants(), shaky)).lists == 1
    assert lease_of(world).state is LeaseState.ENDED


def test_lists_at_once_what_the_cluster_still_names() -> None:
    """A review that lags, or an object that took such a name: what bears the label goes now."""
    world = a_watched()
    world.clusters["prod"].hold_reviews()
    assert ended(world).lists == 1
    assert lease_of(world).state is LeaseState.REVOKING


def test_what_is_in_doubt_of_one_is_listed_for_that_one_alone() -> None:
    """Two ends of one batch: the other one asks for no list."""
    world = a_watched(2)
    gone(world)
    asked = list[Any]()

    def noted(leases: Any) -> bool:
        asked.append(list(leases))
        return False

    noting = Failing(world.clusters["prod"], "of_leases", DOWN, noted)
    revoke_due(world, with_cluster(world.grants(), noting))
    assert asked == [[FIRST]]
    assert {lease_of(world, one).state for one in (FIRST, OTHER)} == {LeaseState.ENDED}
