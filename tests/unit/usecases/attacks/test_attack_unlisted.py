"""Ends that list nothing where each change is seen: what of that can be taken advantage of?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, Subject
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import Change
from daypass.usecases.grants.reconcile import COMPARED, reconcile_unasked
from daypass.usecases.grants.watched import vouch
from tests.builders import World, a_catalog, a_level, a_world
from tests.unit.usecases.attacks.watching import Worker, settled
from tests.unit.usecases.scenes import (
    FIRST,
    grant,
    lease_of,
    let_go,
    names,
    ours,
    revoke_due,
    stray,
    with_cluster,
)

TWO_PLACES = a_catalog(levels=(a_level(namespaces=("team-a", "team-b")),))


def seen(catalog: Any = None) -> tuple[World, Worker]:
    """Return a world in which alice has something, and a worker that sees all that happens."""
    world = a_world(catalog)
    grant(world)
    return world, settled(world)


def behind(world: World) -> None:
    """Let whoever answers reviews know of none of our objects, ever."""
    world.clusters["prod"]._reviewed = ()


def written(world: World, **fields: Any) -> None:
    """Write something else into the lease, as whoever may write to Redis does."""
    lease = replace(lease_of(world), **fields)
    world.store.commit(Change(move=world.ids.move(), leases=(lease,)))


@pytest.mark.parametrize("also", ["names", "places"])
def test_names_that_were_taken_out_of_a_lease_are_found_before_it_ends(also: str) -> None:
    """By the bot: of two objects the store names one, and no review tells of the other."""
    world, _ = seen(TWO_PLACES)
    behind(world)
    lease = lease_of(world)
    assert lease.attempt is not None
    first, _ = lease.attempt.objects
    fewer = {"scope": replace(lease.scope, namespaces=("team-a",))} if also == "places" else {}
    written(world, attempt=replace(lease.attempt, objects=(first,)), **fewer)
    let_go(world)
    revoke_due(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.REVOKING


def test_names_of_an_attempt_that_never_was_are_none_of_its_objects() -> None:
    """By the bot: another number, its names and made-up uids; the object keeps its own name."""
    world, _ = seen()
    behind(world)
    attempt = lease_of(world).attempt
    assert attempt is not None
    (ref,) = attempt.objects
    other = replace(ref, name=ref.name.replace("-1-1-1", "-1-7-1"), uid="made-up")
    written(world, attempt=replace(attempt, number=7, objects=(other,)))
    let_go(world)
    revoke_due(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.REVOKING


class Behind:
    """A cluster whose server answers a deletion with 404 for what it has not heard of."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def delete(self, _: ObjectRef) -> None:
        """Find nothing there."""


def test_object_that_a_server_did_not_find_is_not_taken_for_gone() -> None:
    """The review is as far behind: only the list tells that it is there."""
    world, _ = seen()
    behind(world)
    let_go(world)
    revoke_due(world, with_cluster(world.grants(), Behind(world.clusters["prod"])))
    assert len(names(world)) == 1
    assert lease_of(world).state is LeaseState.REVOKING
    world.clock.advance(timedelta(seconds=5))
    revoke_due(world)
    assert names(world) == []


def labelled(world: World, name: str, user: str) -> None:
    """Make an object under the lease's label, as who may write bindings in a namespace can."""
    stray(
        world,
        FIRST,
        ref=ObjectRef(kind="RoleBinding", namespace="payments", name=name),
        role=RoleRef(name="view"),
        subjects=(Subject(name=user),),
    )


def test_object_made_under_a_lease_s_label_as_it_ends_goes_within_a_second() -> None:
    """For somebody else no review of this lease tells of it; the watch does, whatever it says."""
    world, worker = seen()
    labelled(world, "stray", "mallory")
    let_go(world)
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert names(world) == ["stray"]
    worker.second()
    assert names(world) == []
    assert worker.watch.sees_all()


@pytest.mark.parametrize(
    ("name", "soon"),
    [("stray", LeaseState.REVOKING), (f"daypass-{FIRST}-9-1", LeaseState.ENDED)],
    ids=["any name", "our name"],
)
def test_object_made_for_its_holder_as_it_ends_keeps_it_from_ending(
    name: str, soon: LeaseState
) -> None:
    """The cluster still says yes: it goes, by its label or its name, before that is over."""
    world, _ = seen()
    labelled(world, name, "alice@example.com")
    let_go(world)
    revoke_due(world)
    assert names(world) == []
    assert lease_of(world).state is soon
    world.clock.advance(timedelta(seconds=5))
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert lease_of(world).still == ""


def test_create_that_lands_after_the_end_goes_within_a_second() -> None:
    """Law 1: whoever watches does not wait for the last look."""
    world, worker = seen()
    twin = ours(world)
    let_go(world)
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    world.clusters["prod"].put(twin)
    worker.second()
    assert names(world) == []


def test_word_that_somebody_watches_hides_nothing_for_longer_than_between_comparisons() -> None:
    """By any role that can write a pulse: nobody watches, and a forged object has five minutes."""
    world = a_world()
    grant(world)
    reconcile_unasked(world.grants())
    vouch(world.grants())
    labelled(world, "stray", "mallory")
    let_go(world)
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    world.clock.advance(COMPARED)
    vouch(world.grants())
    reconcile_unasked(world.grants())
    assert names(world) == []


def test_labels_that_somebody_took_off_our_object_save_it_not() -> None:
    """It goes by its stored uid, listed or not."""
    world, _ = seen()
    cluster, found = world.clusters["prod"], ours(world)
    key = (found.ref.kind, found.ref.namespace, found.ref.name)
    cluster._objects[key] = replace(found, labels={MANAGED_BY: "x", LEASE: "x", INSTALL: "main"})
    let_go(world)
    revoke_due(world)
    assert names(world) == []
