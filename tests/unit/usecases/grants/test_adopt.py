"""After the store was lost, what is genuine on a cluster goes on until its end, never longer."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from daypass.domain.grant import EXPIRES_AT, INSTALL, MAC, seal
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.request import RequestState
from daypass.domain.scope import CLUSTER_WIDE
from daypass.domain.suspicion import Suspicion
from daypass.ports import GrantPorts, Witness
from daypass.usecases.grants.adopt import FORGOTTEN
from daypass.usecases.grants.findings import Findings
from daypass.usecases.requests.browse import Browse, leases, status
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.release import Release, release
from tests.builders import KEY, World, a_world, unbounded
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    Meanwhile,
    actions,
    approve,
    ask,
    grant,
    lease_of,
    look,
    names,
    ours,
    pass_time,
    rows,
    try_once,
    work,
)

SECOND = LeaseId("000000000001-2")
REQUEST = RequestId("000000000001")


def lose(world: World, image: Any = None) -> None:
    """Set the store back, to nothing if no image is given, and start every process anew."""
    world.store.set_back(image)
    world.clock.advance(timedelta(seconds=1))
    world.heartbeats.beat("timekeeper")
    for name in world.witnesses:
        world.witnesses[name] = Witness()


def restored(world: World, ports: GrantPorts | None = None) -> Findings:
    """Reconcile prod for the first time after the loss."""
    return look(world, ports)


def test_a_lease_that_the_store_forgot_goes_on_until_its_end() -> None:
    """Law 3: adopted with its names, its end and what proves it, and gone on time."""
    world = a_world()
    before = grant(world)
    lose(world)
    assert restored(world).adopted == (FIRST,)
    lease = lease_of(world)
    assert lease.state is LeaseState.ACTIVE
    assert (lease.ends_at, lease.attempt, lease.proof) == (
        before.ends_at,
        before.attempt,
        before.proof,
    )
    assert (lease.level, lease.scope, lease.holder.email) == (
        "debug",
        before.scope,
        "alice@example.com",
    )
    assert (lease.holder.id, lease.approvers) == (ALICE, ("bob@example.com",))
    assert actions(world, FIRST) == ["lease.adopted"]
    assert names(world)
    pass_time(world, 3600, step=60)
    assert names(world) == []
    assert lease_of(world).cause is EndCause.EXPIRED


def test_an_adopted_lease_is_in_its_holders_hands() -> None:
    """Its request exists again, so that it is listed, shown and released as before."""
    world = a_world()
    grant(world, "debug", "platform-admins")
    lose(world)
    assert restored(world).adopted == (FIRST, SECOND)
    held = leases(Browse(actor=ALICE), world.ask)
    assert [one.id for one in held] == [FIRST, SECOND]
    shown = status(Browse(actor=ALICE, words=(REQUEST,)), world.ask)
    assert shown.request.state is RequestState.APPROVED
    assert [item.level for item in shown.request.plan.items] == ["debug", "platform-admins"]
    assert held[1].scope == CLUSTER_WIDE
    release(Release(actor=ALICE, target=REQUEST), world.ask)
    work(world)
    assert names(world) == []


def test_one_lease_of_several_is_adopted_alone() -> None:
    """The others of its request are over: nothing stands in for them."""
    world = a_world()
    grant(world, "debug", "platform-admins")
    gone = next(one for one in world.clusters["prod"].objects if one.lease == FIRST)
    world.clusters["prod"].remove(gone.ref)
    lose(world)
    assert restored(world).adopted == (SECOND,)
    shown = status(Browse(actor=ALICE, words=(REQUEST,)), world.ask)
    assert [lease.id for lease in shown.leases] == [SECOND]


def test_a_lease_in_several_namespaces_is_adopted_whole() -> None:
    """Every object of it is known by name again."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    lose(world)
    restored(world)
    attempt = lease_of(world).attempt
    assert attempt is not None
    assert [ref.namespace for ref in attempt.objects] == ["team-a", "team-b"]
    assert lease_of(world).scope.namespaces == ("team-a", "team-b")


