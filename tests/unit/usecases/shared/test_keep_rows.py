"""The promises that always stand."""

from datetime import timedelta

import pytest

from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Ledger, Promise, PromiseKind
from daypass.usecases.grants.reconcile import UNASKED, reconcile_unasked, unlooked
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.shared.keep_rows import LOOK_EVERY, keep_rows, keep_waiting
from daypass.usecases.shared.pauses import SPREAD
from daypass.usecases.shared.rows import holder_row
from daypass.usecases.shared.tick import tick
from tests.builders import World, a_catalog, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    HOUR,
    approve,
    ask,
    due,
    grant,
    lease_of,
    let_go,
    look,
    names,
    pass_time,
    rows,
)


def ledger(world: World) -> Ledger:
    """Return the timekeeper's ports."""
    return world.ledger


def looks(world: World, cluster: str = "prod") -> object:
    """Return when that cluster is looked at next."""
    return world.agenda.promises(cluster).get((PromiseKind.RECONCILE, cluster))


def test_keep_rows_promises_what_an_emptied_store_has_forgotten() -> None:
    """Law 1: every configured cluster is looked at again, at once, although no worker starts."""
    world = a_world()
    world.store.set_back(None)
    keep_rows(ledger(world))
    now = world.clock.now()
    assert {looks(world, name) for name in world.catalog.clusters} == {now}
    assert world.agenda.promises(TIMEKEEPER) == {(PromiseKind.RETAIN, ""): now}


def test_keep_rows_leaves_what_stands() -> None:
    """Looking every second whether it stands makes nothing due earlier."""
    world = a_world()
    keep_rows(ledger(world))
    (claim,) = world.agenda.claim("prod", 1)
    world.agenda.postpone(claim, world.clock.now() + LOOK_EVERY)
    later = looks(world)
    world.clock.advance(timedelta(seconds=1))
    keep_rows(ledger(world))
    assert looks(world) == later


def test_tick_leaves_to_others_what_is_no_lapse() -> None:
    """A row of another kind is neither finished nor taken for a request."""
    world = a_world()
    keep_rows(ledger(world))
    tick(ledger(world))
    assert (PromiseKind.RETAIN, "") in world.agenda.promises(TIMEKEEPER)


# ── Somebody writes to the store ─────────────────────────────────────────────────────────────────

FAR = timedelta(days=10_000)
TAMPERED = pytest.mark.parametrize("how", ["removed", "put off"])


def tamper(world: World, due: str, kind: PromiseKind, subject: str, *, how: str) -> None:
    """Remove a row, or put it off for longer than anybody lives."""
    assert (kind, subject) in world.agenda.promises(due)
    row = Promise(keeper=due, kind=kind, subject=subject, at=world.clock.now() + FAR)
    world.agenda.write(*(((), (row,)) if how == "removed" else ((row,), ())))


def in_seconds(world: World, due: str, kind: PromiseKind, subject: str) -> float:
    """Return in how many seconds a row is due."""
    return rows(world, due)[kind, subject]


@TAMPERED
def test_keep_rows_restores_the_looks_that_somebody_took_away(how: str) -> None:
    """Law 1: two writes to the store do not stop everybody from looking at a cluster."""
    world = a_world()
    keep_rows(ledger(world))
    tamper(world, "prod", PromiseKind.RECONCILE, "prod", how=how)
    tamper(world, TIMEKEEPER, PromiseKind.RETAIN, "", how=how)
    keep_rows(ledger(world))
    assert in_seconds(world, "prod", PromiseKind.RECONCILE, "prod") == 0
    assert in_seconds(world, TIMEKEEPER, PromiseKind.RETAIN, "") == 0


@TAMPERED
@pytest.mark.parametrize("kind", [PromiseKind.LAPSE, PromiseKind.REMIND])
def test_keep_waiting_restores_what_a_request_waits_for(kind: PromiseKind, how: str) -> None:
    """Nobody makes a request wait for ever, or its approvers forget it."""
    world = a_world()
    request = ask(world).request
    set_of = TIMEKEEPER if kind is PromiseKind.LAPSE else NOTIFICATIONS
    before = world.agenda.promises(set_of)
    tamper(world, set_of, kind, request.id, how=how)
    keep_waiting(ledger(world))
    assert world.agenda.promises(set_of) == before


def test_keep_waiting_reminds_nobody_after_the_last_reminder() -> None:
    """It only has to lapse then."""
    world = a_world()
    request = ask(world).request
    world.clock.set(request.lapses_at)
    keep_waiting(ledger(world))
    assert in_seconds(world, TIMEKEEPER, PromiseKind.LAPSE, request.id) == 0


@TAMPERED
def test_look_restores_the_end_of_a_lease(how: str) -> None:
    """Law 2: every look puts the end of a live lease back, and it ends on time."""
    world = a_world()
    lease = grant(world)
    tamper(world, "prod", PromiseKind.END, lease.id, how=how)
    look(world)
    assert in_seconds(world, "prod", PromiseKind.END, lease.id) == HOUR.total_seconds()
    pass_time(world, HOUR.total_seconds(), step=10)
    assert lease_of(world).cause is EndCause.EXPIRED
    assert not names(world)


