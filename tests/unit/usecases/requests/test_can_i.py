"""Whether somebody may do something now, and which level would let them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from daypass.domain.catalog import Cluster
from daypass.domain.ids import PersonId
from daypass.domain.picture import CURRENT, Kind
from daypass.domain.reasons import Nobody, NotPictured, NotYours, UnknownCluster, UnknownPerson
from daypass.domain.roles import RoleKind, RoleRef
from daypass.usecases.requests.can_i import Answer, Answered, CanI, can_i
from daypass.usecases.requests.offering import OfferState
from tests.builders import World, a_catalog, a_group_level, a_level, a_world
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_role, a_rule, draw, group
from tests.unit.usecases.scenes import ALICE, DAN, FIRST, grant, refusal

EDIT = a_role("edit", a_rule("get", "list", "delete"))
NODES = a_role("nodes", a_rule("get", of="nodes"))


@pytest.fixture
def world() -> World:
    """A world in which prod was seen: view, and what platform-admins are bound to."""
    made = a_world()
    draw(made, VIEW, EDIT, NODES, a_binding("admins", "edit", group("platform-admins")))
    return made


def asked(verb: str = "get", what: str = "pods", **fields: Any) -> CanI:
    default = CanI(actor=ALICE, verb=verb, what=what, namespace="payments", cluster="prod")
    return replace(default, **fields)


def answer(world: World, verb: str = "get", what: str = "pods", **fields: Any) -> Answer:
    (one,) = can_i(asked(verb, what, **fields), world.ask).answers
    return one


def levels(found: Answer) -> list[str]:
    return [way.level.name for way, _ in found.ways]


def test_no_is_said_with_the_levels_that_would_allow_it(world: World) -> None:
    """The smallest first, each with how one stands to it."""
    found = answer(world)
    assert (found.yes, found.sure, found.current) == (False, True, True)
    assert levels(found) == ["debug", "nodes", "platform-admins"]
    assert {offer.state for _, offer in found.ways} == {OfferState.AVAILABLE}
    assert levels(answer(world, "delete")) == ["platform-admins"]
    assert levels(answer(world, "create")) == []


def test_yes_by_what_is_bound_says_by_what(world: World) -> None:
    """To one's own name, or to everybody who signs in; in that namespace or anywhere."""
    draw(world, a_binding("mine", "edit", ALICE_THERE, namespace="payments"))
    found = answer(world, "delete")
    assert found.binding is not None
    assert found.binding.binding.name == "mine"
    assert not answer(world, "delete", namespace="team-a").yes
    draw(world, a_binding("all", "nodes", group("system:authenticated")))
    assert answer(world, "get", "nodes").yes


def test_yes_by_a_lease_says_by_which(world: World) -> None:
    """Our own bindings are in no picture: leases say more of them."""
    grant(world)
    found = answer(world)
    assert found.lease is not None
    assert (found.lease.id, found.binding) == (FIRST, None)
    assert found.ways[0][1].state is OfferState.GRANTED
    assert answer(world, "delete").lease is None
    assert answer(world, namespace="team-a").lease is None


def test_lease_of_a_level_that_is_gone_says_nothing(world: World) -> None:
    """Nobody knows what it gave."""
    grant(world)
    bare = replace(world, catalog=a_catalog(levels=(a_group_level("admins"),)))
    assert not answer(bare).yes


def test_lease_on_another_cluster_counts_there_only(world: World) -> None:
    """Dev is not prod."""
    grant(world)
    draw(world, VIEW, cluster="dev")
    assert not answer(world, cluster="dev").yes


def test_perhaps_where_a_part_is_not_known(world: World) -> None:
    """A role too large to keep that binds one, or bindings that nobody may list."""
    half = a_role("half", a_rule("watch"), left_out=9)
    draw(world, half, a_binding("half", "half", ALICE_THERE))
    assert not answer(world, "create").sure
    made = a_world()
    draw(made, VIEW, unseen={Kind.ROLE_BINDING: "forbidden"})
    assert not answer(made).sure


def test_group_that_may_be_bound_to_more_may_allow_it(world: World) -> None:
    """Of a binding that names more subjects than are kept."""
    draw(world, a_role("all", a_rule("create")), a_binding("crowd", "all", left_out=1))
    [(way, _)] = answer(world, "create").ways
    assert (way.level.name, way.sure) == ("platform-admins", False)


def test_group_of_what_is_not_kubernetes_own_is_found_in_roles(world: World) -> None:
    """Who asks for widgets need not know their API group."""
    rule = a_rule("get", of="widgets", api_groups=("example.com",))
    draw(world, a_role("view", rule))
    found = answer(world, "get", "widgets")
    assert (found.groups, found.question.group) == (("example.com",), "example.com")
    assert "debug" in levels(found)
    assert answer(world, "get", "gadgets").groups == ()
    hidden = a_rule("get", of="gadgets", api_groups=("secret.example",))
    draw(world, a_role("hidden", hidden))
    assert answer(world, "get", "gadgets").groups == ()


