"""What the watch lets pass while looks of all workers leave the list of everything alone."""

import pickle
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.adapters.kubernetes.manifests import found as read_object
from daypass.domain.errors import ConflictError
from daypass.domain.grant import APPROVERS, EXTENDED_BY, INSTALL, KEPT, LEASE, MANAGED_BY
from daypass.domain.lease import LeaseState
from daypass.domain.sighting import Sighting
from daypass.ports import DUTY_HELD, Change, PromiseKind, watch_of
from daypass.usecases.grants.notice import notice
from daypass.usecases.grants.provision import provision
from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.builders import a_world
from tests.threads import begun, running
from tests.unit.usecases.attacks.watching import settled
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    Meanwhile,
    approve,
    claim,
    grant,
    lease_of,
    names,
    ours,
    stray,
)
from workers.grants.watch import KINDS, WAITING
from workers.grants.watcher import Watcher


def test_object_forged_while_restore_mode_ends_goes_within_a_look() -> None:
    """It is dropped for "the look that ends it compares everything": that had listed already."""
    world = a_world()
    grant(world)
    worker = settled(world)
    epoch = world.store.epoch()
    assert epoch is not None
    doubting = epoch.doubting(frozenset({"prod"}))
    world.store.commit(Change(move=world.ids.move(), epoch=doubting))

    def forge() -> None:
        stray(world, FIRST)
        worker.hear()
        worker.watch.act_once()

    # After the list of the look that ends restore mode, before it is proven.
    late: Any = Meanwhile(world.clusters["prod"], "discover", forge)
    reconcile_unasked(replace(world.grants(), cluster=late))
    assert "prod" not in (world.store.epoch() or epoch).unproven
    assert "stray" in names(world)
    worker.seconds(65)
    assert "stray" not in names(world)


def test_object_deleted_between_proof_and_granted_is_missed_within_a_look() -> None:
    """A lease with many places is proven for seconds: what is gone meanwhile is never judged."""
    world = a_world()
    worker = settled(world)
    approve(world)

    def undo() -> None:
        worker.hear()
        world.clusters["prod"].remove(ours(world).ref)
        worker.hear()
        worker.watch.act_once()

    ports = world.grants()

    class Store:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def commit(self, change: Any) -> Any:
            if any(one.state is LeaseState.ACTIVE for one in change.leases):
                undo()
            return world.store.commit(change)

    provision(claim(world, PromiseKind.PROVISION), replace(ports, store=Store()))
    assert lease_of(world).state is LeaseState.ACTIVE
    assert names(world) == []
    worker.seconds(65)
    assert lease_of(world).state is not LeaseState.ACTIVE


def test_drift_whose_end_meets_another_move_is_ended_within_a_look() -> None:
    """Somebody else moved the lease at that moment: nothing more is heard of the object."""
    world = a_world()
    grant(world)
    worker = settled(world)
    found = ours(world)
    world.clusters["prod"].remove(found.ref)
    moved = Failing(world.store, "commit", ConflictError("moved"), lambda change: change.leases)
    saw = Sighting(revision="1", found=found, gone=True)
    assert notice([saw], replace(world.grants(), store=cast("Any", moved))).drifted == ()
    worker.seconds(65)
    assert lease_of(world).state is not LeaseState.ACTIVE


def test_what_waits_behind_a_flood_is_not_said_to_be_seen() -> None:
    """Whoever says that all is seen keeps looks from comparing: not while something waits long."""
    world = a_world()
    grant(world)
    worker = settled(world)
    stray(world, FIRST)
    worker.hear()
    world.clock.advance(timedelta(seconds=10))
    worker.watch.renew(world.clock.ticks())
    worker.hear()
    assert not worker.watch.sees_all()
    worker.watch.act_once()
    assert worker.watch.sees_all()


def test_what_was_seen_while_the_store_was_away_keeps_nobody_from_seeing_all() -> None:
    """By nobody: the duty ran out unrenewed, and what was heard meanwhile is compared."""
    worker = settled(world := a_world())
    world.clock.advance(DUTY_HELD)
    grant(world)
    worker.hear()
    worker.watch.act_once()
    worker.seconds(30)
    assert worker.watch.sees_all()


def test_duty_that_is_taken_and_given_leaves_no_threads() -> None:
    """Whoever writes to the duty's key, each time a thread and a connection for a kind remain."""
    world, before = a_world(), running()
    grant(world)
    release = threading.Event()

    class Quiet:
        """A server with nothing to tell: its next bookmark comes within a minute."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.clusters["prod"], name)

        def watch(self, _: str, __: str = "") -> Any:
            yield Sighting(revision="1", anew=True)
            release.wait(20)

    ports: Any = replace(world.grants(), cluster=Quiet())
    watcher = Watcher(lambda _: ports, ("prod",), holder="me")
    try:
        for _ in range(30):  # A minute: each second somebody's word, then ours again.
            world.clock.advance(DUTY_HELD)
            watcher.tend()
            world.heartbeats._duties[watch_of("prod")] = (
                "nobody",
                world.clock.now() + timedelta(seconds=1),
            )
            watcher.tend()
        assert len(begun(before, "watch-")) <= 2 * len(KINDS)
    finally:
        watcher.close()
        release.set()


def test_what_waits_to_be_judged_fits_in_memory() -> None:
    """WAITING whole objects: one forged object that is changed again and again is enough."""
    text = "\N{PILE OF POO}" * 7_990
    long = {name: text + name for name in KEPT}
    listed = {APPROVERS: text + "a", EXTENDED_BY: text[1:] + "b" + text}
    labels = {MANAGED_BY: "daypass", LEASE: FIRST, INSTALL: "main"}
    metadata = {"name": "x", "namespace": "team-a", "uid": "u", "labels": labels}
    manifest = {
        "metadata": {**metadata, "annotations": {**long, **listed}},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
    }
    kept = read_object("RoleBinding", manifest)
    assert len(pickle.dumps(kept)) * WAITING < 100 << 20
