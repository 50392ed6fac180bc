"""Every committed move is counted once, by what it was."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from daypass.adapters.prometheus.meters import Meters, foreign_jobs
from daypass.adapters.prometheus.state import State
from daypass.domain.discovery import Lane
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import TemporaryOutsideError, UnreadableError
from daypass.domain.ids import request_id
from daypass.domain.notification import Unsaid
from daypass.domain.suspicion import Suspicion
from daypass.ports import Change, Claim, Ledger, Promise, PromiseKind, watch_of
from tests.builders import NOON, World, a_snapshot, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    approve,
    grant,
    let_go,
    look,
    pass_time,
    revoke_due,
    stray,
)

UNREADABLE = UnreadableError("it is damaged")


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    """Return one sample."""
    return registry.get_sample_value(name, labels)


def counted(world: World) -> CollectorRegistry:
    """Return the counts of all that happened in a world."""
    registry = CollectorRegistry()
    Meters(registry).count(world.store.events)
    return registry


def test_a_grant_and_its_end_are_counted_with_the_lag() -> None:
    """From the end of a lease to the proof is what the promise is measured by (law 3)."""
    world = a_world()
    grant(world)
    pass_time(world, 3600, step=60)
    counts = counted(world)
    for kind in ("grant", "revoke"):
        labels = {"kind": kind, "result": "done", "cluster": "prod"}
        assert value(counts, "daypass_attempts_total", **labels) == 1
    assert value(counts, "daypass_revoke_lag_seconds_count", cluster="prod") == 1
    assert value(counts, "daypass_events_total", action="lease.granted", cluster="prod") == 1


def test_an_early_end_has_no_lag() -> None:
    """What was released has no end that it could be late for."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world)
    assert value(counted(world), "daypass_revoke_lag_seconds_count", cluster="prod") is None


def test_a_grant_that_failed_is_counted_as_failed() -> None:
    """The cause tells it from every other end."""
    world = a_world()
    approve(world)
    world.clusters["prod"].refusal = "no"
    pass_time(world, 150)
    labels = {"kind": "grant", "result": "failed", "cluster": "prod"}
    assert value(counted(world), "daypass_attempts_total", **labels) == 1


def test_what_was_put_off_is_counted_by_kind() -> None:
    """Cards and looks that are put off are no failed attempts."""
    registry = CollectorRegistry()
    meters = Meters(registry)
    for promised in PromiseKind:
        promise = Promise(keeper="prod", kind=promised, subject="x", at=NOON)
        meters.count_put_off(Claim(promise=promise, until=NOON), NOON)
    for kind in ("grant", "revoke", "extend"):
        labels = {"kind": kind, "result": "put_off", "cluster": "prod"}
        assert value(registry, "daypass_attempts_total", **labels) == 1


def test_strays_are_counted_by_reason_and_epochs_by_number() -> None:
    """An alarm can tell a forged object from one that is merely late."""
    world = a_world()
    stray(world, FIRST)
    world.store.set_back(None)
    world.clock.advance(timedelta(seconds=1))
    look(world)
    counts = counted(world)
    labels = {"reason": Suspicion.ENDLESS.value, "cluster": "prod"}
    assert value(counts, "daypass_objects_removed_total", **labels) == 1
    assert value(counts, "daypass_epoch_changes_total") == 1


def test_each_stray_of_a_crowd_is_counted_although_few_are_named() -> None:
    """The trail tells most of them by number."""
    world = a_world()
    for number in range(50):
        stray(world, FIRST, ref=replace(stray(world, FIRST).ref, name=f"s{number}", uid=""))
    world.clock.advance(timedelta(seconds=1))
    look(world)
    counts = counted(world)
    labels = {"reason": Suspicion.ENDLESS.value, "cluster": "prod"}
    assert value(counts, "daypass_objects_condemned_total", **labels) == 51
    assert value(counts, "daypass_objects_removed_total", **labels) == 51


def ledger(world: World) -> Ledger:
    """Return what a timekeeper has."""
    return world.ledger


def state_of(world: World) -> CollectorRegistry:
    """Return the gauges of a world."""
    registry = CollectorRegistry()
    registry.register(State(ledger(world), lambda: {"grants": 2}))
    return registry


def test_the_state_says_what_is_overdue_and_since_when() -> None:
    """Overdue promises are the alarm: nothing else says that an end was not seen to."""
    world = a_world()
    approve(world)
    world.clock.advance(timedelta(seconds=7))
    state = state_of(world)
    assert value(state, "daypass_overdue_promises", set="prod") == 1
    assert value(state, "daypass_oldest_overdue_seconds", set="prod") == 7
    assert value(state, "daypass_overdue_promises", set="dev") == 0
    assert value(state, "daypass_overdue_promises", set="@timekeeper") == 0
    assert value(state, "daypass_queue_depth", queue="grants") == 2
    assert value(state, "daypass_store_up") == 1


