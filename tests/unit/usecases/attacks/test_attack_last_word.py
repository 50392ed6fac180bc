"""The holder alone undoes a yes for less that has not reached the cluster yet (law 5)."""

from datetime import timedelta

from daypass.domain.errors import UnreadableError
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    HOUR,
    Failing,
    grant,
    lease_of,
    ours,
    with_store,
    work,
)

MINUTE = timedelta(minutes=1)


def test_more_time_given_for_less_is_the_last_word_although_its_holder_overtakes_it() -> None:
    """Asked for 2h more, given 10m: 13:10 is the last that bob allows, whatever alice does."""
    world = a_world()
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=10 * MINUTE), world.ask)
    # The cluster is slow, away or frozen: the extension is still to be made so.
    shorten(Shorten(actor=ALICE, target=FIRST, length=MINUTE), world.ask)
    work(world)
    assert lease_of(world).extensions[-1].refused
    again = extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    work(world)
    assert again.request is not None, f"she has it until {lease_of(world).ends_at}"
    end = ours(world).expires_at
    assert end is not None
    assert end <= NOON + HOUR + 10 * MINUTE


def test_shortens_although_the_request_that_is_overtaken_cannot_be_read() -> None:
    """Law 10: one damaged value keeps no end from coming nearer, and doubt gives no free time."""
    world = a_world()
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=10 * MINUTE), world.ask)
    damaged = UnreadableError("request")
    store = Failing(world.store, "request", damaged, lambda name: name == asked.id)
    shorten(Shorten(actor=ALICE, target=FIRST, length=MINUTE), with_store(world.ask, store))
    lease = lease_of(world)
    assert lease.ends_at == NOON + HOUR - MINUTE
    assert lease.free_until == NOON + HOUR + 10 * MINUTE
