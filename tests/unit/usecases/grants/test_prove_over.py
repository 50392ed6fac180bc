"""What is asked before a lease is said to be over, and what is taken for ours (law 4)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.grant import GrantObject, Subject
from daypass.domain.lease import EndCause, Lease, ObjectRef
from daypass.domain.review import Answer
from daypass.domain.roles import RoleKind, RoleRef
from daypass.ports import GrantPorts
from daypass.usecases.grants.prove import still_allowed
from daypass.usecases.shared.holdings import tally_of
from tests.builders import PODS, World, a_catalog, a_level, a_snapshot, a_world, meanings
from tests.unit.usecases.scenes import approve, grant, lease_of, let_go, under

SPACES = ("payments", "team-a", "team-b")


def over(world: World, **fields: Any) -> Lease:
    """Return alice's lease that she gave back, with something else in it."""
    let_go(world)
    return replace(lease_of(world), **fields)


def still(lease: Lease, ports: GrantPorts) -> str | None:
    """Ask as an end does, knowing what was counted of its holder."""
    return still_allowed(lease, tally_of(lease.holder, ports.name, ports), ports)


def test_asks_by_its_own_word_when_the_proof_is_gone() -> None:
    """Its object is there still: that is seen although the store names neither it nor a question.

    So it is where what was counted of its holder cannot be read.
    """
    world = a_world()
    grant(world)
    bare = over(world, proof=())
    assert still(bare, world.grants()) is None
    assert still_allowed(bare, None, world.grants()) is None


def test_asks_what_the_proof_has_when_the_level_is_gone() -> None:
    """An end needs no word of the configuration (law 10)."""
    world = a_world()
    grant(world)
    lease = over(world)
    none = under(world, replace(world.catalog, levels=()))
    assert still(lease, none) is None
    assert still(replace(lease, proof=()), none) == ""


def test_asks_what_the_proof_has_when_the_role_is_gone() -> None:
    """Nothing can be asked by its own word any more; with the object nothing is allowed."""
    world = a_world()
    grant(world)
    lease = over(world)
    world.clusters["prod"].roles.clear()
    assert still(lease, world.grants()) == ""


def of_roles() -> tuple[World, Lease]:
    """Return alice's lease that she gave back, of a Role that each of SPACES has for itself."""
    level = a_level(role=RoleRef(kind=RoleKind.ROLE, name="reader"), namespaces=SPACES)
    world = a_world(a_catalog(levels=(level,)))
    prod, names = world.clusters["prod"], [f"Role/{one}/reader" for one in SPACES]
    prod.roles |= dict.fromkeys(names, (PODS,))
    world.clock.advance(timedelta(seconds=1))
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now(), means=meanings(*names)))
    grant(world)
    return world, over(world)


@pytest.mark.parametrize("gone", SPACES[:2])
def test_asks_about_the_other_namespaces_when_the_role_of_one_is_gone(gone: str) -> None:
    """Whoever may delete a Role in one keeps no question about another from being asked."""
    world, lease = of_roles()
    prod = world.clusters["prod"]
    del prod.roles[f"Role/{gone}/reader"]
    for found in [one for one in prod.objects if one.ref.namespace != SPACES[-1]]:
        prod.remove(found.ref)
    assert still(lease, world.grants()) is None


@pytest.mark.parametrize("gone", SPACES)
def test_asks_about_a_namespace_whose_role_is_gone_what_the_proof_has(gone: str) -> None:
    """Nor is it left out itself: something else may allow there what the Role did."""
    world, lease = of_roles()
    prod = world.clusters["prod"]
    for found in prod.objects:
        prod.remove(found.ref)
    del prod.roles[f"Role/{gone}/reader"]
    prod.roles[f"Role/{gone}/mine"] = (PODS,)
    named = ObjectRef(kind="RoleBinding", namespace=gone, name="mine")
    role = RoleRef(kind=RoleKind.ROLE, name="mine")
    who = Subject(name="alice@example.com")
    prod.create(GrantObject(ref=named, role=role, subjects=(who,)))
    assert f"mine/{gone}" in (still(lease, world.grants()) or "")


def test_asks_nothing_when_it_was_never_begun() -> None:
    """A lease without attempt, proof and count has given nothing."""
    world = a_world()
    world.clusters["prod"].down = True
    (name,) = approve(world).lease_ids
    lease = lease_of(world, name).ending(EndCause.FAILED)
    assert still(lease, world.grants()) == ""


@pytest.mark.parametrize(
    ("reason", "binding"),
    [
        ('RBAC: allowed by RoleBinding "a/b" of x', ("RoleBinding", "b", "a")),
        ('RBAC: allowed by ClusterRoleBinding "a" of x', ("ClusterRoleBinding", "", "a")),
        ('RBAC: allowed by RoleBinding "a\\"/b" of x', None),
        ('RBAC: allowed by RoleBinding "a/b/c" of x', None),
        ('webhook: RBAC: allowed by RoleBinding "a/b" of x', None),
        ("", None),
    ],
)
def test_binding_is_the_one_that_rbac_names(
    reason: str, binding: tuple[str, str, str] | None
) -> None:
    """Its name as the server quotes it, from the beginning of what it says."""
    assert Answer(allowed=True, reason=reason).binding == binding
    assert Answer(allowed=False, reason=reason).binding is None
