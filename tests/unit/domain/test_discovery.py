"""What a level needs of a cluster."""

from datetime import timedelta

import pytest

from daypass.domain.catalog import Level, Selector
from daypass.domain.discovery import FRESH, missing, wanted
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from tests.builders import NOON, a_catalog, a_group_level, a_level, a_snapshot, meanings

READER = RoleRef(name="reader", kind=RoleKind.ROLE)


@pytest.mark.parametrize(
    ("level", "scope", "lacking"),
    [
        (a_level(), within("payments"), ()),
        (a_level(), within("payments", "gone"), ("namespace gone",)),
        (a_level(role=RoleRef(name="nope")), CLUSTER_WIDE, ("ClusterRole/nope",)),
        (a_level(role=READER), within("team-a", "team-b"), ("Role/team-b/reader",)),
        (a_group_level(), CLUSTER_WIDE, ()),
        (a_group_level("other"), CLUSTER_WIDE, ("ClusterRole/daypass-sudo-other", "Group/other")),
    ],
    ids=["all there", "namespace", "ClusterRole", "Role", "group", "group's role"],
)
def test_missing_names_what_a_level_needs_and_the_cluster_lacks(
    level: Level, scope: Scope, lacking: tuple[str, ...]
) -> None:
    """What does not exist is seen before anybody is asked to approve it."""
    means = {**a_snapshot().means, **meanings("Role/team-a/reader")}
    assert missing(level, scope, a_snapshot(means=means)) == lacking


def test_snapshot_is_fresh_for_three_reconciles() -> None:
    """An old look says nothing any more."""
    assert a_snapshot().fresh(NOON + FRESH)
    assert not a_snapshot().fresh(NOON + FRESH + timedelta(seconds=1))


def test_wanted_is_what_the_levels_of_a_cluster_need() -> None:
    """Nothing else of a cluster is looked at or kept: anybody may fill it with names."""
    levels = (
        a_level("a", namespaces=("payments",)),
        a_level("b", role=READER, namespaces=(), choose=("team-*",)),
        a_group_level("c"),
        a_level("d", clusters=Selector(names=("dev",)), namespaces=("elsewhere",)),
    )
    asked = wanted(a_catalog(levels=levels), "prod")
    assert asked.cluster_roles == {"view", "daypass-sudo-c"}
    assert asked.roles == {"reader"}
    assert asked.groups == {"c"}
    assert asked.lent([("User", "daypass:c")]) == asked.lent([("Group", "c")]) == {"c"}
    assert not asked.lent([("User", "c"), ("Group", "daypass:c"), ("ServiceAccount", "c")])
    assert asked.namespaces == {"payments"}
    assert [asked.chosen(name) for name in ("team-a", "payments")] == [True, False]


def test_missing_says_what_is_there_and_reads_alike() -> None:
    """Names are never folded: whoever looks sees the slip."""
    near = {"ClusterRole/View": ("view",), "Namespace/Payments": ("payments",)}
    level = a_level(role=RoleRef(name="View"))
    assert missing(level, within("Payments"), a_snapshot(near=near)) == (
        "namespace Payments (there is payments, which is another)",
        "ClusterRole/View (there is view, which is another)",
    )


def test_missing_says_that_more_namespaces_were_there_than_are_kept() -> None:
    """Nobody is told that there is no such namespace when it was only left out."""
    (said,) = missing(a_level(), within("gone"), a_snapshot(left_out=7))
    assert said == "namespace gone (or it is one of 7 that are too many to be kept)"


def test_missing_does_not_say_that_what_is_not_known_is_not_there() -> None:
    """Somebody made it too long, and whoever has it already has all of it."""
    level = a_level(role=READER)
    there = a_snapshot(means={}, unread=frozenset({"Role/payments/reader"}))
    (said,) = missing(level, within("payments"), there)
    assert said == "Role/payments/reader that can be read whole"
