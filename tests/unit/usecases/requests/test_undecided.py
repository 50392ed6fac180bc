"""One person waits for so many requests at one time, whatever they ask for and how (law 6)."""

from dataclasses import replace
from datetime import timedelta

from daypass.domain.holding import MOST_UNDECIDED
from daypass.domain.ids import RequestId
from daypass.domain.reasons import TooManyUndecided
from daypass.ports import Change
from daypass.usecases.requests.browse import Browse, catalog
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.offering import OfferState
from tests.builders import World, a_catalog, a_request, a_workflow, a_world, an_ask
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    HOUR,
    approve,
    ask,
    grant,
    lease_of,
    refusal,
    work,
)

FULL = TooManyUndecided(given=MOST_UNDECIDED, most=MOST_UNDECIDED)
"""The no to whoever waits for as many as one person may."""


def wait_for(world: World, count: int) -> None:
    """Let alice wait for so many requests, on a cluster that is none of those here."""
    names = (RequestId(f"{number:011d}x") for number in range(count))
    waiting = tuple(a_request(id=name, ask=an_ask(cluster="elsewhere")) for name in names)
    world.store.commit(Change(move=world.ids.move(), requests=waiting))


def test_one_more_is_refused_to_whoever_waits_for_many() -> None:
    """On whichever cluster those are; each of them is a card that has to be kept true."""
    world = a_world()
    wait_for(world, MOST_UNDECIDED)
    assert refusal(lambda: ask(world)) == FULL


def test_one_that_is_taken_back_makes_room() -> None:
    """As the answer says."""
    world = a_world()
    wait_for(world, MOST_UNDECIDED - 1)
    last = ask(world).request
    assert refusal(lambda: ask(world, "nodes")) == FULL
    cancel(Cancel(actor=ALICE, target=last.id), world.ask)
    assert ask(world, "nodes").request.id != last.id


def test_what_waits_at_the_bound_is_approved_and_granted() -> None:
    """It is what one asks for that counts, not what others say yes to."""
    world = a_world()
    wait_for(world, MOST_UNDECIDED - 1)
    request = approve(world)
    wait_for_one_more = replace(a_request(), id=RequestId("y" * 12))
    world.store.commit(Change(move=world.ids.move(), requests=(wait_for_one_more,)))
    work(world)
    assert lease_of(world, request.lease_ids[0]).granted_at is not None


def test_what_nobody_has_to_approve_is_granted() -> None:
    """It waits for nobody."""
    world = a_world(a_catalog(workflows=(a_workflow(steps=()),)))
    wait_for(world, MOST_UNDECIDED)
    request = ask(world).request
    work(world)
    assert lease_of(world, request.lease_ids[0]).granted_at is not None


def test_more_time_that_waits_for_people_is_refused() -> None:
    """What is free is given all the same."""
    world = a_world()
    grant(world)
    wait_for(world, MOST_UNDECIDED)
    longer = Extend(actor=ALICE, target=FIRST, length=3 * HOUR)
    assert refusal(lambda: extend(longer, world.ask)) == FULL
    short = replace(longer, length=timedelta(minutes=30))
    assert extend(short, world.ask).extension is not None


def test_the_catalog_says_so_before_anything_is_asked() -> None:
    """A dry run has the same answer."""
    world = a_world()
    wait_for(world, MOST_UNDECIDED)
    (offered,) = catalog(Browse(actor=ALICE, words=("prod", "debug")), world.ask)
    assert (offered.state, offered.why) == (OfferState.UNAVAILABLE, (FULL,))
