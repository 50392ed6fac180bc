"""The catalog says Available of nothing that the ask would refuse (law 9: what people read is so).

Who holds it under the same username by another account, whom nobody may say yes to, and who comes
when there is too much of it already, reads so before they ask.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.errors import RefusedError, UnreadableError
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.reasons import HeldAlready, NeededLater, NoPossibleApprover, TooOften
from daypass.usecases.requests.browse import Browse, catalog, requests
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.offering import Offer, OfferState
from tests.builders import SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    Failing,
    ask,
    grant,
    known_as,
    refusal,
    refusals,
)

ALL: Final = ("debug", "open", "nodes", "platform-admins")


def one_user() -> Catalog:
    """Return rules by which prod knows carol by alice's name."""
    return known_as(a_world(), {CAROL: "Alice@example.com"}).catalog


def passed_on(world: World, *levels: str, namespaces: tuple[str, ...] = ()) -> World:
    """Return a world in which carol is the user that alice was when she was granted levels."""
    grant(known_as(world, {ALICE: "ops"}), *levels, namespaces=namespaces)
    return known_as(world, {CAROL: "ops"})


def bob_decides(count: int = 1) -> Catalog:
    """Return rules by which bob has to say yes, or bob and dan."""
    who = tuple(Principal(email=f"{name}@example.com") for name in ("bob", "dan"))[:count]
    return a_catalog(workflows=(a_workflow(steps=(Step(by=who, count=count),)),))


def offered(world: World, who: PersonId) -> dict[str, Offer]:
    """Return what the catalog says to somebody of prod's levels."""
    found = catalog(Browse(actor=who, words=("env:prod",)), world.ask)
    return {one.level.name: one for one in found}


def test_what_another_account_of_the_username_holds_is_unavailable() -> None:
    """To the cluster they are one person; where a namespace is picked another may be free."""
    world = passed_on(a_world())
    found = offered(world, CAROL)
    assert [found[name].state for name in ALL] == [
        OfferState.UNAVAILABLE,
        *[OfferState.AVAILABLE] * 3,
    ]
    (why,) = found["debug"].why
    assert isinstance(why, HeldAlready)
    assert why.others  # Only alice may extend it, or read more of it.
    assert refusals(lambda: ask(world, actor=CAROL)) == (why,)


def test_a_namespace_that_is_free_can_still_be_picked() -> None:
    """Only the one in which the other account has it is taken."""
    world = passed_on(a_world(), "open", namespaces=("team-a",))
    assert offered(world, CAROL)["open"].state is OfferState.AVAILABLE
    ask(world, "open", namespaces=("team-b",), actor=CAROL)


@pytest.mark.parametrize(
    ("who", "count"), [(BOB, 1), (BOB, 2), (DAN, 2)], ids=["alone", "one of two", "the other"]
)
def test_what_nobody_may_say_yes_to_is_unavailable(who: PersonId, count: int) -> None:
    """Nobody approves their own request, and there is nobody else."""
    world = a_world(bob_decides(count))
    found = offered(world, who)
    assert {one.state for one in found.values()} == {OfferState.UNAVAILABLE}
    (why,) = found["debug"].why
    assert isinstance(why, NoPossibleApprover)
    assert refusals(lambda: ask(world, actor=who)) == (why,)
    assert offered(world, ALICE)["debug"].state is OfferState.AVAILABLE


def test_what_would_be_too_much_within_a_minute_is_unavailable() -> None:
    """The fuse is said before somebody asks."""
    world = a_world(a_catalog(grants_per_minute=1))
    grant(world)
    (why,) = offered(world, ALICE)["nodes"].why
    assert isinstance(why, TooOften)
    assert refusals(lambda: ask(world, "nodes")) == (why,)


@pytest.mark.parametrize(
    "rules", [a_catalog, one_user, bob_decides], ids=["as usual", "one user", "bob alone"]
)
@pytest.mark.parametrize("who", [ALICE, BOB, CAROL, DAN])
def test_what_is_available_is_given(rules: Callable[[], Catalog], who: PersonId) -> None:
    """Whoever asks for what is said to be there gets it, or is told to wait for people."""
    world = a_world()
    grant(world)
    world = replace(world, catalog=rules())
    for name, offer in offered(world, who).items():
        places = ("team-a",) if offer.level.choose else ()
        if offer.state is OfferState.AVAILABLE:
            ask(world, name, namespaces=places, actor=who)
        else:
            with pytest.raises(RefusedError):
                ask(world, name, namespaces=places, actor=who)


def test_who_is_needed_for_a_later_step_is_not_asked_yet() -> None:
    """Bob's yes is refused until dan has said his, for bob alone may say the last one."""
    steps = (Step(by=(SRE,)), Step(by=(Principal(email="bob@example.com"),)))
    world = a_world(a_catalog(workflows=(a_workflow(steps=steps),)))
    request = ask(world).request
    yes = Decide(actor=BOB, target=request.id, yes=True)
    assert isinstance(refusal(lambda: decide(yes, world.ask)), NeededLater)
    assert waiting(world, BOB) == []
    assert waiting(world, DAN) == [request.id]
    decide(replace(yes, actor=DAN), world.ask)
    assert waiting(world, BOB) == [request.id]


def waiting(world: World, who: PersonId) -> list[RequestId]:
    """Return what somebody reads as theirs to decide."""
    return [one.id for one in requests(Browse(actor=who), world.ask).waiting]


def test_a_count_that_cannot_be_read_hides_nothing() -> None:
    """The ask is refused then; the catalog goes by what else is known."""
    world = a_world()
    damaged: Any = Failing(world.store, "tally", UnreadableError("no tally"), lambda _: True)
    found = offered(replace(world, store=damaged), ALICE)
    assert {found[name].state for name in ALL} == {OfferState.AVAILABLE}
