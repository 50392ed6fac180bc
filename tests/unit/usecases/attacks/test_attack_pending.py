"""The list of what waits: any role that moves requests may write there."""

from daypass.adapters.redis import keys
from daypass.domain.request import RequestState
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR


def test_what_was_decided_does_not_wait_because_a_list_says_so() -> None:
    """By bot, grants or timekeeper: alice is told for ever that her lease is asked for already."""
    scene = Scene()
    asked = extend(Extend(actor=ALICE, target=FIRST, length=HOUR + HOUR / 2), scene.world.ask)
    assert asked.request is not None
    decide(Decide(actor=BOB, target=asked.request.id, yes=False, reason="no"), scene.world.ask)
    scene.client.zadd(keys.PENDING, {asked.request.id: 1})
    waiting = [one.state for one in scene.world.store.pending()]
    assert set(waiting) <= {RequestState.PENDING}
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR / 2), scene.world.ask)
