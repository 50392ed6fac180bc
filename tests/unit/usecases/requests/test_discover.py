"""What somebody finds on a cluster."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from daypass.domain.grant import Subject
from daypass.domain.ids import PersonId
from daypass.domain.picture import CURRENT, Kind
from daypass.domain.reasons import Nobody, NotPictured, NotThere, UnknownCluster, UnknownKind
from daypass.usecases.requests.discover import Discover, discover
from tests.builders import World, a_world
from tests.drawing import VIEW, a_binding, a_namespace, a_role, a_rule, draw
from tests.unit.usecases.scenes import ALICE, DAN, refusal

VAULT = a_role("vault", a_rule("get", of="secrets"))
BY_HAND = a_binding("by-hand", "vault", Subject(name="mallory@example.com"))
ALL = (VIEW, VAULT, BY_HAND, a_namespace("payments"), a_namespace("vault"))


@pytest.fixture
def world() -> World:
    """A world in which prod was seen."""
    made = a_world()
    draw(made, *ALL)
    return made


def names(world: World, *words: str, who: PersonId = DAN, **more: str) -> list[str]:
    asked = Discover(actor=who, cluster="prod", words=words, kind=more.get("kind", ""))
    return [one.name for one in discover(asked, world.ask).things]


def test_discover_finds_everything_for_administrators(world: World) -> None:
    """Subjects, roles, bindings, namespaces."""
    assert names(world) == [
        "mallory@example.com", "vault", "view", "by-hand", "payments", "vault",
    ]  # fmt: skip
    assert names(world, "vault", kind="role") == ["vault"]


def test_discover_finds_for_others_what_their_levels_concern(world: World) -> None:
    """Nothing of the rest, by whatever word."""
    assert names(world, who=ALICE) == ["view", "payments"]
    assert names(world, "mallory", who=ALICE) == []
    assert names(world, "vault", who=ALICE) == []


def test_discover_shows_one_role_by_its_key(world: World) -> None:
    """What is not seen is as if it were not there."""
    shown = discover(Discover(actor=ALICE, cluster="prod", words=(VIEW.key,)), world.ask)
    assert shown.role == VIEW
    for key in (VAULT.key, "ClusterRole/none", "Role/payments/none"):
        hidden = Discover(actor=ALICE, cluster="prod", words=(key,))
        assert refusal(partial(discover, hidden, world.ask)) == NotThere(text=key, cluster="prod")
    whole = discover(Discover(actor=DAN, cluster="prod", words=(VAULT.key,)), world.ask)
    assert whole.role == VAULT


def test_discover_refuses_what_it_cannot_show(world: World) -> None:
    """A cluster that nobody watched, one that is none, a kind that is none, a guest."""
    asked = Discover(actor=DAN, cluster="dev")
    assert refusal(lambda: discover(asked, world.ask)) == NotPictured(cluster="dev")
    why = refusal(lambda: discover(replace(asked, cluster="prd"), world.ask))
    assert isinstance(why, UnknownCluster)
    why = refusal(lambda: discover(replace(asked, cluster="prod", kind="pod"), world.ask))
    assert isinstance(why, UnknownKind)
    why = refusal(lambda: discover(replace(asked, actor=PersonId("U0EVE")), world.ask))
    assert isinstance(why, Nobody)


def lacking(world: World, who: PersonId = DAN) -> list[frozenset[str]]:
    """Return what the bindings and subjects of prod lack."""
    asked = Discover(actor=who, cluster="prod", words=("stray",))
    return [one.lacking for one in discover(asked, world.ask).things]


def test_discover_says_which_bound_roles_are_not_there(world: World) -> None:
    """Whoever makes such a role gives what it allows then."""
    stray = Subject(name="stray@example.com")
    role = a_binding("stray", "Role/none", stray, namespace="payments")
    draw(world, role, a_binding("stray-too", "view", stray))
    gone = frozenset({"Role/payments/none"})
    assert lacking(world) == [gone, gone, frozenset()]
    draw(world, unseen={Kind.ROLE: "forbidden"})
    assert lacking(world) == [frozenset()] * 3, "a kind that is not seen is not missed"
    draw(world, left_out={Kind.CLUSTER_ROLE: 3})
    assert lacking(world)[0] == gone
    assert not any(lacking(world, who=ALICE)), "what others do not see they do not miss"


def test_discover_tells_old_from_new(world: World) -> None:
    """It is shown all the same, and the view says since when."""
    asked = Discover(actor=DAN, cluster="prod")
    assert discover(asked, world.ask).view.current
    world.clock.advance(CURRENT + timedelta(seconds=1))
    assert not discover(asked, world.ask).view.current
