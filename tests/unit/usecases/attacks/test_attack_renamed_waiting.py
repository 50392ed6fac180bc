"""A yes is for the user of the cluster that its card named (law 5: what is read is what is given).

An account's email changes while its request waits, and an administrator confirms the new one: then
a yes to what was asked for under the old name would give it to a user whom nobody read of.
"""

from dataclasses import replace

from daypass.domain.catalog import Step
from daypass.domain.reasons import ConfigurationChanged
from daypass.domain.request import RequestState
from daypass.usecases.requests.decide import Decide, decide
from tests.builders import SRE, a_catalog, a_workflow, a_world
from tests.unit.usecases.attacks.test_attack_renamed import SAME_USER, by, is_renamed
from tests.unit.usecases.scenes import ALICE, BOB, DAN, ask, names, refusal, work


def test_what_was_asked_for_under_another_name_is_asked_for_again() -> None:
    """The card has the old name, and bob reads that."""
    world = a_world()
    request = ask(world).request
    is_renamed(world)
    why = refusal(lambda: decide(Decide(actor=BOB, target=request.id, yes=True), world.ask))
    assert isinstance(why, ConfigurationChanged)
    assert "alice.new@example.com" in str(why)
    work(world)
    assert names(world) == []
    assert decide(Decide(actor=BOB, target=request.id, yes=False), world.ask).state is (
        RequestState.DENIED
    )
    assert decide(Decide(actor=BOB, target=ask(world).request.id, yes=True), world.ask).state is (
        RequestState.APPROVED
    )


def test_a_first_yes_to_the_old_name_is_none_to_the_new_one() -> None:
    """Bob said his before the rename, and dan comes after it."""
    flow = a_workflow(steps=(Step(by=(SRE,), count=2),))
    world = a_world(a_catalog(workflows=(flow,)))
    request = ask(world).request
    yes = Decide(actor=BOB, target=request.id, yes=True)
    decide(yes, world.ask)
    is_renamed(world)
    assert isinstance(
        refusal(lambda: decide(replace(yes, actor=DAN), world.ask)), ConfigurationChanged
    )


@SAME_USER
def test_who_is_the_same_user_need_not_ask_again(username: str, email: str) -> None:
    """What the card says of them is so."""
    world = a_world(by(username))
    request = ask(world).request
    is_renamed(world, email)
    approved = decide(Decide(actor=BOB, target=request.id, yes=True), world.ask)
    assert approved.requester.id == ALICE
    assert approved.requester.email == email
