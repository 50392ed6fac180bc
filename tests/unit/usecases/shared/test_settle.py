"""One place says what becomes of a promise that was seen to."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

import daypass
import workers
from daypass.ports import NOTIFICATIONS, Claim, Promise, PromiseKind
from daypass.usecases.shared.settle import DONE, LEFT, Outcome, again, held_on, settle
from tests.builders import NOON, World, a_world

MINUTE: Final = timedelta(minutes=1)
ROW: Final = Promise(keeper=NOTIFICATIONS, kind=PromiseKind.CARD, subject="k7q2m9x4t1bd", at=NOON)
_SETTLES: Final = {"finish", "postpone"}


def claimed(world: World) -> Claim:
    """Return a promise that is due and ours."""
    world.agenda.ensure(ROW, within=MINUTE)
    (claim,) = world.agenda.claim(NOTIFICATIONS, 1)
    return claim


def due_in(world: World) -> timedelta | None:
    """Say when the promise is due, None where its row is gone."""
    at = world.agenda.promises(NOTIFICATIONS).get((ROW.kind, ROW.subject))
    return None if at is None else at - world.clock.now()


@pytest.mark.parametrize(
    ("outcome", "due"),
    [(DONE, None), (again(NOON + MINUTE), MINUTE)],
    ids=["kept", "due again"],
)
def test_settles_what_is_claimed(outcome: Outcome, due: timedelta | None) -> None:
    """Its row goes, or gets another moment."""
    world = a_world()
    settle(claimed(world), outcome, world.ask)
    assert due_in(world) == due


def test_leaves_what_a_move_settled() -> None:
    """It comes back when the claim runs out, whatever became of us."""
    world = a_world()
    claim = claimed(world)
    settle(claim, LEFT, world.ask)
    assert due_in(world) == claim.until - NOON


@pytest.mark.parametrize("outcome", [DONE, again(NOON + MINUTE)], ids=["kept", "due again"])
def test_leaves_a_row_that_a_move_has_rescored(outcome: Outcome) -> None:
    """What is to be seen to anew is not forgotten by whoever saw to it before."""
    world = a_world()
    claim = claimed(world)
    world.agenda.ensure(ROW, within=timedelta(0))
    settle(claim, outcome, world.ask)
    assert due_in(world) == timedelta(0)


def test_is_due_again_surely_though_another_kept_it() -> None:
    """What could not be told stays promised; without that word the other one's is enough."""
    for surely, due in ((None, None), (MINUTE, MINUTE)):
        world = a_world()
        claim = claimed(world)
        world.agenda.finish(claim)
        settle(claim, again(NOON + MINUTE, surely_within=surely), world.ask)
        assert due_in(world) == due


def test_holds_on_to_a_claim_only_while_it_is_ours() -> None:
    """A claim that ran out is somebody else's by now."""
    world = a_world()
    claim = claimed(world)
    held = held_on(claim, claim.until + MINUTE, world.ask)
    assert held is not None
    assert due_in(world) == claim.until + MINUTE - NOON
    assert held_on(claim, claim.until, world.ask) is None


def test_nobody_else_finishes_or_postpones() -> None:
    """A promise's work returns what becomes of it; one file tells the agenda."""
    found = {
        path.name
        for package in (daypass, workers)
        for path in Path(str(package.__file__)).parent.rglob("*.py")
        if "adapters" not in path.parts and "ports" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in _SETTLES
        and "agenda" in ast.unparse(node.value)
    }
    assert found == {"settle.py"}