def test_the_state_says_where_nothing_is_granted_and_why() -> None:
    """Restore mode, a freeze and a silent reconcile are each a gauge per cluster."""
    world = a_world()
    freeze = Freeze(by="dan", at=NOON, clusters=frozenset({"dev"}))
    before = world.store.epoch()
    assert before is not None
    doubt = Epoch(
        id="e", install="main", begun_at=NOON, unproven=frozenset({"prod"}), version=before.version
    )
    world.store.commit(Change(move=world.ids.move(), freeze=freeze, epoch=doubt))
    world.heartbeats.beat(watch_of("prod"))
    state = state_of(world)
    assert value(state, "daypass_restoring", cluster="prod") == 1
    assert value(state, "daypass_restoring", cluster="dev") == 0
    assert value(state, "daypass_frozen", cluster="dev") == 1
    assert value(state, "daypass_frozen", cluster="prod") == 0
    at = NOON.timestamp()
    assert value(state, "daypass_last_reconcile_timestamp_seconds", cluster="prod") == at
    assert value(state, "daypass_last_watch_timestamp_seconds", cluster="prod") == at
    assert value(state, "daypass_last_watch_timestamp_seconds", cluster="dev") == 0
    assert value(state, "daypass_last_tick_timestamp_seconds") == at


@pytest.mark.parametrize(
    ("method", "gauge"), [("freeze", "daypass_frozen"), ("epoch", "daypass_restoring")]
)
def test_the_state_says_that_nothing_is_granted_where_the_word_is_unreadable(
    method: str, gauge: str
) -> None:
    """One damaged value takes no other gauge away, and nobody is told that grants go on."""
    world = a_world()
    damaged = cast("Any", Failing(world.store, method, UNREADABLE, lambda _: True))
    state = state_of(replace(world, store=damaged))
    assert value(state, "daypass_store_up") == 1
    assert value(state, gauge, cluster="prod") == value(state, gauge, cluster="dev") == 1


def test_the_state_says_what_time_it_is_by_the_store() -> None:
    """Leases end by it; Prometheus has a clock of its own to hold it against."""
    world = a_world()
    world.clock.advance(timedelta(hours=-1))
    past = (NOON - timedelta(hours=1)).timestamp()
    assert value(state_of(world), "daypass_store_timestamp_seconds") == past


def test_the_state_says_how_much_of_a_cluster_is_left_out() -> None:
    """What is not kept cannot be asked for, and whoever runs Daypass hears of it."""
    world = a_world()
    later = NOON + timedelta(seconds=1)
    world.store.keep_seen(a_snapshot("prod", left_out=7, taken_at=later))
    state = state_of(world)
    assert value(state, "daypass_namespaces_left_out", cluster="prod") == 7
    assert value(state, "daypass_namespaces_left_out", cluster="dev") == 0


@pytest.mark.parametrize(("lane", "missing"), [(lane, lane is Lane.MISSING) for lane in Lane])
def test_the_state_says_where_no_places_are_kept_for_us(lane: Lane, *, missing: bool) -> None:
    """Of what nobody told us no alarm is made."""
    world = a_world()
    later = NOON + timedelta(seconds=1)
    world.store.keep_seen(a_snapshot("prod", lane=lane, taken_at=later))
    assert value(state_of(world), "daypass_lane_missing", cluster="prod") == missing


def test_an_empty_store_is_shown_as_it_is() -> None:
    """Never seen is 0, which every alarm takes for long ago; unknown is in restore mode."""
    world = a_world()
    world.store.set_back(None)
    state = state_of(world)
    assert value(state, "daypass_last_reconcile_timestamp_seconds", cluster="prod") == 0
    assert value(state, "daypass_restoring", cluster="prod") == 1


def test_a_store_that_does_not_answer_is_said_to_be_down() -> None:
    """Old numbers are worse than none."""
    world = a_world()
    down = TemporaryOutsideError("Redis does not answer")
    broken = Failing(world.store, "seen", down, lambda _: True)
    registry = CollectorRegistry()
    there = replace(ledger(world), store=broken)
    registry.register(State(there, dict))
    assert value(registry, "daypass_store_up") == 0
    assert b"overdue" not in generate_latest(registry)


def test_the_state_says_where_slack_takes_no_message() -> None:
    """A channel without the bot in it is a number per channel; people are counted together."""
    world = a_world()
    assert value(state_of(world), "daypass_unsaid_requests", to="C0APPROVE") == 0
    for number, to in enumerate((("C0APPROVE", "U0ALICE"), ("C0APPROVE",), ("U0BOB",))):
        why = Unsaid(request=request_id(number + 1), to=to, why="Invite it.", since=NOON)
        world.store.keep_unsaid(why)
    state = state_of(world)
    assert value(state, "daypass_unsaid_requests", to="C0APPROVE") == 2
    assert value(state, "daypass_unsaid_requests", to="people") == 2


def test_foreign_jobs_counts_what_was_dropped_by_queue() -> None:
    """Somebody else writes to Redis: that is worth a look."""
    registry = CollectorRegistry()
    foreign_jobs(registry)("grants")
    assert registry.get_sample_value("daypass_foreign_jobs_total", {"queue": "grants"}) == 1
