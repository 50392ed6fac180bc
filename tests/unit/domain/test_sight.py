"""What of a cluster a person may see."""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Selector
from daypass.domain.grant import Subject
from daypass.domain.picture import Entry, Kind
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from daypass.domain.sight import ALL, acts_in, sight_of
from tests.builders import a_catalog, a_group_level, a_lease, a_level, a_person, a_workflow
from tests.drawing import a_binding, a_namespace, a_role, group

CATALOG = a_catalog(
    levels=(
        a_level(),
        a_level("open", role=RoleRef(name="edit"), namespaces=(), choose=("team-*",)),
        a_group_level(),
        a_level(
            "away",
            role=RoleRef(name="secret"),
            namespaces=("hidden",),
            clusters=Selector(names=("dev",)),
        ),
        a_level("closed", role=RoleRef(name="vault"), namespaces=("vault",)),
    ),
    workflows=(a_workflow(levels=("debug", "open", "platform-admins", "away")),),
)
PROD = CATALOG.clusters["prod"]
SIGHT = sight_of(a_person(), PROD, CATALOG)
MALLORY = Subject(name="mallory@example.com")
SHOWN: tuple[Entry, ...] = (
    a_namespace("payments"),
    a_namespace("team-a"),
    a_role("view"),
    a_role("edit"),
    a_role("daypass-sudo-platform-admins"),
    a_role("anything", namespace="payments"),
    a_binding("b", "view", MALLORY),
    a_binding("b", "view", MALLORY, namespace="hidden"),
    a_binding("b", "vault", MALLORY, namespace="payments"),
    a_binding("b", "Role/x", MALLORY, namespace="team-b"),
    Entry(kind=Kind.SERVICE_ACCOUNT, namespace="payments", name="ci"),
)
HIDDEN: tuple[Entry, ...] = (
    a_namespace("hidden"),
    a_namespace("vault"),
    a_namespace("kube-system"),
    a_role("secret"),
    a_role("vault"),
    a_role("cluster-admin"),
    a_role("view", namespace="hidden"),
    a_binding("b", "vault", MALLORY),
    a_binding("b", "Role/view", MALLORY, namespace="hidden"),
    Entry(kind=Kind.SERVICE_ACCOUNT, namespace="hidden", name="payments"),
    Entry(kind=Kind.NAMESPACE, name=""),
)


@pytest.mark.parametrize("entry", SHOWN, ids=lambda one: one.key)
def test_sight_shows_what_levels_concern(entry: Entry) -> None:
    """Their roles, their places with what is in them, whatever binds those roles."""
    assert SIGHT.of(entry) == entry


@pytest.mark.parametrize("entry", HIDDEN, ids=lambda one: one.key)
def test_sight_shows_nothing_else(entry: Entry) -> None:
    """Other places, roles of levels elsewhere or for others, and what only sounds alike."""
    assert SIGHT.of(entry) is None
    assert list(SIGHT.all_of([entry])) == []
    assert ALL.of(entry) == entry


def test_sight_of_a_group_shows_nobody_else_who_is_bound() -> None:
    """What the group of a level is bound to is seen, and not who has the same besides."""
    both = a_binding("b", "vault", MALLORY, group("platform-admins"), group("others"), left_out=3)
    assert SIGHT.of(both) == replace(both, subjects=(group("platform-admins"),), left_out=0)
    alike = a_binding("b", "vault", Subject(name="platform-admins"))
    assert SIGHT.of(alike) is None


def test_sight_of_a_role_of_a_namespace_ends_with_the_namespace() -> None:
    """One of the same name elsewhere is another: who is bound to it is not theirs to see."""
    reader = RoleRef(kind=RoleKind.ROLE, name="reader")
    sight = sight_of(a_person(), PROD, a_catalog(levels=(a_level("read", role=reader),)))
    here = a_binding("b", "Role/reader", MALLORY, namespace="payments")
    assert sight.of(here) == here
    assert sight.of(replace(here, namespace="hidden")) is None


def test_sight_of_every_namespace_is_not_that_of_the_cluster() -> None:
    """A level for any namespace concerns no ClusterRole, and no place of the control plane."""
    anywhere = a_catalog(levels=(a_level("open", namespaces=(), choose=("*",)),))
    sight = sight_of(a_person(), PROD, anywhere)
    assert sight.of(a_namespace("hidden")) is not None
    for hidden in (a_role("vault"), a_binding("b", "vault", MALLORY), a_namespace("kube-system")):
        assert sight.of(hidden) is None
    assert sight.of(a_role("x", namespace="kube-system")) is None


def test_sight_of_an_administrator_is_everything() -> None:
    """Whoever administrates Daypass sees all of it."""
    assert sight_of(a_person("dan"), PROD, CATALOG) == ALL


def test_sight_of_whom_no_workflow_names_is_nothing() -> None:
    """Neither things nor places."""
    nobody = sight_of(a_person(), PROD, replace(CATALOG, workflows=()))
    assert not any(nobody.of(entry) for entry in (*SHOWN, *HIDDEN))
    assert not nobody.of_place("payments")


@pytest.mark.parametrize(
    ("level", "scope", "seen"),
    [
        ("debug", within("hidden"), True),
        ("closed", within("payments"), True),
        ("closed", within("vault"), False),
        ("closed", CLUSTER_WIDE, False),
    ],
)
def test_sight_of_leases_goes_by_level_and_place(level: str, scope: Scope, *, seen: bool) -> None:
    """A lease of another level elsewhere says what nobody told them."""
    lease = a_lease(level=level, scope=scope)
    assert SIGHT.of_lease(lease) is seen
    assert ALL.of_lease(lease)


@pytest.mark.parametrize(
    ("scope", "namespace", "there"),
    [
        (CLUSTER_WIDE, "payments", True),
        (within("payments"), "payments", True),
        (within("payments"), "", True),
        (within("payments"), "team-a", False),
    ],
)
def test_scope_acts_in_its_namespaces(scope: Scope, namespace: str, *, there: bool) -> None:
    """A right of the whole cluster counts in each."""
    assert acts_in(scope, namespace) is there
