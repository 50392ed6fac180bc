"""Both sides are held against each other, and the cluster is looked at (law 1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.audit import Action
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError, UnreadableError
from daypass.domain.grant import (
    EXPIRES_AT,
    INSTALL,
    LEASE,
    MAC,
    MANAGED_BY,
    GrantObject,
    Subject,
    seal,
)
from daypass.domain.lease import EndCause, LeaseState, ObjectRef
from daypass.domain.roles import RoleRef
from daypass.domain.suspicion import Suspicion
from daypass.ports import Change, Claim, PromiseKind
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.reconcile import AGAIN, first_look, reconcile
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from daypass.usecases.shared.pauses import SPREAD
from daypass.usecases.shared.rows import look_row
from tests.builders import KEY, NOON, a_catalog, a_level, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    Failing,
    Meanwhile,
    grant,
    lease_of,
    let_go,
    look,
    names,
    ours,
    pass_time,
    revoke_due,
    rows,
    stray,
    with_cluster,
)

DOWN = TemporaryOutsideError("prod: unreachable")
REFUSED = PermanentOutsideError("prod: forbidden")


def why(findings: Findings) -> list[Suspicion]:
    return [one.why for one in findings.removed]


def test_reconcile_leaves_alone_what_is_in_order() -> None:
    """What running leases planned stays, and the next look is promised."""
    world = a_world()
    grant(world, "debug", "platform-admins")
    assert look(world) == Findings(objects=2)
    assert rows(world)[PromiseKind.RECONCILE, "prod"] == LOOK_EVERY.total_seconds()
    assert len(names(world)) == 2


def test_reconcile_keeps_what_the_cluster_shows() -> None:
    """A successful look refreshes the roles and namespaces that levels need, and no others."""
    world = a_world(a_catalog(levels=(a_level(namespaces=(), choose=("new*",)),)))
    world.clusters["prod"].namespaces |= {"new", "old"}
    at = world.clock.advance(timedelta(seconds=40))
    look(world)
    seen = world.store.seen()["prod"]
    assert seen.namespaces == {"new"}
    assert seen.means.keys() == {"ClusterRole/view"}
    assert seen.taken_at == at


def test_reconcile_removes_an_orphan() -> None:
    """Law 1: an object of which no lease is known goes, with an event."""
    world = a_world()
    grant(world)
    kept = ours(world)
    del world.store._leases[FIRST]
    assert why(look(world)) == [Suspicion.UNKNOWN]
    assert names(world) == []
    event = world.store.events[-1]
    assert event.action == "object.removed"
    assert event.facts == {"lease": FIRST, "why": "its lease is unknown", "uid": kept.ref.uid}


@pytest.mark.parametrize(
    ("change", "suspicion"),
    [
        ({"subjects": (Subject(name="mallory@example.com"),)}, Suspicion.FORGED),
        ({"role": RoleRef(name="cluster-admin")}, Suspicion.FORGED),
        ({"annotations": {}}, Suspicion.ENDLESS),
        ({"annotations": {EXPIRES_AT: "2036-01-01T00:00:00Z"}}, Suspicion.FORGED),
    ],
    ids=["subject", "role", "no end", "no mac"],
)
def test_reconcile_removes_what_was_altered_and_ends_its_lease(
    change: dict[str, Any], suspicion: Suspicion
) -> None:
    """Law 1: an object that was changed goes; then its lease has drifted and is ended."""
    world = a_world()
    grant(world)
    world.clusters["prod"].put(replace(ours(world), **change))
    assert why(look(world)) == [suspicion]
    assert names(world) == []
    world.clock.advance(LOOK_EVERY)
    assert look(world).drifted == (FIRST,)
    revoke_due(world)
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.ENDED, EndCause.DRIFTED)


def test_reconcile_removes_a_forged_object() -> None:
    """Somebody else's object under our label, with an end and an invented MAC, goes."""
    world = a_world()
    said = {EXPIRES_AT: "2036-01-01T00:00:00Z", "daypass.dev/mac": "ünïcode"}
    stray(world, FIRST, annotations=said)
    assert why(look(world)) == [Suspicion.FORGED]
    assert names(world) == []


def test_reconcile_removes_what_is_past_its_end() -> None:
    """Law 3: should a revocation have been missed, the object's own end is enough."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR)
    assert why(look(world)) == [Suspicion.PAST_END]


def test_reconcile_removes_what_is_left_of_a_lease_that_is_over() -> None:
    """Law 1: what outlived its lease goes."""
    world = a_world()
    grant(world)
    left = ours(world)
    let_go(world)
    revoke_due(world)
    world.clusters["prod"].put(left)
    assert why(look(world)) == [Suspicion.NOT_LIVE]


def test_reconcile_removes_what_its_lease_did_not_plan() -> None:
    """An object of an attempt that was undone is nobody's."""
    world = a_world()
    grant(world)
    left = ours(world)
    world.store._leases[FIRST] = replace(
        lease_of(world), state=LeaseState.GRANTING, attempt=None, ends_at=None
    )
    assert why(look(world)) == [Suspicion.NOT_PLANNED]
    assert left.ref.name not in names(world)


