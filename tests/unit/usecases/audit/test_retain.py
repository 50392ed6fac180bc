"""Retention: what is too old goes, bounded and told; what is live or waits never does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import DamagedTrailError, TemporaryOutsideError, UnreadableError
from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.request import RequestState
from daypass.domain.verification import verify
from daypass.ports import TIMEKEEPER, Change, PromiseKind, TrailPorts
from daypass.usecases.audit.checkpoint import checkpoint
from daypass.usecases.audit.excerpt import excerpt
from daypass.usecases.audit.retain import MOST_EVENTS, MOST_VALUES, SOON, retain
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.keep_rows import RETAIN_EVERY
from daypass.usecases.shared.rows import retain_row
from daypass.usecases.shared.tick import tick
from tests.builders import KEY, NOON, World, a_catalog, a_lease, a_request, a_snapshot, a_world
from tests.contract.store_stages import a_move
from tests.unit.usecases.scenes import FIRST, HOUR, Failing, ask, grant, pass_time

YEAR = timedelta(days=365)
EVENT = AuditEvent(at=NOON, action=Action.PERSON_PINNED, actor="bot", subject="U0ALICE")
REQUEST = RequestId("000000000001")


def a_short_memory() -> World:
    return a_world(a_catalog(retention=YEAR))


def look(world: World, ports: TrailPorts | None = None) -> timedelta:
    """Be a timekeeper that looks for what is too old; return when it looks again."""
    ports = ports or world.trail
    now = world.clock.now()
    world.agenda.write([retain_row(now)], [])
    (one,) = [c for c in world.agenda.claim(TIMEKEEPER, 50) if c.promise.kind is PromiseKind.RETAIN]
    try:
        retain(one, ports)
    finally:
        again = world.agenda.promises(TIMEKEEPER)[PromiseKind.RETAIN, ""] - now
    return again


def trimmings(world: World) -> list[dict[str, str]]:
    """Return what the trail says was removed."""
    found = [one for one in world.store.events if one.action is Action.TRAIL_TRIMMED]
    return [dict(one.facts) for one in found]


def a_life(world: World) -> None:
    """Let alice hold something for an hour, and let it be chained."""
    world.heartbeats.beat(TIMEKEEPER_PROCESS)
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))
    grant(world)
    pass_time(world, HOUR.total_seconds() + 5, step=5)
    checkpoint(world.trail)


def test_retain_forgets_what_is_too_old() -> None:
    """The request, its leases, and the events under the checkpoint: it is told what went."""
    world = a_short_memory()
    a_life(world)
    world.clock.advance(YEAR + HOUR)
    assert look(world) == SOON
    assert world.store.request(REQUEST) is None
    assert world.store.lease(FIRST) is None
    forgot, trimmed = trimmings(world)
    assert (forgot["requests"], forgot["leases"]) == ("1", "1")
    assert trimmed["upto"] == world.store.trimmed
    assert len(world.store.events) == 2
    assert look(world) == RETAIN_EVERY


def test_retain_leaves_a_trail_that_can_be_verified() -> None:
    """The checkpoint before the first event that is kept stays as anchor."""
    world = a_short_memory()
    a_life(world)
    anchor = world.store.checkpoints[-1]
    world.clock.advance(YEAR + HOUR)
    a_life(world)
    look(world)
    checkpoint(world.trail)
    there = excerpt(world.trail.trail)
    assert there.anchor == anchor
    assert verify(there.pieces, KEY, anchor=anchor, head=world.store.head()).faults == ()


def test_retain_keeps_everything_when_nothing_says_how_long() -> None:
    """For ever is the default; the promise to look stays for when that changes."""
    world = a_world()
    a_life(world)
    world.clock.advance(50 * YEAR)
    before = len(world.store.events)
    assert look(world) == RETAIN_EVERY
    assert len(world.store.events) == before
    assert world.store.request(REQUEST) is not None


def test_retain_keeps_what_is_not_too_old() -> None:
    """Not a second earlier."""
    world = a_short_memory()
    a_life(world)
    world.clock.advance(YEAR - HOUR)
    assert look(world) == RETAIN_EVERY
    assert world.store.request(REQUEST) is not None
    assert trimmings(world) == []


def test_retain_keeps_events_that_no_checkpoint_covers() -> None:
    """What is not proven yet is not removed; without a key nothing is, for nobody can judge it."""
    world = a_short_memory()
    ask(world)
    world.clock.advance(YEAR + HOUR)
    look(world)
    assert world.store.trimmed == ""
    checkpoint(world.trail)
    world.clock.advance(YEAR + HOUR)
    look(world, replace(world.trail, key=b""))
    assert world.store.trimmed == ""


def test_retain_removes_no_event_of_a_trail_that_is_damaged() -> None:
    """What shows that somebody was there is not thrown away."""
    world = a_short_memory()
    a_life(world)
    world.store.checkpoints[0] = replace(world.store.checkpoints[0], count=7)
    world.clock.advance(YEAR + HOUR)
    with pytest.raises(DamagedTrailError, match="checkpoint 1: changed"):
        look(world)
    assert world.store.trimmed == ""
    assert (
        world.agenda.promises(TIMEKEEPER)[PromiseKind.RETAIN, ""]
        == world.clock.now() + RETAIN_EVERY
    )


def test_tick_goes_on_when_retention_fails() -> None:
    """Whoever has to be woken is, and the failure is raised after that."""
    world = a_short_memory()
    grant(world)
    now = world.clock.advance(HOUR)
    world.agenda.write([retain_row(now - HOUR)], [])
    world.agenda.wakeups.clear()

    def fail(_claim: object) -> None:
        raise DamagedTrailError(["checkpoint 1: changed"])

    with pytest.raises(DamagedTrailError):
        tick(world.trail, {PromiseKind.RETAIN: fail})
    assert "prod" in world.agenda.wakeups


def test_tick_leaves_what_it_does_not_know_to_others() -> None:
    """The claim runs out by itself."""
    world = a_short_memory()
    world.agenda.write([retain_row(world.clock.now())], [])
    tick(world.trail)
    assert (PromiseKind.RETAIN, "") in world.agenda.promises(TIMEKEEPER)


def test_retain_keeps_a_request_for_as_long_as_one_of_its_leases() -> None:
    """A request that was decided long ago may have a lease that ended late."""
    world = a_short_memory()
    a_life(world)
    lease = world.store.lease(FIRST)
    assert lease is not None
    late = replace(lease, ended_at=NOON + YEAR)
    world.store.commit(Change(move=a_move(), leases=(late,)))
    world.clock.set(NOON + YEAR + 2 * HOUR)
    look(world)
    assert world.store.request(REQUEST) is not None
    world.clock.set(NOON + 2 * YEAR + HOUR)
    look(world)
    assert world.store.request(REQUEST) is None


@pytest.mark.parametrize("method", ["request", "lease", "leases"])
def test_retain_puts_off_what_cannot_be_read(method: str) -> None:
    """One damaged value holds up no other, and is not removed unseen."""
    world = a_short_memory()
    a_life(world)
    a_life(world)
    second = RequestId("000000000002")

    def hit(asked: str | Sequence[str]) -> bool:
        names = {asked} if isinstance(asked, str) else {*asked}
        return not names or bool(names & {REQUEST, FIRST})

    store = Failing(world.store, method, UnreadableError("it is damaged"), hit)
    world.clock.advance(YEAR + HOUR)
    ports = replace(world.trail, store=cast("Any", store))
    look(world, ports)
    if method != "leases":
        assert world.store.request(second) is None
    assert world.store.request(REQUEST) is not None
    assert REQUEST in world.store.put_off


def test_retain_keeps_a_lease_that_is_not_over_whatever_the_list_says() -> None:
    """Somebody may write what is live among what is over; it is looked at again."""
    world = a_short_memory()
    live = a_lease(id=LeaseId("000000000007-1"))
    world.store.commit(Change(move=a_move(), leases=(live,)))
    world.store.put_off[live.id] = NOON
    world.clock.advance(YEAR + HOUR)
    assert look(world) == RETAIN_EVERY
    assert world.store.lease(live.id) is not None
    assert world.store.put_off == {live.id: world.clock.now()}


def test_retain_strikes_off_what_names_nothing() -> None:
    """A value that somebody took away is not looked for once a year, for ever."""
    world = a_short_memory()
    names = (LeaseId("000000000007-1"), RequestId("000000000007"))
    world.store.put_off |= dict.fromkeys(names, NOON)
    world.clock.advance(YEAR + HOUR)
    assert look(world) == RETAIN_EVERY
    assert not world.store.over
    assert not trimmings(world)


def test_retain_is_tried_again_in_an_hour_when_the_store_fails() -> None:
    """The promise is put off whatever happens."""
    world = a_short_memory()
    a_life(world)
    world.clock.advance(YEAR + HOUR)
    failing = Failing(
        world.trail.archive, "over", TemporaryOutsideError("no answer"), lambda _: True
    )
    with pytest.raises(TemporaryOutsideError):
        look(world, replace(world.trail, archive=cast("Any", failing)))
    assert (
        world.agenda.promises(TIMEKEEPER)[PromiseKind.RETAIN, ""]
        == world.clock.now() + RETAIN_EVERY
    )


def test_retain_does_a_bounded_number_of_things_at_once() -> None:
    """Redis is never busy for long; the rest follows in a minute."""
    world = a_short_memory()
    many = tuple(
        replace(a_request(), id=RequestId(f"{n:012}"), state=RequestState.DENIED, decided_at=NOON)
        for n in range(MOST_VALUES + 1)
    )
    world.store.commit(Change(move=a_move(), requests=many))
    for _ in range(MOST_EVENTS // 1_000 + 2):
        for _ in range(1_000):
            world.store.record(EVENT)
        checkpoint(world.trail)
    world.clock.advance(YEAR + HOUR)
    before = len(world.store.events)
    assert look(world) == SOON
    assert len(world.store.over) == 1
    assert before - len(world.store.events) == MOST_EVENTS - 2
    assert look(world) == SOON
    assert world.store.over == {}


LIVE = st.sampled_from([LeaseState.GRANTING, LeaseState.ACTIVE, LeaseState.REVOKING])
AGES = st.integers(0, 5_000).map(lambda days: timedelta(days=days))


@given(st.lists(st.tuples(st.sampled_from(RequestState), AGES, st.none() | LIVE, AGES), max_size=8))
def test_retain_never_touches_what_is_live_or_waits(
    lives: list[tuple[RequestState, timedelta, LeaseState | None, timedelta]],
) -> None:
    """Whatever its age: a live lease stays, and so does its request; a pending request stays."""
    world = a_short_memory()
    world.clock.set(NOON + timedelta(days=6_000))
    now = world.clock.now()
    kept = set[RequestId | LeaseId]()
    gone = set[RequestId | LeaseId]()
    for n, (state, age, live, ended) in enumerate(lives, 1):
        request = RequestId(f"{n:012}")
        decided = None if state is RequestState.PENDING else now - age
        lease = a_lease(id=lease_id(request, 1), state=live or LeaseState.ENDED)
        if live is None:
            lease = replace(lease, cause=EndCause.EXPIRED, ended_at=now - ended)
        asked = a_request(id=request, state=state, decided_at=decided, asked_at=now - age)
        world.store.commit(Change(move=a_move(), requests=(asked,), leases=(lease,)))
        lease_goes = live is None and ended > YEAR
        request_goes = lease_goes and decided is not None and age > YEAR
        (gone if lease_goes else kept).add(lease.id)
        (gone if request_goes else kept).add(request)
    look(world)
    there = {*world.store._requests, *world.store._leases}
    assert there == kept
    assert not there & gone
