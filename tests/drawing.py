"""Pictures of clusters for tests: entries, and how they come to be in a world."""

from typing import Any

from daypass.domain.grant import Subject
from daypass.domain.picture import About, Edit, Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.roles import RoleKind, RoleRef
from daypass.ports import watch_of
from tests.builders import World

ALICE_THERE = Subject(name="alice@example.com")


def a_rule(*verbs: str, of: str = "pods", **fields: Any) -> PolicyRule:
    """Return a rule about resources of a name, in the core group unless something is said."""
    return PolicyRule(verbs=verbs, resources=(of,), **fields)


def a_role(name: str, *rules: PolicyRule, namespace: str = "", **fields: Any) -> Entry:
    """Return a ClusterRole, or a Role of a namespace."""
    kind = Kind.ROLE if namespace else Kind.CLUSTER_ROLE
    return Entry(kind=kind, namespace=namespace, name=name, rules=rules, **fields)


def a_binding(
    name: str, role: str, *subjects: Subject, namespace: str = "", **fields: Any
) -> Entry:
    """Return a binding of `view`, or of `Role/reader`."""
    kind = Kind.ROLE_BINDING if namespace else Kind.CLUSTER_ROLE_BINDING
    written, _, called = role.rpartition("/")
    ref = RoleRef(name=called, kind=RoleKind(written or "ClusterRole"))
    return Entry(kind=kind, namespace=namespace, name=name, role=ref, subjects=subjects, **fields)


def a_namespace(name: str, **fields: Any) -> Entry:
    """Return a namespace."""
    return Entry(kind=Kind.NAMESPACE, name=name, **fields)


def group(name: str) -> Subject:
    """Return a group."""
    return Subject(name=name, kind="Group")


VIEW = a_role("view", a_rule("get", "list"))


def draw(world: World, *entries: Entry, cluster: str = "prod", **about: Any) -> None:
    """Put entries into a cluster's picture, seen now unless `at` says otherwise."""
    duty = watch_of(cluster)
    assert world.heartbeats.take_duty(duty, "test")
    assert world.pictures.edit(Edit(cluster=cluster, there=entries), duty, "test")
    said = {"at": world.clock.now(), **about}
    assert world.pictures.keep_about(About(cluster=cluster, **said), duty, "test")
