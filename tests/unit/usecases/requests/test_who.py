"""Who can act on a cluster now."""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Principal
from daypass.domain.ids import PersonId
from daypass.domain.lease import LeaseState
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.who import Present, Who, who
from tests.builders import World, a_catalog, a_world
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_role, draw, group
from tests.unit.usecases.scenes import ALICE, CAROL, DAN, FIRST, approve, grant, work

BINDINGS = (
    a_binding("system", "vault", group("system:masters")),
    a_binding("wide", "vault", group("ops")),
    a_binding("here", "view", ALICE_THERE, namespace="payments"),
    a_binding("there", "vault", group("others"), namespace="team-b"),
)


@pytest.fixture
def world() -> World:
    """A world in which alice holds debug in payments on prod."""
    made = a_world()
    grant(made)
    draw(made, VIEW, a_role("vault"), *BINDINGS)
    return made


def there(world: World, *namespaces: str, who_asks: PersonId = DAN) -> Present:
    return who(Who(actor=who_asks, cluster="prod", namespaces=namespaces), world.ask)


def test_who_lists_leases_and_what_always_holds(world: World) -> None:
    """People and groups by what binds them, Kubernetes' own last."""
    found = there(world)
    assert [one.id for one in found.leases] == [FIRST]
    assert [one.name for one in found.standing] == [
        "alice@example.com", "ops", "others", "system:masters",
    ]  # fmt: skip
    assert found.unread == 0


def test_who_in_a_namespace_has_what_counts_there(world: World) -> None:
    """What holds on the whole cluster counts in each."""
    found = there(world, "payments")
    assert len(found.leases) == 1
    assert [one.name for one in found.standing] == ["alice@example.com", "ops", "system:masters"]
    found = there(world, "team-b")
    assert found.leases == ()
    assert [one.name for one in found.standing] == ["ops", "others", "system:masters"]
    assert len(there(world, "team-b", "payments").standing) == 4


def test_who_shows_others_what_their_levels_concern(world: World) -> None:
    """Roles of levels, namespaces of levels, leases of levels; team-b is one to choose."""
    found = there(world, who_asks=CAROL)
    assert [one.id for one in found.leases] == [FIRST]
    assert [one.name for one in found.standing] == ["alice@example.com", "others"]


def test_who_shows_ones_own_leases_whatever_rules_say_now() -> None:
    """Whoever may ask for nothing any more still holds what they hold; others see nothing."""
    world = a_world()
    grant(world)
    draw(world, VIEW, *BINDINGS)
    bare = a_catalog(workflows=(), admins=(Principal(email="dan@example.com"),))
    world = replace(world, catalog=bare)
    assert [one.id for one in there(world, who_asks=ALICE).leases] == [FIRST]
    assert there(world, who_asks=ALICE).standing == ()
    assert there(world, who_asks=CAROL).leases == ()


def test_who_leaves_out_what_is_not_granted_yet() -> None:
    """A lease that is being granted lets nobody act; one that is being removed may."""
    world = a_world()
    draw(world, VIEW)
    approve(world)
    assert there(world).leases == ()
    work(world)
    release(Release(actor=ALICE, target=""), world.ask)
    assert [one.state for one in there(world).leases] == [LeaseState.REVOKING]


def test_who_says_to_everybody_that_it_did_not_look_at_all_leases(world: World) -> None:
    """The number is for administrators: the view says it to nobody else."""
    for actor in (DAN, CAROL):
        assert who(Who(actor=actor, cluster="prod"), world.ask, most=0).unread == 1


def test_who_says_that_a_binding_names_more_than_are_kept(world: World) -> None:
    """Whoever hides behind two hundred others is not shown, and that is not kept quiet."""
    draw(world, a_binding("crowd", "vault", group("first"), namespace="payments", left_out=1))
    assert there(world, "payments").crowded == 1
    assert there(world, "team-b").crowded == 0
