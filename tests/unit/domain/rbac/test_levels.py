"""What a level gives, by what is bound on a cluster."""

from collections.abc import Iterable

import pytest

from daypass.domain.catalog import Level
from daypass.domain.deliveries import realisation
from daypass.domain.picture import About, Entry, Kind
from daypass.domain.rbac.groups import lending
from daypass.domain.rbac.levels import (
    Access,
    access,
    allowed_by,
    besides,
    bound_to,
    reach_of,
    without_lending,
)
from daypass.domain.rbac.ways import MOST, ways
from daypass.domain.review import Question
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import CLUSTER_WIDE, within
from tests.builders import NOON, a_group_level, a_level
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_role, a_rule, group

GET_PODS = Question(user="alice@example.com", verb="get", resource="pods", namespace="payments")
EDIT = a_role("edit", a_rule("get", "delete"))
ADMINS = a_group_level()
OWN = a_level("own", role=RoleRef(name="reader", kind=RoleKind.ROLE))
SOME = a_level("some", namespaces=(), choose=("team-*", "payments"))
WIDE = a_level("wide", namespaces=(), cluster_wide=True, role=RoleRef(name="edit"))
READER = a_role("reader", a_rule("get"), namespace="payments")


def there(bindings: Iterable[Entry], *roles: Entry, **about: dict[Kind, str | int]) -> Access:
    said = About(cluster="prod", at=NOON, **about)  # type: ignore[arg-type] # One of two maps.
    return access(bindings, roles, said)


def test_role_level_allows_what_its_role_does_where_it_holds() -> None:
    """And nothing by what is bound to anybody already."""
    known = there([a_binding("b", "edit", ALICE_THERE)], VIEW, EDIT)
    assert allowed_by(a_level(), within("payments"), GET_PODS, there=known)
    elsewhere = Question(user="", verb="get", resource="pods", namespace="team-a")
    assert allowed_by(a_level(), within("payments"), elsewhere, there=known) is False
    deleting = Question(user="alice@example.com", verb="delete", resource="pods")
    assert allowed_by(a_level(), CLUSTER_WIDE, deleting, there=known) is False


def test_group_level_allows_what_its_group_is_bound_to() -> None:
    """Also with others; what everybody may do is no merit of it."""
    bindings = [
        a_binding("a", "view", ALICE_THERE, group("platform-admins")),
        a_binding("b", "edit", group("system:authenticated")),
    ]
    known = there(bindings, VIEW, EDIT)
    assert [one.name for one in bound_to(a_group_level(), known.bindings)] == ["a"]
    assert allowed_by(ADMINS, CLUSTER_WIDE, GET_PODS, there=known)
    deleting = Question(user="", verb="delete", resource="pods", namespace="payments")
    assert allowed_by(ADMINS, CLUSTER_WIDE, deleting, there=known) is False
    assert {one.verb for one in reach_of(ADMINS, CLUSTER_WIDE, known).permissions} == {
        "get",
        "list",
    }


SHORT = a_role("view", a_rule("list"), left_out=1)
HALF = a_binding("b", "view", left_out=5)


@pytest.mark.parametrize(
    ("known", "doubtful"),
    [
        (there([], VIEW), False),
        (there([a_binding("b", "view", ALICE_THERE)], SHORT), True),
        (there([a_binding("b", "view", group("other"))], SHORT), False),
        (there([a_binding("b", "view", ALICE_THERE, namespace="other")], SHORT), False),
        (there([HALF], VIEW), True),
        (there([HALF], SHORT), True),
        (there([HALF], a_role("view", a_rule("delete"))), False),
        (there([HALF]), False),
        (there([], unseen={Kind.CLUSTER_ROLE: "forbidden"}), True),
        (there([], left_out={Kind.ROLE_BINDING: 3}), True),
        (there([], left_out={Kind.NAMESPACE: 3}), False),
    ],
)
def test_doubt_is_where_something_that_is_not_known_may_allow_it(
    known: Access, *, doubtful: bool
) -> None:
    """A part of a role that binds one, of a binding's subjects, or a kind that is not seen."""
    assert known.doubtful(GET_PODS) is doubtful