def test_role_of_a_namespace_that_people_choose_is_looked_up(world: World) -> None:
    """A Role is one of each namespace."""
    reader = RoleRef(name="reader", kind=RoleKind.ROLE)
    chosen = a_level("chosen", role=reader, namespaces=(), choose=("team-*",))
    draw(world, a_role("reader", a_rule("get"), namespace="team-a"))
    some = replace(world, catalog=a_catalog(levels=(chosen,)))
    assert levels(answer(some, namespace="team-a")) == ["chosen"]
    assert levels(answer(some, namespace="team-b")) == []


def test_namespace_itself_is_asked_about_in_itself(world: World) -> None:
    """A RoleBinding to `view` there lets people read it; a level for it would."""
    draw(world, a_role("view", a_rule("get", "list", of="namespaces")))
    found = answer(world, "get", "namespaces/payments")
    assert "debug" in levels(found)
    assert not found.yes
    draw(world, a_binding("mine", "view", ALICE_THERE, namespace="payments"))
    assert answer(world, "get", "namespaces/payments").yes
    assert not answer(world, "list", "namespaces").yes


def test_every_cluster_is_asked_where_none_is_named(world: World) -> None:
    """What tells something is what is shown; what is not known is said."""
    found = can_i(asked(cluster=""), world.ask)
    assert ([one.cluster.name for one in found.answers], found.unknown) == (["prod"], ("dev",))
    draw(world, VIEW, cluster="dev")
    found = can_i(asked(cluster=""), world.ask)
    assert [one.cluster.name for one in found.telling] == ["prod", "dev"]
    found = can_i(asked("delete", cluster=""), world.ask)
    assert [one.cluster.name for one in found.telling] == ["prod"]
    found = can_i(asked("create", cluster=""), world.ask)
    assert found.telling == found.answers


def test_username_is_that_of_the_cluster(world: World) -> None:
    """A cluster may know one by another name."""
    clusters = {"prod": Cluster(name="prod", labels={"env": "prod"}, username="oidc:{local}")}
    other = replace(world, catalog=a_catalog(clusters=clusters))
    draw(other, a_binding("mine", "edit", ALICE_THERE))
    assert answer(other, "delete").username == "oidc:alice"
    assert not answer(other, "delete").yes


def whom(world: World, person: str, actor: PersonId = DAN) -> Answered:
    return can_i(asked(actor=actor, person=person), world.ask)


def test_administrator_asks_for_somebody_else(world: World) -> None:
    """By id or email; whoever is nobody has no answer."""
    draw(world, a_binding("mine", "edit", ALICE_THERE))
    for named in ("U0ALICE", "alice@example.com", "Alice@Example.com"):
        assert whom(world, named).person.id == ALICE
        assert whom(world, named).answers[0].yes
    for nobody in ("U0NONE", "none@example.com", "U0EVE"):
        assert isinstance(refusal(partial(whom, world, nobody)), UnknownPerson)


def test_others_ask_for_themselves_only(world: World) -> None:
    """By whatever name they say who they are."""
    assert whom(world, "U0ALICE", ALICE).person.id == ALICE
    assert whom(world, "alice@example.com", ALICE).person.id == ALICE
    why = refusal(lambda: whom(world, "U0BOB", ALICE))
    assert isinstance(why, NotYours)
    assert "dan" in str(why)
    nobody = replace(world, catalog=a_catalog(admins=()))
    assert "Nobody could" in str(refusal(lambda: whom(nobody, "U0BOB", ALICE)))


def test_can_i_refuses_what_it_cannot_know(world: World) -> None:
    """A cluster that is none, one that nobody watched, a guest."""
    why = refusal(lambda: can_i(asked(cluster="prd"), world.ask))
    assert isinstance(why, UnknownCluster)
    why = refusal(lambda: can_i(asked(cluster="dev"), world.ask))
    assert why == NotPictured(cluster="dev")
    why = refusal(lambda: can_i(asked(actor=PersonId("U0EVE")), world.ask))
    assert isinstance(why, Nobody)


def test_old_answer_is_known_to_be_old(world: World) -> None:
    """It is given all the same."""
    world.clock.advance(CURRENT + timedelta(seconds=1))
    assert not answer(world).current


def test_lease_may_allow_what_is_not_known_of_its_level(world: World) -> None:
    """A part of its role was too long to be kept: that is no certain no."""
    grant(world)
    draw(world, a_role("view", a_rule("get"), left_out=9))
    found = answer(world, "delete")
    assert (found.yes, found.sure) == (False, False)
