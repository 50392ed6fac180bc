"""What is said of somebody's leases is what those give, not what their levels say by now."""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Catalog, Cluster
from daypass.domain.ids import PersonId
from daypass.domain.rbac.telling import lines
from daypass.domain.roles import RoleRef
from daypass.usecases.requests.can_i import Answer, CanI, can_i
from daypass.usecases.requests.details import Details, details
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.who import Present, Who, who
from tests.builders import World, a_catalog, a_group_level, a_level, a_profile, a_world
from tests.drawing import VIEW, a_role, a_rule, draw
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    DAN,
    FIRST,
    Meanwhile,
    approve,
    grant,
    try_once,
    with_cluster,
)

EDIT = a_role("edit", a_rule("get", "list", "delete"))
MORE = a_level(role=RoleRef(name="edit"))
"""The level that alice holds, as somebody redefines it."""


def redefined() -> Catalog:
    """Return rules by which her level, and another, are another role."""
    return a_catalog(
        levels=(
            MORE,
            a_level("other", role=RoleRef(name="edit")),
        )
    )


@pytest.fixture
def world() -> World:
    """A world in which prod was seen."""
    made = a_world()
    draw(made, VIEW, EDIT)
    return made


def answer(world: World, verb: str = "get", what: str = "pods") -> Answer:
    asked = CanI(actor=ALICE, verb=verb, what=what, namespace="payments", cluster="prod")
    (one,) = can_i(asked, world.ask).answers
    return one


def test_a_level_that_is_another_role_now_gives_nobody_that_role(world: World) -> None:
    """Her binding is still to `view`: that it may be more is all that is known."""
    grant(world)
    found = answer(replace(world, catalog=redefined()), "delete")
    assert (found.yes, found.sure) == (False, False)


def test_a_level_that_is_gone_is_no_certain_no(world: World) -> None:
    """Her lease goes on with what it gave."""
    grant(world)
    bare = replace(world, catalog=a_catalog(levels=(a_group_level("admins"),)))
    found = answer(bare)
    assert (found.yes, found.sure) == (False, False)


def test_what_is_being_removed_is_no_certain_no(world: World) -> None:
    """Its cluster is away, so that what it gave is there for as long."""
    grant(world)
    end(End(actor=BOB, target=FIRST), world.ask)
    found = answer(world)
    assert (found.yes, found.sure) == (False, False)
    assert answer(world, "delete").sure


def test_what_is_being_granted_is_no_certain_no(world: World) -> None:
    """Its objects are there before it is proven; before they are made nothing is."""
    approve(world)
    assert answer(world).sure
    found: list[Answer] = []
    proving = Meanwhile(world.clusters["prod"], "reviews", lambda: found.append(answer(world)))
    try_once(world, with_cluster(world.grants(), proving))
    assert [(one.yes, one.sure) for one in found] == [(False, False)]


def test_what_another_account_of_that_username_has_is_no_no(world: World) -> None:
    """To the cluster both are one person: whatever one was granted, the other may do."""
    clusters = {"prod": Cluster(name="prod", labels={"env": "prod"}, username="{local}")}
    one = replace(world, catalog=a_catalog(clusters=clusters))
    second = PersonId("U0ALICE2")
    one.people.put(a_profile("alice2", id=second, email="alice@elsewhere.example"))
    grant(one, actor=second)
    found = answer(one)
    assert found.lease is not None
    assert found.lease.holder.id == second


def test_who_names_whoever_is_being_granted_access(world: World) -> None:
    """They may act before it is proven; before an object is made they cannot."""
    approve(world)
    here = Who(actor=DAN, cluster="prod")
    assert not who(here, world.ask).leases
    found: list[Present] = []
    proving = Meanwhile(
        world.clusters["prod"], "reviews", lambda: found.append(who(here, world.ask))
    )
    try_once(world, with_cluster(world.grants(), proving))
    assert [lease.id for lease in found[0].leases] == [FIRST]


def test_nothing_counts_as_held_that_only_a_level_says_by_now(world: World) -> None:
    """Who asks for `other`, or approves it, would read that it adds nothing to what alice has."""
    grant(world)
    later = replace(world, catalog=redefined())
    gained = details(Details(actor=ALICE, target="prod", level="other"), later.ask).gained
    assert [f"{one.done} {one.about}" for one in lines(gained.gain)] == ["delete and read pods"]