def test_what_is_not_genuine_is_not_adopted() -> None:
    """Law 1: altered, endless, past its end or another's: removed, or left to whoever owns it."""
    world = a_world()
    grant(world)
    found = ours(world)
    later = {**found.annotations, EXPIRES_AT: "2099-01-01T00:00:00Z"}
    world.clusters["prod"].put(replace(found, annotations=later))
    lose(world)
    findings = restored(world)
    assert findings.adopted == ()
    assert [one.why for one in findings.removed] == [Suspicion.FORGED]
    assert names(world) == []


def test_what_another_install_made_stays() -> None:
    """Never adopt what is not ours, whatever key it was sealed with."""
    world = a_world()
    grant(world)
    found = ours(world)
    theirs = replace(found, labels={**found.labels, INSTALL: "other"})
    mac = seal(theirs, cluster="prod", key=KEY)
    theirs = replace(theirs, annotations={**theirs.annotations, MAC: mac})
    world.clusters["prod"].put(theirs)
    lose(world)
    assert restored(world).adopted == ()
    assert names(world) == [found.ref.name]


def test_what_was_being_granted_is_given_up() -> None:
    """Nobody knows how far it came: it is undone, and people read why (law 10)."""
    world = a_world(unbounded())
    approve(world)
    world.clusters["prod"].lossy = True
    try_once(world)
    image = world.store.image()
    world.clusters["prod"].lossy = False
    world.clock.advance(timedelta(seconds=1))
    ask(world, reason="another event")
    look(world)
    lose(world, image)
    restored(world)
    assert lease_of(world).cause is EndCause.FAILED
    assert lease_of(world).why == FORGOTTEN
    pass_time(world, 150)
    assert lease_of(world).state is LeaseState.ENDED
    assert names(world) == []


def test_a_grant_that_somebody_else_gave_up_is_left() -> None:
    """It moved while the cluster was looked at."""
    world = a_world()
    approve(world)
    lose(world, world.store.image())
    world.clusters["prod"].mark = None
    first = world.grants()
    meanwhile = Meanwhile(
        world.store, "lease", lambda: release(Release(actor=ALICE, target=REQUEST), world.ask)
    )
    restored(world, replace(first, store=cast("Any", meanwhile)))
    assert lease_of(world).cause is EndCause.RELEASED


def test_an_approval_that_was_lost_is_made_good() -> None:
    """A request that waits again became a lease: nobody can approve it a second time."""
    world = a_world()
    ask(world)
    world.clock.advance(timedelta(seconds=1))
    image = world.store.image()
    lost = granted_and_marked(world)
    lose(world, image)
    assert restored(world).adopted == (FIRST,)
    request = world.store.request(REQUEST)
    assert request is not None
    assert request.state is RequestState.APPROVED
    assert rows(world, "") == {}
    assert lease_of(world).ends_at == lost


def granted_and_marked(world: World) -> datetime | None:
    """Approve and grant what waits, have the cluster marked; return the end."""
    decide(Decide(actor=BOB, target=REQUEST, yes=True), world.ask)
    work(world)
    end = lease_of(world).ends_at
    world.clock.advance(timedelta(seconds=1))
    look(world)
    return end


def test_a_request_that_was_taken_back_gives_nothing() -> None:
    """What bears the name of a request that is over is removed as any other stray."""
    world = a_world()
    ask(world)
    world.clock.advance(timedelta(seconds=1))
    image = world.store.image()
    granted_and_marked(world)
    lose(world, image)
    cancel(Cancel(actor=ALICE, target=REQUEST), world.ask)
    findings = restored(world)
    assert findings.adopted == ()
    assert [one.why for one in findings.removed] == [Suspicion.UNKNOWN]
