"""A lease as objects on a cluster."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from daypass.domain.catalog import Level
from daypass.domain.grant import (
    CREATE_BEFORE,
    EXPIRES_AT,
    INSTALL,
    LEASE,
    MANAGED_BY,
    REQUESTER,
    Ends,
    Entitlement,
    Subject,
    equal,
    fix_attempt,
    planned,
    sealed_by,
    with_ends,
)
from daypass.domain.ids import LeaseId
from daypass.domain.instants import read_time, write_exactly, write_time
from daypass.domain.lease import PROVISION_DEADLINE, Lease, ObjectRef
from daypass.domain.names import may_be_of
from daypass.domain.roles import RoleRef
from daypass.domain.scope import CLUSTER_WIDE, within
from tests.builders import KEY, NOON, a_catalog, a_group_level, a_lease, a_level

TWO = within("team-a", "team-b")


def a_deed(lease: Lease | None = None, level: Level | None = None) -> Entitlement:
    return Entitlement(
        lease=lease or a_lease(),
        level=level or a_level(),
        cluster=a_catalog().clusters["prod"],
        install="main",
        key=KEY,
    )


@pytest.mark.parametrize(
    ("lease", "level", "refs"),
    [
        (a_lease(), a_level(), ["RoleBinding payments/daypass-k7q2m9x4t1bd-1-1-1"]),
        (
            a_lease(scope=TWO, tries=3),
            a_level(),
            [
                "RoleBinding team-a/daypass-k7q2m9x4t1bd-1-4-1",
                "RoleBinding team-b/daypass-k7q2m9x4t1bd-1-4-2",
            ],
        ),
        (
            a_lease(scope=CLUSTER_WIDE),
            a_level("nodes"),
            ["ClusterRoleBinding daypass-k7q2m9x4t1bd-1-1"],
        ),
        (
            a_lease(scope=CLUSTER_WIDE),
            a_group_level(),
            ["ClusterRoleBinding daypass-k7q2m9x4t1bd-1-1"],
        ),
    ],
    ids=["one namespace", "two namespaces, fourth try", "cluster-wide", "group"],
)
def test_fix_attempt_names_every_object(lease: Lease, level: Level, refs: list[str]) -> None:
    """Law 2: every object has its name, with the number of the try, before it is created."""
    attempt = fix_attempt(lease, level, NOON)
    assert [str(ref) for ref in attempt.objects] == refs
    assert attempt.number == lease.tries + 1


def test_fix_attempt_rounds_the_end_down() -> None:
    """No lease is longer than it may be, and object and store say the same."""
    now = NOON + timedelta(microseconds=999_999)
    attempt = fix_attempt(a_lease(), a_level(), now)
    assert attempt.expires_at == NOON + timedelta(hours=1)
    assert attempt.create_before == NOON + PROVISION_DEADLINE


def test_fix_attempt_lets_nothing_be_created_past_the_end() -> None:
    """Law 3: a lease shorter than the provision deadline has a shorter one."""
    attempt = fix_attempt(a_lease(duration=timedelta(seconds=30)), a_level(), NOON)
    assert attempt.create_before == attempt.expires_at == NOON + timedelta(seconds=30)


def test_planned_objects_carry_their_end_and_who() -> None:
    """Law 2: an object tells its lease, its end, who asked and who said yes."""
    entitlement = a_deed()
    (found,) = planned(entitlement, fix_attempt(entitlement.lease, entitlement.level, NOON))
    assert found.subjects == (Subject(name="alice@example.com"),)
    assert found.role == RoleRef(name="view")
    assert found.labels == {MANAGED_BY: "daypass", LEASE: entitlement.lease.id, INSTALL: "main"}
    assert found.lease == entitlement.lease.id
    assert found.expires_at == NOON + timedelta(hours=1)
    assert found.annotations[CREATE_BEFORE] == "2026-11-20T12:02:00Z"
    assert found.annotations[REQUESTER] == "alice@example.com"
    assert "bob@example.com" in found.annotations.values()


def test_planned_objects_say_automatic_when_nobody_approved() -> None:
    """An object of an automatic grant says so."""
    entitlement = a_deed(a_lease(approvers=()))
    (found,) = planned(entitlement, fix_attempt(entitlement.lease, entitlement.level, NOON))
    assert "automatic" in found.annotations.values()


def test_equal_ignores_the_uid_and_what_others_added() -> None:
    """What a name that is taken has to be: the very same object, whatever stands beside ours."""
    entitlement = a_deed()
    (one,) = planned(entitlement, fix_attempt(entitlement.lease, entitlement.level, NOON))
    there = replace(one, ref=replace(one.ref, uid="uid-1"))
    assert equal(there, one)
    assert equal(replace(there, labels={**there.labels, "cost-centre": "7"}), one)
    assert not equal(replace(there, subjects=(Subject(name="mallory"),)), one)
    assert not equal(replace(there, labels={}), one)
    assert not equal(replace(there, annotations={**there.annotations, EXPIRES_AT: "later"}), one)


@pytest.mark.parametrize(
    "text",
    [
        "", "tomorrow", "2026-11-20T12:00:00", "2026-13-01T00:00:00Z", "é", "\x00",
        "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59",
    ],
)  # fmt: skip
def test_read_time_is_nothing_when_it_is_no_time_with_a_zone(text: str) -> None:
    """A time without a zone is no end, nor is one that UTC does not have."""
    assert read_time(text) is None


def test_write_time_is_read_back_in_utc() -> None:
    """Ends are written in UTC, whatever zone they came in."""
    east = timezone(timedelta(hours=9))
    at = datetime(2026, 11, 20, 21, tzinfo=east)
    assert write_time(at) == "2026-11-20T12:00:00Z"
    assert read_time(write_time(at)) == at.astimezone(UTC)


def test_write_exactly_keeps_which_of_two_was_first() -> None:
    """Within one second as well, and where a moment has no part of one."""
    for at in (NOON, NOON + timedelta(microseconds=1)):
        assert read_time(write_exactly(at)) == at


def test_the_last_word_on_an_object_only_goes_forward() -> None:
    """Ends that rest on something said earlier do not let in again what was overtaken."""
    entitlement = a_deed()
    (found,) = planned(entitlement, fix_attempt(entitlement.lease, entitlement.level, NOON))
    assert not found.heard(NOON)
    for said_at in (NOON + timedelta(seconds=2), NOON + timedelta(seconds=1)):
        ends = Ends(expires_at=NOON + timedelta(hours=2), said_at=said_at)
        changed = with_ends(found, ends, cluster="prod", key=KEY)
        found = replace(found, annotations={**found.annotations, **changed})
        assert sealed_by(found, cluster="prod", key=KEY)
        assert found.heard(NOON + timedelta(seconds=2))
        assert not found.heard(NOON + timedelta(seconds=3))
    assert EXPIRES_AT.startswith("daypass.dev/")


@pytest.mark.parametrize(
    ("ref", "ours"),
    [
        ("RoleBinding payments daypass-k7q2m9x4t1bd-1-1-1", True),
        ("RoleBinding payments daypass-k7q2m9x4t1bd-1-12-3", True),
        ("ClusterRoleBinding - daypass-k7q2m9x4t1bd-1-1", True),
        ("RoleBinding payments daypass-k7q2m9x4t1bd-1-1", False),
        ("RoleBinding payments daypass-k7q2m9x4t1bd-1-1-1\u00e9", False),
        ("RoleBinding payments daypass-k7q2m9x4t1bd-1-1-1-1", False),
        ("RoleBinding payments daypass-k7q2m9x4t1bd-12-1-1", False),
        ("RoleBinding - daypass-k7q2m9x4t1bd-1-1-1", False),
        ("RoleBinding ../x daypass-k7q2m9x4t1bd-1-1-1", False),
        ("ClusterRoleBinding payments daypass-k7q2m9x4t1bd-1-1", False),
        ("ClusterRoleBinding - daypass-k7q2m9x4t1bd-1-1-1", True),
        ("ClusterRoleBinding - daypass-k7q2m9x4t1bd-1-1-1-1", False),
        ("Secret payments daypass-k7q2m9x4t1bd-1-1-1", False),
    ],
)
def test_may_be_of_takes_whole_names_only(ref: str, *, ours: bool) -> None:
    """Law 10: whoever writes to the store chooses nothing that we ask for or delete by name."""
    kind, namespace, name = ref.split(" ")
    found = ObjectRef(kind=kind, namespace=namespace.replace("-", ""), name=name)
    assert may_be_of(LeaseId("k7q2m9x4t1bd-1"), found) is ours