@TAMPERED
def test_look_ends_what_is_past_its_end_and_whose_row_is_gone(how: str) -> None:
    """Law 3: also where its object is gone already, "Granted" does not stay."""
    world = a_world()
    lease = grant(world)
    tamper(world, "prod", PromiseKind.END, lease.id, how=how)
    for found in world.clusters["prod"].objects:
        world.clusters["prod"].remove(found.ref)
    world.clock.advance(2 * HOUR)
    look(world)
    pass_time(world, 1)
    assert lease_of(world).state is LeaseState.ENDED


@TAMPERED
def test_look_restores_an_end_that_was_decided(how: str) -> None:
    """What somebody released does not stay "Ending"."""
    world = a_world()
    lease = grant(world)
    let_go(world)
    tamper(world, "prod", PromiseKind.END, lease.id, how=how)
    look(world)
    pass_time(world, 1)
    assert lease_of(world).state is LeaseState.ENDED


@TAMPERED
def test_look_restores_a_grant_that_waits(how: str) -> None:
    """What was approved does not stay "Granting": it is granted, or fails at its deadline."""
    world = a_world()
    approve(world)
    tamper(world, "prod", PromiseKind.PROVISION, FIRST, how=how)
    look(world)
    pass_time(world, 1)
    assert lease_of(world).state is LeaseState.ACTIVE


@TAMPERED
def test_look_restores_an_extension_that_waits(how: str) -> None:
    """What was approved as more time is given, or refused."""
    world = a_world()
    lease = grant(world)
    extend(Extend(actor=ALICE, target=lease.id), world.ask)
    tamper(world, "prod", PromiseKind.ADJUST, lease.id, how=how)
    look(world)
    assert due(world, PromiseKind.ADJUST)


@TAMPERED
@pytest.mark.parametrize("kind", [PromiseKind.WARN, PromiseKind.HOLDER])
def test_look_restores_who_is_looked_at_and_warned(kind: PromiseKind, how: str) -> None:
    """Whoever left is noticed, and whoever stays hears of the end."""
    world = a_world()
    lease = grant(world)
    subject = lease.id if kind is PromiseKind.WARN else lease.holder.id
    tamper(world, NOTIFICATIONS, kind, subject, how=how)
    look(world)
    assert in_seconds(world, NOTIFICATIONS, kind, subject) < HOUR.total_seconds()


def test_look_leaves_the_longest_wait_of_a_holder() -> None:
    """What Slack did not answer is asked at its own pace, not with each look at a cluster."""
    world = a_world(a_catalog(offboard_within=2 * HOUR))
    lease = grant(world)
    longest = world.catalog.look_at_holders * (1 + SPREAD)
    row = holder_row(lease.holder.id, world.clock.now() + longest)
    world.agenda.write((row,), ())
    look(world)
    assert world.agenda.promises(NOTIFICATIONS)[row.kind, row.subject] == row.at


def test_look_leaves_rows_that_are_being_seen_to() -> None:
    """A claim, a try that was put off: whoever is at it is let finish."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR)
    claims = due(world)
    look(world)
    assert claims
    assert all(world.agenda.finish(claim) for claim in claims)


def test_process_looks_by_itself_when_nothing_asks_it_to() -> None:
    """Law 3: ends rest on no row alone; each process counts by its own ticks."""
    world = a_world()
    lease = grant(world)
    for kind, subject in ((PromiseKind.END, lease.id), (PromiseKind.RECONCILE, "prod")):
        if (kind, subject) in world.agenda.promises("prod"):
            tamper(world, "prod", kind, subject, how="put off")
    assert not unlooked(world.grants())
    world.clock.advance(HOUR)
    assert unlooked(world.grants())
    found = reconcile_unasked(world.grants())
    assert [one.found.ref.name for one in found.removed]
    assert not names(world)
    assert not unlooked(world.grants())
    assert in_seconds(world, "prod", PromiseKind.RECONCILE, "prod") == LOOK_EVERY.total_seconds()


def test_process_looks_by_itself_when_time_has_jumped_ahead_and_back() -> None:
    """Rows that were written in the future are waited for by nobody."""
    world = a_world()
    now = world.clock.now()
    world.clock.set(now + FAR)
    look(world)
    world.clock.set(now)
    assert not unlooked(world.grants())
    world.clock.advance(UNASKED)
    assert unlooked(world.grants())


def test_process_looks_again_soon_when_its_own_look_failed() -> None:
    """A cluster that did not answer is served soon after it does."""
    world = a_world()
    world.clusters["prod"].down = True
    assert reconcile_unasked(world.grants()).failed
    world.clock.advance(timedelta(seconds=3))
    assert unlooked(world.grants())
