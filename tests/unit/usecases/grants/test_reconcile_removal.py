"""What has to go goes, and is said to be gone when it is; one object stops nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.audit import Action
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject
from daypass.domain.lease import Lease, LeaseState, ObjectRef
from daypass.domain.suspicion import Suspicion
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import a_world
from tests.unit.usecases.scenes import (
    FIRST,
    failing,
    grant,
    lease_of,
    let_go,
    look,
    names,
    pass_time,
    stray,
    with_cluster,
    work,
)

DOWN = TemporaryOutsideError("prod: unreachable")
REFUSED = PermanentOutsideError("prod: forbidden")


def test_reconcile_says_removed_only_when_it_is_gone() -> None:
    """Law 4: the server's yes to a DELETE is no proof; a finalizer keeps what it allows, too."""
    world = a_world()
    stray(world, FIRST)
    world.clusters["prod"].sticky = True
    world.clock.advance(timedelta(seconds=1))
    findings = look(world)
    (left,) = findings.refused
    assert findings.removed == ()
    assert "the finalizer example.com/held" in left.refusal
    assert Action.OBJECT_REMOVED not in [event.action for event in world.store.events]
    world.clusters["prod"].sticky = False
    world.clock.advance(LOOK_EVERY)
    assert [one.refusal for one in look(world).removed] == [""]
    assert world.store.events[-1].action is Action.OBJECT_REMOVED


@pytest.mark.parametrize("method", ["read", "delete"])
@pytest.mark.parametrize("error", [REFUSED, DOWN], ids=["refused", "for now"])
def test_reconcile_removes_the_others_when_one_cannot_be(method: str, error: OutsideError) -> None:
    """One object stops nothing else: neither the other removals, nor drift, nor what is seen."""
    world = a_world()
    lease = grant(world)
    for name in ("one", "two", "three"):
        ref = ObjectRef(kind="RoleBinding", namespace="team-a", name=name)
        stray(world, FIRST, ref=ref)
    world.clusters["prod"].remove(ours_of(lease))
    at = world.clock.advance(timedelta(seconds=1))
    findings = look(world, failing(world, method, error, lambda ref: ref.name == "two"))
    assert {one.found.ref.name for one in findings.removed} == {"one", "three"}
    assert [(one.found.ref.name, one.refusal) for one in findings.refused] == [("two", str(error))]
    assert findings.drifted == (lease.id,)
    assert findings.failed == ""
    assert world.store.seen()["prod"].taken_at == at


def ours_of(lease: Lease) -> ObjectRef:
    """Return the one object that a lease has."""
    (ref,) = lease.attempt.objects if lease.attempt else ()
    return ref


@pytest.mark.parametrize("label", [INSTALL, LEASE, MANAGED_BY])
@pytest.mark.parametrize("value", ["other", None])
def test_reconcile_ends_a_lease_whose_object_bears_other_labels(
    label: str, value: str | None
) -> None:
    """Law 1: what was given to another install or lease, or to nobody, is ours by its uid."""
    world = a_world()
    lease = grant(world)
    cluster = world.clusters["prod"]
    (found,) = cluster.objects
    labels = {**found.labels} | ({label: value} if value else {})
    if value is None:
        del labels[label]
    cluster._objects[found.ref.kind, found.ref.namespace, found.ref.name] = replace(
        found, labels=labels
    )
    world.clock.advance(timedelta(seconds=1))
    look(world)
    pass_time(world, 3)
    assert lease_of(world, lease.id).state is LeaseState.ENDED
    assert names(world) == []


class Breaking:
    """A cluster of which no list comes to its end."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def ours(self) -> Iterator[GrantObject]:
        """Show what there is, and break off."""
        yield from self._inner.ours()
        raise DOWN


def test_what_is_past_its_end_goes_although_the_list_breaks_off() -> None:
    """Law 10: what came before that is known."""
    world = a_world()
    grant(world)
    world.clock.advance(timedelta(hours=1))

    findings = look(world, with_cluster(world.grants(), Breaking(world.clusters["prod"])))
    assert findings.failed == str(DOWN)
    assert [one.why for one in findings.removed] == [Suspicion.PAST_END]
    assert names(world) == []


def test_what_belongs_to_no_lease_goes_although_the_list_breaks_off() -> None:
    """Law 1: what came before that is held against the leases, like any other."""
    world = a_world()
    grant(world)
    (made,) = world.clusters["prod"].objects
    let_go(world)
    work(world)
    assert names(world) == []
    world.clusters["prod"].put(made)
    findings = look(world, with_cluster(world.grants(), Breaking(world.clusters["prod"])))
    assert findings.failed == str(DOWN)
    assert [one.why for one in findings.removed] == [Suspicion.NOT_LIVE]
    assert names(world) == []
