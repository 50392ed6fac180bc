"""What was counted of one person can always be read: nothing more is granted before it cannot."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.redis.codec import decode, encode
from daypass.adapters.redis.sized import MOST
from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.domain.lease import LeaseState
from daypass.domain.reasons import TooMuchHeld
from daypass.domain.scope import Scope, within
from daypass.domain.tally import FULL, Start, Tally
from daypass.ports import Change
from tests.builders import NOON, World, a_lease, a_world
from tests.unit.usecases.scenes import approve, ask, lease_of, let_go, refusal, work

LONG = 63
"""Characters of the longest name of a namespace."""
EARLIER = NOON - timedelta(minutes=5) + timedelta(microseconds=1)
HERE = within("payments")
ONE_MORE = within(*(f"{number:0{LONG}}" for number in range(40)))
"""As many namespaces as a request may name, and not one more."""


def a_start(number: int, scope: Scope) -> Start:
    """Return the beginning of a lease as long as it is ever written."""
    return Start(
        lease=lease_id(RequestId(f"{number:012}"), 15),
        level="debug",
        scope=scope,
        at=EARLIER,
        number=999,
        fixed_at=NOON,
        longest=timedelta(days=365, hours=23, minutes=59, seconds=59, microseconds=999_999),
        version="v" * 64,
    )


def a_full_tally(scope: Scope = HERE) -> Tally:
    """Return what is counted of alice on prod when nothing more is."""
    one = a_start(0, scope)
    count = -(-FULL // one.size)
    starts = tuple(a_start(number, scope) for number in range(count))
    return Tally(cluster="prod", username="alice@example.com", starts=starts)


def fill(world: World) -> None:
    """Let so much be counted of alice."""
    world.store.commit(Change(move=world.ids.move(), tallies=(a_full_tally(),)))


@pytest.mark.parametrize("scope", [HERE, ONE_MORE])
def test_what_is_counted_at_most_is_read_back(scope: Scope) -> None:
    """With one more than fills it, and whatever becomes of any of it."""
    full = a_full_tally(scope)
    assert full.full
    assert not replace(full, starts=full.starts[1:]).full
    lease = a_lease(id=LeaseId("z" * 12 + "-15"), scope=ONE_MORE)
    last = replace(full, starts=full.starts[1:]).counting(lease, NOON, timedelta(hours=1))
    for tally in (last, last.ended(last.leases), last.settled(last.leases)):
        stored = encode(tally)
        assert len(stored) <= MOST
        assert decode(Tally, stored) == tally


def test_an_ask_is_refused_when_no_more_can_be_counted() -> None:
    """Before anything of it is written; the sentence says what makes room."""
    world = a_world()
    fill(world)
    assert refusal(lambda: ask(world)) == TooMuchHeld(cluster="prod")


def test_a_grant_is_refused_when_no_more_can_be_counted() -> None:
    """Whatever the bot said before: the worker counts for itself, and the card says why."""
    world = a_world()
    request = approve(world)
    fill(world)
    work(world)
    lease = lease_of(world, request.lease_ids[0])
    assert lease.state is not LeaseState.ACTIVE
    assert lease.why == str(TooMuchHeld(cluster="prod"))


def test_what_is_held_already_ends_all_the_same() -> None:
    """A full count keeps no end."""
    world = a_world()
    request = approve(world)
    work(world)
    tally = world.store.tally("prod", "alice@example.com")
    full = replace(tally, starts=(*tally.starts, *a_full_tally().starts))
    world.store.commit(Change(move=world.ids.move(), tallies=(full,)))
    let_go(world)
    work(world)
    assert lease_of(world, request.lease_ids[0]).state is LeaseState.ENDED
