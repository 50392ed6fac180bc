"""Each delivery says all that has to be said of it, in one place."""

import pytest

from daypass.domain.catalog import Delivery, Level
from daypass.domain.deliveries import DELIVERIES, ActsAs, realisation
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.names import named
from daypass.domain.roles import Part, RoleKind, RoleRef
from daypass.domain.scope import Scope
from tests.builders import a_group_level, a_level, a_mirror

EVERYWHERE = Scope()
PLACES = Scope(namespaces=("payments", "team-a"))
READER = RoleRef(name="reader", kind=RoleKind.ROLE)
LEVELS = [a_level(), a_level(cluster_wide=True, namespaces=()), a_group_level(), a_mirror()]


def test_every_delivery_is_in_the_table() -> None:
    """One that nobody realises is missed here, and would never be taken for another."""
    assert set(DELIVERIES) == set(Delivery)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("scope", [EVERYWHERE, PLACES])
def test_objects_are_where_the_delivery_says(level: Level, scope: Scope) -> None:
    """The guard and the worker's rights rest on where objects are, grants on what they are."""
    parts = realisation(level).parts(level, scope)
    objects = named("daypass-x-1", parts)
    assert [one.namespace for one in objects] == [part.namespace for part in parts]
    for one in objects:
        assert one.kind == ("RoleBinding" if one.namespace else "ClusterRoleBinding")
    assert len({one.name for one in objects}) == len(objects) > 0


def test_a_role_is_needed_where_it_is_bound() -> None:
    """A Role in each namespace, a ClusterRole once; a level with neither is a bug."""
    delivery = DELIVERIES[Delivery.BINDING]
    assert list(delivery.needed(a_level(role=READER), PLACES)) == [
        "Role/payments/reader",
        "Role/team-a/reader",
    ]
    assert list(delivery.needed(a_level(), PLACES)) == ["ClusterRole/view"]
    with pytest.raises(BrokenInvariantError):
        delivery.parts(a_level(role=None), PLACES)


def test_a_group_is_lent_through_a_role_made_for_its_level() -> None:
    """The line that people run, and the role that allows it, use the same names."""
    level = a_group_level()
    delivery = realisation(level)
    (static,) = delivery.static_roles(level)
    assert delivery.parts(level, EVERYWHERE) == (Part(role=RoleRef(name=static.name)),)
    assert list(delivery.needed(level, EVERYWHERE)) == [
        "ClusterRole/daypass-sudo-platform-admins",
        "Group/platform-admins",
    ]
    assert static.acts_as == delivery.acts_as(level)
    assert static.acts_as == ActsAs(user="daypass:platform-admins", group="platform-admins")


def test_a_binding_is_used_under_ones_own_name() -> None:
    """Nothing is to be said to kubectl, and no role has to be made."""
    level = a_level()
    assert realisation(level).acts_as(level) is None
    assert realisation(level).static_roles(level) == ()
