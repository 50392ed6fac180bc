"""What waits is taken off a list that every role's user may write, before somebody cuts."""

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.acl import rules
from daypass.domain.catalog import Step
from daypass.domain.reasons import OldCard, ReadAgain
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import SRE, a_catalog, a_workflow
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, HOUR, ask, refusal

LIST = f"~{keys.PENDING} "
TWO = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,), count=2),)),))
LISTS = {"hers": keys.pending_of(ALICE), "of what is hers": keys.live_of(ALICE)}


@pytest.mark.parametrize("taken_off", LISTS)
def test_a_yes_is_void_by_a_cut_whatever_lists_say(taken_off: str) -> None:
    """By timekeeper or notifications, who write no request: bob's yes was of another end.

    He takes half an hour off instead, and dan's yes alone would give two hours.
    """
    scene = Scene(TWO, granted=False)
    first = ask(scene.world).request
    for who in (BOB, DAN):
        decide(Decide(actor=who, target=first.id, yes=True), scene.world.ask)
    scene.work()
    more = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), scene.world.ask).request
    assert more is not None
    decide(Decide(actor=BOB, target=more.id, yes=True), scene.world.ask)
    scene.client.delete(LISTS[taken_off])
    shorten(Shorten(actor=BOB, target=FIRST, length=HOUR / 2), scene.world.ask)
    click = Decide(actor=DAN, target=more.id, yes=True)
    assert isinstance(refusal(lambda: decide(click, scene.world.ask)), ReadAgain | OldCard)
    stored = scene.world.store.request(more.id)
    assert stored is not None
    assert [one.by.id for one in stored.void] == [BOB]


def test_only_who_writes_requests_takes_one_off_the_list_of_all_that_waits() -> None:
    """A cut finds by it what it makes void."""
    for role, said in rules().items():
        written = [one for one in said.split("(") if "zrem" in one and LIST in f"{one} "]
        assert bool(written) == ("+set ~daypass:request:*" in said), role
