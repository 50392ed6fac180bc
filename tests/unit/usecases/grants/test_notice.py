"""What a watch saw is judged at once, and by the rules of a look (law 1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import EXPIRES_AT, INSTALL, LEASE, GrantObject
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.sighting import Sighting
from daypass.domain.suspicion import Suspicion
from daypass.ports import PromiseKind
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.notice import notice
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    ask,
    failing,
    grant,
    lease_of,
    let_go,
    look,
    ours,
    rows,
    stray,
    work,
)


def saw(world: World, *found: GrantObject, gone: bool = False) -> Findings:
    """Let a watch show these, as they were read."""
    seen = [Sighting(revision="1", found=one, gone=gone) for one in found]
    return notice(seen, world.grants())


def a_running(world: World) -> GrantObject:
    """Let alice have access, looked at once; return its object."""
    grant(world)
    look(world)
    return ours(world)


def test_object_of_a_running_lease_stays() -> None:
    """Whatever was changed about it that is not ours."""
    world = a_world()
    found = a_running(world)
    assert saw(world, found) == Findings(objects=1)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_object_of_a_running_lease_costs_the_cluster_nothing() -> None:
    """Each grant and each extension is seen, too: only what was lost is looked at afresh."""
    world = a_world()
    found = a_running(world)
    ports = failing(world, "read", TemporaryOutsideError("asked for nothing"))
    assert notice([Sighting(revision="1", found=found)], ports) == Findings(objects=1)


@pytest.mark.parametrize("gone", [False, True])
def test_object_beside_a_running_lease_costs_the_cluster_nothing(*, gone: bool) -> None:
    """The guard lets anybody write one that names a lease, and another install, again and again.

    What is another object than the lease's own takes nothing from it, nor gives it more time.
    """
    world = a_world()
    found = a_running(world)
    later = {**found.annotations, EXPIRES_AT: "2099-01-01T00:00:00Z"}
    labels = {**found.labels, INSTALL: "other"}
    beside = stray(world, FIRST, labels=labels, annotations=later)
    ports = failing(world, "read", TemporaryOutsideError("asked for nothing"))
    assert notice([Sighting(revision="1", found=beside, gone=gone)], ports) == Findings(objects=1)
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (lambda found: replace(found, subjects=()), Suspicion.FORGED),
        (lambda found: replace(found, annotations={}), Suspicion.ENDLESS),
        (lambda found: replace(found, labels={**found.labels, LEASE: "x"}), Suspicion.FORGED),
    ],
    ids=["altered", "without an end", "of another lease"],
)
def test_object_that_was_altered_goes_and_its_lease_ends(
    changed: Callable[[GrantObject], GrantObject], why: Suspicion
) -> None:
    """By the lease that its name says, too, for a label may be written over."""
    world = a_world()
    found = world.clusters["prod"].put(changed(a_running(world)))
    findings = saw(world, found)
    assert [one.why for one in findings.removed] == [why]
    assert world.clusters["prod"].objects == ()
    assert findings.drifted == (FIRST,)
    assert lease_of(world).cause is EndCause.DRIFTED


def test_object_that_somebody_added_goes() -> None:
    """Nobody asked for it and nobody approved it."""
    world = a_world()
    a_running(world)
    findings = saw(world, stray(world, FIRST))
    assert len(findings.removed) == 1
    assert findings.drifted == ()
    assert lease_of(world).state is LeaseState.ACTIVE


def test_lease_whose_object_somebody_deleted_ends() -> None:
    """It grants nothing any more, and its card says so."""
    world = a_world()
    found = a_running(world)
    world.clusters["prod"].remove(found.ref)
    assert saw(world, found, gone=True).drifted == (FIRST,)
    assert lease_of(world).state is LeaseState.REVOKING


def test_lease_goes_on_when_a_watch_says_gone_and_the_object_is_there() -> None:
    """What was seen is a hint: the object is looked at afresh."""
    world = a_world()
    assert saw(world, a_running(world), gone=True).drifted == ()


def test_lease_that_ends_is_not_taken_for_drifted() -> None:
    """We ourselves delete what is released."""
    world = a_world()
    found = a_running(world)
    let_go(world)
    world.clusters["prod"].remove(found.ref)
    assert saw(world, found, gone=True) == Findings(objects=1)


def test_lease_of_another_cluster_is_not_touched() -> None:
    """Whoever may write our labels on one cluster can say nothing about another (law 1)."""
    world = a_world()
    ask(world, "open", cluster="dev", namespaces=("team-a",))
    work(world, "dev")
    (found,) = world.clusters["dev"].objects
    assert lease_of(world).state is LeaseState.ACTIVE
    assert saw(world, found, gone=True).drifted == ()


def test_object_of_another_install_is_left_alone() -> None:
    """Two installs never touch each other's."""
    world = a_world()
    found = a_running(world)
    labels = {**found.labels, INSTALL: "other"}
    other = replace(found, ref=replace(found.ref, name="daypass-x"), labels=labels)
    there, before = world.clusters["prod"].put(other), len(world.witnesses["prod"].ends)
    assert saw(world, there) == Findings(objects=1)
    assert len(world.witnesses["prod"].ends) == before


def test_nothing_is_done_in_restore_mode() -> None:
    """The look that ends it adopts first: what the store forgot is not unknown."""
    world = a_world()
    found = a_running(world)
    epoch = world.store.epoch()
    assert epoch is not None
    world.store._epoch = epoch.doubting(frozenset({"prod"}))
    assert saw(world, found) == Findings()
    assert len(world.clusters["prod"].objects) == 1


def test_ends_are_remembered_as_they_are_seen() -> None:
    """So that what is there long after its end is noticed by whoever watches."""
    world = a_world()
    found = a_running(world)
    ends, end = world.witnesses["prod"].ends, found.expires_at
    assert end is not None
    past = end + timedelta(seconds=1)
    assert (ends.any_before(end), ends.any_before(past)) == (False, True)
    saw(world, found, gone=True)
    assert not ends.any_before(past)
    saw(world, found)
    assert ends.any_before(past)
    saw(world, replace(found, annotations={**found.annotations, EXPIRES_AT: "never"}))
    assert not ends.any_before(past)


def test_nothing_is_done_when_the_cluster_does_not_answer() -> None:
    """Whoever noticed compares the whole later."""
    world = a_world()
    found = a_running(world)
    world.clusters["prod"].down = True
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(TemporaryOutsideError):
        saw(world, found)


def test_object_that_says_a_later_end_than_its_lease_is_brought_back() -> None:
    """An old write that lands late, or an older copy of ours that somebody applies."""
    world = a_world()
    found = a_running(world)
    lease = lease_of(world)
    assert lease.ends_at is not None
    shorter = replace(lease, ends_at=lease.ends_at - timedelta(minutes=10))
    world.store._leases[lease.id] = shorter
    assert saw(world, found) == Findings(objects=1)
    assert rows(world)[PromiseKind.ADJUST, FIRST] <= 0


def test_what_a_watch_could_not_read_is_nothing_to_judge() -> None:
    """It says how far it came; what it did not show a comparison finds."""
    world = a_world()
    a_running(world)
    assert notice([Sighting(revision="9")], world.grants()) == Findings()
    assert lease_of(world).state is LeaseState.ACTIVE
