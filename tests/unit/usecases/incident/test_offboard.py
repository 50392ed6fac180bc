"""Whoever is nobody any more, or whom no rule lets ask any more, loses what they hold."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.catalog import Principal
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.ports import NOTIFICATIONS, Change, Claim, PromiseKind
from daypass.usecases.incident.offboard import AGAIN, look_soon, offboard
from daypass.usecases.shared.pauses import SPREAD
from tests.builders import NOON, World, a_catalog, a_profile, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    Meanwhile,
    actions,
    grant,
    lease_of,
    let_go,
    obey,
    rows,
    work,
)

EVERY = timedelta(seconds=30)
ROW = (PromiseKind.HOLDER, ALICE)


def by_group() -> World:
    """Return a world where a user group may ask, alice in it."""
    rules = a_catalog(workflows=(a_workflow(requesters=(Principal(team="sre"),)),))
    world = a_world(rules)
    fill(world, ALICE, BOB)
    return world


def fill(world: World, *people: PersonId) -> None:
    """Replace the members of the user group."""
    world.people.put_usergroup("S0SRE", [*people, PersonId("U0DAN")])


def a_claim(world: World) -> Claim:
    """Let the look at alice become due; claim it, leave the others."""
    world.clock.advance(EVERY * (1 + SPREAD))
    claims = world.agenda.claim(NOTIFICATIONS, 50)
    (one,) = [each for each in claims if each.promise.kind is PromiseKind.HOLDER]
    return one


def look(world: World, **ports: Any) -> tuple[Lease, ...]:
    """Be a notifications worker that looks at alice; return what ends of it."""
    return obey(world, offboard(a_claim(world), replace(world.notify(), **ports)))


def due_in(world: World) -> float | None:
    """Say in how many seconds alice is looked at, None for never."""
    return rows(world, NOTIFICATIONS).get(ROW)


def test_offboard_looks_again_as_long_as_a_lease_is_held() -> None:
    """Who may hold what they hold keeps it, and is looked at for as long."""
    world = a_world()
    grant(world)
    assert look(world) == ()
    assert lease_of(world).state is LeaseState.ACTIVE
    assert due_in(world) == EVERY.total_seconds()


def test_offboard_stops_looking_when_nothing_is_held() -> None:
    """The promise is kept with the last lease."""
    world = a_world()
    grant(world)
    let_go(world)
    assert look(world) == ()
    assert due_in(world) is None


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (a_profile("alice", deactivated=True), "the account is deactivated in Slack"),
        (a_profile("alice", foreign=True), "the account belongs to another workspace"),
        (a_profile("alice", guest=True), "guests of the workspace cannot ask for access"),
        (a_profile("alice", email="eve@example.com"), "the email of the Slack profile changed"),
    ],
    ids=["deactivated", "taken off the workspace", "guest", "another email"],
)
def test_offboard_ends_everything_when_holder_is_nobody(profile: Any, why: str) -> None:
    """Law 5 holds as long as a lease: nobody holds nothing, and people read why."""
    world = a_world()
    grant(world, "debug", "platform-admins")
    world.people.put(profile)
    ended = look(world)
    assert [lease.cause for lease in ended] == [EndCause.OFFBOARDED] * 2
    assert all(why in lease.why and not lease.why.endswith(".") for lease in ended)
    assert actions(world, FIRST)[-1] == "lease.ending"
    work(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert world.clusters["prod"].objects == ()
    assert look(world) == ()
    assert due_in(world) is None


def test_offboard_ends_nothing_when_an_email_changes_its_letters_only() -> None:
    """The mailbox is the same, so is the person."""
    world = a_world()
    grant(world)
    world.people.put(a_profile("alice", email="Alice@Example.COM"))
    assert look(world) == ()
    assert lease_of(world).state is LeaseState.ACTIVE


def test_offboard_ends_what_is_still_being_granted() -> None:
    """An approval of a minute ago gives nothing to who was deactivated since."""
    world = a_world()
    grant(world)
    world.people.put(a_profile("alice", deactivated=True))
    granting = replace(lease_of(world), state=LeaseState.GRANTING)
    world.store.commit(Change(move=world.ids.move(), leases=(granting,)))
    assert [lease.id for lease in look(world)] == [FIRST]


def test_offboard_ends_what_no_workflow_gives_any_more() -> None:
    """Who left the group that may ask loses what it gave, and the reason says so."""
    world = by_group()
    grant(world)
    fill(world, BOB)
    (ended,) = look(world)
    assert (ended.cause, ended.ended_by) == (EndCause.OFFBOARDED, "")
    assert ended.why == "no workflow lets its holder ask for it any more"


def test_offboard_keeps_what_another_workflow_gives() -> None:
    """Only what no rule gives any more ends."""
    world = by_group()
    flows = (*world.catalog.workflows, a_workflow("more", levels=("nodes",)))
    world = replace(world, catalog=replace(world.catalog, workflows=flows))
    grant(world, "debug", "nodes")
    fill(world, BOB)
    assert [lease.level for lease in look(world)] == ["debug"]


def test_offboard_judges_by_rules_that_changed_since_the_approval() -> None:
    """A configuration that was read after the approval counts, whatever was approved under."""
    world = a_world()
    grant(world)
    later = a_catalog(version="v2", workflows=())
    (ended,) = look(world, catalog=later, read_at=NOON + timedelta(seconds=1))
    assert ended.cause is EndCause.OFFBOARDED


def test_offboard_ends_nothing_by_rules_older_than_the_approval() -> None:
    """Versions that differ refuse grants and revoke nothing: ours may be the old one."""
    world = a_world()
    grant(world)
    assert look(world, catalog=a_catalog(version="v0", workflows=())) == ()
    world.people.put(a_profile("alice", deactivated=True))
    assert look(world, catalog=a_catalog(version="v0", workflows=())) != ()


def test_offboard_leaves_leases_on_a_cluster_it_does_not_know() -> None:
    """Without the cluster nobody can say what the rules give there."""
    world = a_world()
    grant(world)
    here = a_catalog(clusters={})
    assert look(world, catalog=here) == ()


@pytest.mark.parametrize(
    ("trouble", "waits"),
    [
        (TemporaryOutsideError("no answer"), [AGAIN, EVERY, EVERY]),
        (TemporaryOutsideError("limited", delay=timedelta(seconds=7)), [timedelta(seconds=7)]),
        (TemporaryOutsideError("limited", delay=timedelta(seconds=40)), [timedelta(seconds=40)]),
        (PermanentOutsideError("invalid_arguments"), [AGAIN, EVERY]),
    ],
    ids=["down", "limited shortly", "limited", "refused"],
)
def test_offboard_ends_nothing_when_slack_does_not_say(
    trouble: OutsideError, waits: list[timedelta]
) -> None:
    """An outage of Slack revokes nothing: the look is put off, soon once and then as usual."""
    world = a_world()
    grant(world)
    world.people.trouble = trouble
    for wait in waits:
        assert look(world) == ()
        late = (due_in(world) or 0) / wait.total_seconds()
        assert 1 <= late <= 1 + SPREAD
    assert lease_of(world).state is LeaseState.ACTIVE
    world.people.trouble = None
    world.people.put(a_profile("alice", deactivated=True))
    world.clock.advance(EVERY)
    assert [lease.id for lease in look(world)] == [FIRST]


def test_offboard_does_not_hold_up_the_end_when_slack_is_down() -> None:
    """Law 10: no failure of Slack delays a revocation."""
    world = a_world()
    grant(world)
    world.people.trouble = TemporaryOutsideError("no answer")
    look(world)
    let = timedelta(hours=1)
    world.clock.advance(let)
    work(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert lease_of(world).cause is EndCause.EXPIRED


def test_offboard_leaves_alone_what_ended_meanwhile() -> None:
    """Somebody released it while Slack was asked: it ended as released."""
    world = a_world()
    grant(world)
    world.people.put(a_profile("alice", deactivated=True))
    claim = a_claim(world)
    people: Any = Meanwhile(world.people, "profile", lambda: _release_as_before(world))
    assert offboard(claim, replace(world.notify(), people=people)) == ()
    assert lease_of(world).cause is EndCause.RELEASED


def _release_as_before(world: World) -> None:
    world.people.put(a_profile("alice"))
    let_go(world)
    world.people.put(a_profile("alice", deactivated=True))


def test_offboard_ends_once_when_two_workers_look() -> None:
    """A doubled wake-up ends nothing twice, whoever of them says it first."""
    world = a_world()
    grant(world)
    world.people.put(a_profile("alice", deactivated=True))
    claim = a_claim(world)
    both = [*offboard(claim, world.notify()), *offboard(claim, world.notify())]
    assert [one.id for one in obey(world, both)] == [FIRST]
    assert actions(world, FIRST).count("lease.ending") == 1


def test_offboard_writes_no_lease() -> None:
    """Who says it may not: it would be worth what all leases are worth to who takes it over."""
    world = a_world()
    grant(world)
    world.people.put(a_profile("alice", deactivated=True))
    before = lease_of(world)
    (said,) = offboard(a_claim(world), world.notify())
    assert (said.lease, lease_of(world)) == (FIRST, before)
    assert rows(world)[PromiseKind.END, FIRST] == 0


def test_offboard_says_it_again_and_forgets_not_since_when_it_waits() -> None:
    """The cluster does not answer: who holds on to it is what an alert is there for."""
    world = a_world()
    grant(world)
    world.people.put(a_profile("alice", deactivated=True))
    offboard(a_claim(world), world.notify())
    since = world.clock.now()
    for _ in range(3):
        offboard(a_claim(world), world.notify())
    assert world.agenda.oldest(["prod"]) == {"prod": since}
    work(world)
    assert lease_of(world).cause is EndCause.OFFBOARDED


def test_new_leases_never_put_the_look_off() -> None:
    """It counts from when Slack last vouched for the person, whatever they ask for meanwhile."""
    world = a_world()
    grant(world)
    world.clock.advance(EVERY * 2)
    world.heartbeats.beat("timekeeper")
    grant(world, "nodes")
    assert due_in(world) == -EVERY.total_seconds()


def test_look_soon_makes_a_holder_due_at_once() -> None:
    """Slack said that something changed: the notifications worker is woken."""
    world = a_world()
    grant(world)
    world.agenda.wakeups.clear()
    assert look_soon(ALICE, world.ask)
    assert due_in(world) == 0
    assert world.agenda.wakeups == [NOTIFICATIONS]


def test_look_soon_writes_nothing_for_who_holds_nothing() -> None:
    """Most of what Slack tells is about people who hold nothing."""
    world = a_world()
    assert not look_soon(ALICE, world.ask)
    assert due_in(world) is None
