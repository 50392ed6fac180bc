"""What a person means by an id, a part of it, or nothing at all."""

from collections.abc import Callable

import pytest

from daypass.domain import reasons as no
from daypass.usecases.cancel import Cancel, cancel
from daypass.usecases.decide import Decide, decide
from tests.builders import World, a_world
from tests.unit.usecases.scenes import ALICE, BOB, actions, ask, refusal

ID = "000000000001"


def answer(world: World, target: str, *, yes: bool) -> None:
    """Let bob answer."""
    decide(Decide(actor=BOB, target=target, yes=yes), world.ask)


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
