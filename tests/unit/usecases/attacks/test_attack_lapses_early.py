"""A row that says when a request lapses: whoever may ZADD to `daypass:due` has it lapse now."""

from daypass.adapters.redis import keys
from daypass.domain.request import RequestState
from daypass.ports import TIMEKEEPER
from daypass.usecases.requests.lapse import let_lapse
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ask


def test_a_request_does_not_lapse_before_its_time_because_a_row_says_so() -> None:
    """By notifications, which writes no requests, or any role: nobody is ever served.

    The card and the trail say that nobody answered in time.
    """
    scene = Scene(granted=False)
    asked = ask(scene.world).request
    assert asked.lapses_at > scene.clock.now()
    scene.client.zadd(keys.due(TIMEKEEPER), {f"lapse:{asked.id}": 1})
    let_lapse(scene.world.ask)
    found = scene.world.store.request(asked.id)
    assert found is not None
    assert found.state is RequestState.PENDING