def test_level_may_allow_what_its_role_does_not_as_far_as_it_is_known() -> None:
    """Neither yes nor no."""
    assert allowed_by(a_level(), within("payments"), GET_PODS, there=there([], SHORT)) is None


def test_ways_are_the_levels_that_allow_it_the_smallest_first() -> None:
    """What is sure before what may be, what is whole before what is partly, then by size."""
    known = there([a_binding("a", "edit", group("platform-admins"))], VIEW, EDIT, READER)
    found = ways([WIDE, a_level(), ADMINS, OWN, SOME], GET_PODS, known, namespaced=True)
    assert [(one.level.name, one.size) for one in found] == [
        ("own", 1), ("debug", 2), ("some", 2), ("platform-admins", 2), ("wide", 2),
    ]  # fmt: skip
    assert {one.scope for one in found} == {within("payments"), CLUSTER_WIDE}
    assert all(one.sure and not one.partly and not one.more for one in found)


def test_ways_without_a_namespace_say_where_a_level_holds() -> None:
    """It is asked of all of them: what holds in some comes after."""
    everywhere = Question(user="", verb="get", resource="pods")
    found = ways([a_level(), SOME, OWN, WIDE], everywhere, there([], VIEW, EDIT), namespaced=True)
    assert [(one.level.name, one.partly, one.scope) for one in found] == [
        ("wide", False, CLUSTER_WIDE),
        ("debug", True, within("payments")),
        ("some", True, within("payments", "team-*")),
    ]


def test_ways_to_what_is_in_no_namespace_are_cluster_wide() -> None:
    """A role bound in a namespace gives no nodes and no paths."""
    nodes = Question(user="", verb="get", resource="nodes")
    known = there(
        [], a_role("view", a_rule("get", of="nodes")), a_role("edit", a_rule("get", of="*"))
    )
    assert [one.level.name for one in ways([a_level(), WIDE], nodes, known, namespaced=False)] == [
        "wide"
    ]


def test_ways_leave_out_places_where_nothing_is_ever_granted_and_those_too_many() -> None:
    """The control plane's; and of a thousand namespaces some are tried."""
    system = Question(user="", verb="get", resource="pods", namespace="kube-system")
    anywhere = a_level(namespaces=(), choose=("*",))
    assert ways([anywhere], system, there([], VIEW), namespaced=True) == ()
    many = a_level(namespaces=tuple(f"n{n:04}" for n in range(1_000)))
    (way,) = ways(
        [many], Question(user="", verb="get", resource="pods"), there([], VIEW), namespaced=True
    )
    assert len(way.scope.namespaces) == MOST


def test_ways_that_may_allow_it_come_last() -> None:
    """A role of which a part is not known."""
    short = a_role("edit", a_rule("list"), left_out=1)
    found = ways([WIDE, a_level()], GET_PODS, there([], VIEW, short), namespaced=True)
    assert [(one.level.name, one.sure) for one in found] == [("debug", True), ("wide", False)]


def levels() -> list[Level]:
    """Return one of each."""
    return [a_level(), ADMINS, OWN, SOME, WIDE]


def test_no_level_is_a_way_where_nothing_is_known_to_allow_it() -> None:
    """Roles that are not there allow nothing."""
    assert ways(levels(), GET_PODS, there([]), namespaced=True) == ()


def test_what_is_no_binding_binds_nothing() -> None:
    """A role among bindings is passed over."""
    assert VIEW.binding is None
    assert there([VIEW, EDIT], VIEW).bindings == ()


def test_what_a_role_that_lends_a_group_allows_besides_is_told_from_lending() -> None:
    """Nothing of it is besides where it is as it was made; a role's level has none."""
    level, extra = a_group_level("admins"), a_rule("delete", of="services")
    (binding,) = besides(level)
    acts = realisation(level).acts_as(level)
    assert acts is not None
    there = Access(roles={binding.role_key: (*lending(acts), extra)})
    assert without_lending([level], there).roles[binding.role_key] == (extra,)
    assert without_lending([a_level("debug")], there) == there
    assert besides(a_level("debug")) == ()
