"""A mirrored group: what it is bound to, bound to the person, and nothing that it has not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.catalog import Level
from daypass.domain.grant import Subject
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.rbac.bindings import Binding
from daypass.domain.roles import Part, RoleRef
from daypass.usecases.grants.look_around import look_around
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import World, a_catalog, a_mirror, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    approve,
    ask,
    lease_of,
    look,
    names,
    refusal,
    try_once,
    under,
    work,
)

VIEW = RoleRef(name="view")
CREW = Subject(kind="Group", name="team-admins")
WIDE = a_mirror(
    "debug",
    group="team-admins",
    namespaces=(),
    cluster_wide=True,
    parts=(Part(role=VIEW), Part(role=VIEW, namespace="payments")),
)


def bound(namespace: str = "", role: RoleRef = VIEW) -> Binding:
    """Return somebody's binding of the group."""
    return Binding(name="crew", namespace=namespace, role=role, subjects=(CREW,))


def mirroring(level: Level, *bindings: Binding) -> World:
    """Return a world that offers it as `debug`, and in which the group has these bindings."""
    world = a_world(a_catalog(levels=(replace(level, name="debug", group=CREW.name),)))
    world.clusters["prod"].bound.extend(bindings)
    world.clock.advance(timedelta(seconds=1))
    look_around(world.grants())
    return world


def granted(world: World, **asked: object) -> list[tuple[str, str]]:
    """Grant it to alice; return the places and roles of the objects, as they were made."""
    approve(world, **asked)
    try_once(world)
    assert lease_of(world).state is LeaseState.ACTIVE
    attempt = lease_of(world).attempt
    assert attempt is not None
    found = {one.ref: one for one in world.clusters["prod"].objects}
    return [(one.namespace, found[one].role.name) for one in attempt.objects]


def test_each_binding_of_the_group_is_one_of_the_person() -> None:
    """Where the group has it, under the person's own name; gone with the lease (laws 1 and 4)."""
    world = mirroring(a_mirror(), bound("payments"), bound("team-a"))
    assert granted(world) == [("payments", "view"), ("team-a", "view")]
    assert {one.subjects for one in world.clusters["prod"].objects} == {
        (Subject(name="alice@example.com"),)
    }
    world.clock.advance(timedelta(hours=2))
    work(world)
    assert world.clusters["prod"].objects == ()
    assert lease_of(world).state is LeaseState.ENDED


def test_what_another_object_of_the_lease_allows_was_not_had_before() -> None:
    """A wide binding answers for the one that is within it: each is there, and that is said."""
    world = mirroring(WIDE, bound(), bound("payments"))
    assert granted(world) == [("", "view"), ("payments", "view")]
    assert lease_of(world).already == ""


@pytest.mark.parametrize(
    "there",
    [
        [bound("payments")],
        [bound("payments"), bound("team-b")],
        [bound("payments"), bound("team-a", RoleRef(name="edit"))],
        [bound("payments"), bound()],
    ],
    ids=["one less", "elsewhere", "another role", "a wider one"],
)
def test_nobody_gets_what_the_group_has_not(there: list[Binding]) -> None:
    """What is not bound to the group in that very place is named, and nothing is asked for."""
    world = mirroring(a_mirror(), *there)
    said = str(refusal(lambda: ask(world)))
    assert "binding of group team-admins to ClusterRole/view in team-a" in said


def test_more_that_the_group_has_is_not_given_and_stops_nothing() -> None:
    """Else whoever may write bindings in one namespace took the level away from everybody."""
    more = (bound("team-b"), bound("team-b", RoleRef(name="edit")))
    world = mirroring(a_mirror(), bound("payments"), bound("team-a"), *more)
    assert granted(world) == [("payments", "view"), ("team-a", "view")]


def test_a_part_of_the_places_may_be_asked_for() -> None:
    """Narrowed it is what the group has there, and needs no more."""
    world = mirroring(a_mirror(), bound("team-a"))
    assert granted(world, namespaces=("team-a",)) == [("team-a", "view")]


def test_what_the_group_loses_stays_until_the_end_and_nobody_gets_it_anew() -> None:
    """It was approved as the group had it then; a look that finds it gone is no drift."""
    world = mirroring(a_mirror(), bound("payments"), bound("team-a"))
    granted(world)
    world.clusters["prod"].bound.pop()
    world.clock.advance(timedelta(minutes=2))
    look(world)
    assert lease_of(world).state is LeaseState.ACTIVE
    assert len(names(world)) == 2


@pytest.mark.parametrize(
    "levels",
    [(), (a_mirror("debug", group=CREW.name, parts=(Part(role=VIEW, namespace="team-a"),)),)],
    ids=["no level", "fewer parts"],
)
def test_what_is_held_ends_whatever_is_mirrored_by_then(levels: tuple[Level, ...]) -> None:
    """Law 10: an end needs the names of the objects, and nothing of the configuration."""
    world = mirroring(a_mirror(), bound("payments"), bound("team-a"))
    granted(world)
    world.clock.advance(timedelta(hours=2))
    work(world, ports=under(world, replace(world.catalog, levels=levels)))
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


@pytest.mark.parametrize("gone", [0, 1], ids=["the wide one", "the one within it"])
def test_an_object_that_somebody_took_away_ends_all_of_the_lease(gone: int) -> None:
    """What is left of it goes, too, also where the other still allows all that it did."""
    world = mirroring(WIDE, bound(), bound("payments"))
    granted(world)
    attempt = lease_of(world).attempt
    assert attempt is not None
    world.clusters["prod"].remove(attempt.objects[gone])
    look(world)
    work(world)
    assert names(world) == []
    assert lease_of(world).cause is EndCause.DRIFTED


def test_more_time_is_given_to_every_object() -> None:
    """Wide or not: each carries the end that it has in the store."""
    world = mirroring(WIDE, bound(), bound("payments"))
    granted(world)
    extend(Extend(actor=ALICE, target=FIRST, length=timedelta(minutes=30)), world.ask)
    work(world)
    ends = {one.expires_at for one in world.clusters["prod"].objects}
    assert ends == {lease_of(world).ends_at}
    assert lease_of(world).extensions[0].done_at is not None
