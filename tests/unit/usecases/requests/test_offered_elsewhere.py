"""What an offer says is so: where it is held or waits, and whose yes it takes."""

from daypass.adapters.slack.views.catalog import ask_line, catalog
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.catalog import Principal, Step
from daypass.domain.scope import Scope, within
from daypass.usecases.requests.browse import Browse
from daypass.usecases.requests.browse import catalog as offers
from daypass.usecases.requests.can_i import CanI, can_i
from daypass.usecases.requests.offering import Offer, OfferState
from tests.builders import SRE, World, a_catalog, a_level, a_workflow, a_world
from tests.drawing import VIEW, draw
from tests.unit.adapters.slack.examples import read
from tests.unit.usecases.scenes import ALICE, HOUR, ask, grant

TWO = a_catalog(levels=(a_level("both", namespaces=("payments", "team-a")),))


def offer(world: World, level: str) -> Offer:
    """Return what alice is offered on prod of one level."""
    (found,) = offers(Browse(actor=ALICE, words=("prod", level)), world.ask)
    return found


def said(world: World, level: str) -> str:
    """Return what she reads of that."""
    return read(catalog([offer(world, level)], Scene(command="/access", catalog=world.catalog)))


def test_can_i_says_granted_of_the_namespace_where_it_is() -> None:
    """Law 4: team-a is granted, and nothing in team-b."""
    world = a_world()
    grant(world, "open", namespaces=("team-a",))
    draw(world, VIEW)
    for place, state in (("team-a", OfferState.GRANTED), ("team-b", OfferState.AVAILABLE)):
        asked = CanI(actor=ALICE, verb="get", what="pods", namespace=place, cluster="prod")
        (answer,) = can_i(asked, world.ask).answers
        found = {way.level.name: one for way, one in answer.ways}["open"]
        assert (answer.yes, found.state) == (state is OfferState.GRANTED, state)
        line = ask_line(found, Scene(command="/access", catalog=world.catalog), place)
        assert (f"--namespace {place}" in line) == (state is OfferState.AVAILABLE)


def test_catalog_offers_a_level_elsewhere_and_says_where_it_is_there() -> None:
    """Some namespace is picked: what is there in one keeps nobody from another."""
    world = a_world()
    lease = grant(world, "open", namespaces=("team-a",))
    waiting = ask(world, "open", namespaces=("team-b",)).request
    assert offer(world, "open").state is OfferState.AVAILABLE
    text = said(world, "open")
    assert "in team-a, team-b already" in text
    assert lease.request in text
    assert waiting.id in text
    assert "--k8sGroup=open --namespace NAMESPACE" in text


def test_catalog_offers_the_rest_of_what_is_held_in_part() -> None:
    """The line asks for what is free, and is let through; then all of it is granted."""
    world = a_world(TWO)
    first = grant(world, "both", namespaces=("payments",))
    assert "--k8sGroup=both --namespace team-a" in said(world, "both")
    waiting = ask(world, "both", namespaces=("team-a",), duration=HOUR / 2).request
    found = offer(world, "both")
    assert (found.state, found.request) == (OfferState.PENDING, waiting.id)
    assert found.at(within("payments")).state is OfferState.GRANTED
    assert found.at(within("payments")).request == first.request


def test_catalog_tells_steps_from_people_of_one_step() -> None:
    """Two of sre are one step; dan after one of sre is another: two of sre would not do."""
    once, twice = Step(by=(SRE,)), Step(by=(SRE,), count=2)
    dan = Step(by=(Principal(email="dan@example.com"),))
    for steps, words in (
        ((twice,), "approved by 2 people of team:sre (bob, dan)"),
        ((once, dan), "approved by team:sre (bob, dan), then by dan@example.com (dan)"),
    ):
        text = said(a_world(a_catalog(workflows=(a_workflow(steps=steps),))), "debug")
        assert words in text


def test_catalog_says_granted_of_all_that_is() -> None:
    """Until when the first of it ends; what holds on the whole cluster holds in each namespace."""
    world = a_world()
    lease = grant(world, "nodes")
    assert offer(world, "nodes").state is OfferState.GRANTED
    assert offer(world, "nodes").at(within("payments")).until == lease.ends_at
    assert not Scope().within_all([within("payments")])
