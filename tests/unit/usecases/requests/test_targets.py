"""What a person means by an id, a part of it, or nothing at all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Principal, Step
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.usecases.requests.browse import Browse, requests
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.shared.targets import is_turn_of
from tests.builders import World, a_catalog, a_person, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, Failing, actions, ask, known_as, refusal

ID = "000000000001"


def answer(world: World, target: str, *, yes: bool, who: PersonId = BOB) -> None:
    """Let somebody answer."""
    decide(Decide(actor=who, target=target, yes=yes), world.ask)


DOES: dict[str, Callable[[World, str], object]] = {
    "approve": lambda world, target: answer(world, target, yes=True),
    "deny": lambda world, target: answer(world, target, yes=False),
    "cancel": lambda world, target: cancel(Cancel(actor=ALICE, target=target), world.ask),
}


@pytest.mark.parametrize("verb", DOES)
def test_one_level_of_several_is_not_taken_for_all_of_them(verb: str) -> None:
    """No more is done than was named: the line for the whole request is offered."""
    world = a_world()
    ask(world, "debug", "nodes")
    reason = refusal(lambda: DOES[verb](world, f"{ID}-2"))
    assert reason == no.OnlyWhole(request=ID, levels=2, verb=verb)
    assert f"“{verb} {ID}”" in str(reason)
    assert actions(world, ID) == ["request.submitted"]


@pytest.mark.parametrize("verb", DOES)
def test_the_only_level_is_the_whole_request(verb: str) -> None:
    """With its suffix or without it names the same; a suffix of nothing names nothing."""
    world = a_world()
    ask(world)
    reason = refusal(lambda: DOES[verb](world, f"{ID}-2"))
    assert reason == no.UnknownRequest(text=f"{ID}-2")
    DOES[verb](world, f"{ID}-1")
    assert world.store.pending() == []


def in_steps(*names: str) -> World:
    """Return a world in which each of these people is a step of its own."""
    steps = tuple(Step(by=(Principal(email=f"{name}@example.com"),)) for name in names)
    return a_world(a_catalog(workflows=(a_workflow(steps=steps),)))


def for_me(world: World, who: PersonId) -> list[str]:
    """Return what is listed for somebody to decide."""
    return [one.id for one in requests(Browse(actor=who), world.ask).waiting]


def test_only_whoever_the_waiting_step_asks_is_told_to_decide() -> None:
    """What is listed is what the click takes."""
    world = in_steps("bob", "dan")
    ask(world)
    assert (for_me(world, BOB), for_me(world, DAN)) == ([ID], [])
    answer(world, ID, yes=True)
    assert (for_me(world, BOB), for_me(world, DAN)) == ([], [ID])
    answer(world, ID, who=DAN, yes=True)
    assert world.store.pending() == []


def test_a_yes_is_to_the_request_that_was_read_and_to_no_other() -> None:
    """Whoever asked takes it back and asks for more, before it is typed: nothing is approved."""
    world = a_world()
    ask(world)
    cancel(Cancel(actor=ALICE, target=""), world.ask)
    ask(world, "nodes")
    assert refusal(lambda: answer(world, "", yes=True)) == no.UnknownRequest(text="")
    assert for_me(world, BOB) == ["000000000002"]


def test_a_no_without_an_id_may_come_of_any_step() -> None:
    """One no is a no, also of somebody who is asked later."""
    world = in_steps("bob", "dan")
    ask(world)
    answer(world, "", who=DAN, yes=False)
    assert world.store.pending() == []


def test_nobody_is_told_to_decide_for_a_second_account_of_their_own() -> None:
    """Law 5: the click refuses it, for the cluster knows both by one username."""
    world = a_world()
    ask(world)
    world = known_as(world, {"U0ALICE": "sam", "U0BOB": "sam"})
    assert (for_me(world, BOB), for_me(world, DAN)) == ([], [ID])


def test_whose_turn_it_is_the_click_says_where_nobody_can_be_looked_up() -> None:
    """Its cluster was taken out, or Slack does not answer: it is listed all the same."""
    world = in_steps("bob", "dan")
    ask(world)
    (waiting,), bob = world.store.pending(), a_person("bob")
    rules = replace(world.catalog, clusters={"dev": world.catalog.clusters["dev"]})
    no = TemporaryOutsideError("no answer")
    silent: Any = Failing(world.people, "by_email", no, lambda _: True)
    assert is_turn_of(bob, waiting, replace(world.ask, catalog=rules))
    assert is_turn_of(bob, waiting, replace(world.ask, people=silent))