def test_reconcile_leaves_another_install_s_objects_alone() -> None:
    """Two installs on one cluster never touch each other's objects."""
    world = a_world()
    labels = {MANAGED_BY: "daypass", LEASE: FIRST, INSTALL: "other"}
    stray(world, FIRST, labels=labels)
    assert look(world) == Findings(objects=1)
    assert names(world) == ["stray"]


def test_reconcile_looks_afresh_before_it_removes() -> None:
    """A suspect that is gone, replaced or granted meanwhile is left alone."""
    world = a_world()
    grant(world)
    cluster, found = world.clusters["prod"], ours(world)
    forged = replace(found, subjects=())
    for now in (None, found, replace(found, labels={}, annotations={})):
        cluster.put(forged)

        def meanwhile(now: GrantObject | None = now) -> None:
            cluster.remove(found.ref)
            if now is not None:
                cluster.put(now)

        findings = look(world, with_cluster(world.grants(), Meanwhile(cluster, "read", meanwhile)))
        assert findings.removed == ()
        world.clock.advance(LOOK_EVERY)
    assert len(names(world)) == 1


def test_reconcile_is_not_stopped_by_an_object_that_it_may_not_delete() -> None:
    """Whoever puts an object where we cannot delete it does not blind us."""
    world = a_world()
    grant(world)
    stray(world, FIRST)
    at = world.clock.advance(timedelta(seconds=1))
    ports = with_cluster(
        world.grants(), Failing(world.clusters["prod"], "delete", REFUSED, lambda _: True)
    )
    findings = look(world, ports)
    (refused,) = findings.refused
    assert (refused.why, refused.refusal) == (Suspicion.ENDLESS, "prod: forbidden")
    assert findings.removed == ()
    assert world.store.seen()["prod"].taken_at == at
    world.clock.advance(LOOK_EVERY)
    look(world, ports)
    told = [event.action for event in world.store.events]
    assert told.count(Action.OBJECT_CONDEMNED) == 1, "said once by a process, whoever refuses it"
    assert Action.OBJECT_REMOVED not in told, "what is still there was not removed"


@pytest.mark.parametrize("method", ["ours", "discover"])
def test_reconcile_keeps_the_old_snapshot_when_the_cluster_fails(method: str) -> None:
    """A look that was not finished says nothing, and is tried again soon (law 3)."""
    world = a_world()
    stray(world, FIRST)
    before = world.store.seen()["prod"]
    world.clock.advance(timedelta(seconds=1))
    ports = with_cluster(
        world.grants(), Failing(world.clusters["prod"], method, DOWN, lambda _: True)
    )
    assert look(world, ports).failed == "prod: unreachable"
    assert world.store.seen()["prod"] == before
    again = pytest.approx(AGAIN.total_seconds(), rel=SPREAD)
    assert rows(world)[PromiseKind.RECONCILE, "prod"] == again
    pass_time(world, 4)
    assert names(world) == []


@pytest.mark.parametrize("method", ["leases", "names_on"])
def test_reconcile_does_not_take_a_store_that_fails_for_an_unknown_lease(method: str) -> None:
    """Law 10: an error of Redis removes nothing."""
    world = a_world()
    grant(world)
    unknown = replace(ours(world), labels={**ours(world).labels, LEASE: "000000000009-1"})
    mac = seal(unknown, cluster="prod", key=KEY)
    world.clusters["prod"].put(replace(unknown, annotations={**unknown.annotations, MAC: mac}))
    store = Failing(world.store, method, DOWN, lambda _: True)
    findings = look(world, replace(world.grants(), store=cast("Any", store)))
    assert findings.failed
    assert len(names(world)) == 1


def test_first_look_promises_once() -> None:
    """Workers that start again do not double the promise, nor put it off."""
    world = a_world()
    first_look(world.grants())
    world.clock.advance(timedelta(seconds=5))
    first_look(world.grants())
    assert rows(world) == {(PromiseKind.RECONCILE, "prod"): -5}


def test_reconcile_sees_nothing_on_an_empty_cluster() -> None:
    """Nothing there is nothing to do."""
    world = a_world()
    ref = ObjectRef(kind="RoleBinding", namespace="team-a", name="foreign")
    foreign = GrantObject(ref=ref, role=RoleRef(name="view"), subjects=())
    world.clusters["prod"].put(foreign)
    assert look(world) == Findings()
    assert names(world) == ["foreign"]


def test_reconcile_removes_what_bears_the_label_of_an_unreadable_lease() -> None:
    """Doubt means yes for revoking: a lease that nobody can read gives nothing (laws 1, 10)."""
    world = a_world()
    grant(world)
    let_go(world)
    error = UnreadableError("a stored lease cannot be read")
    unreadable = Failing(world.store, "leases", error, lambda _: True)
    ports = replace(world.grants(), store=cast("Any", unreadable))
    assert why(look(world, ports)) == [Suspicion.UNKNOWN]
    assert names(world) == []


def test_a_look_at_another_cluster_is_none_whoever_claimed_it() -> None:
    """Nothing is looked at for it, and its row does not come again."""
    world = a_world()
    world.clusters["prod"].down = True
    other = replace(look_row("dev", NOON), keeper="prod")
    world.store.commit(Change(move=world.ids.move(), promises=(other,)))
    assert reconcile(Claim(promise=other, until=NOON), world.grants()) == Findings()
    assert (PromiseKind.RECONCILE, "dev") not in rows(world)
