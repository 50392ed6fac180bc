"""Time that jumped ahead and back, and a score that anybody may write: trail and retention."""

from datetime import timedelta

from daypass.adapters.redis import keys
from daypass.domain.ids import RequestId
from daypass.ports import TIMEKEEPER, PromiseKind
from daypass.usecases.audit.retain import retain
from daypass.usecases.requests.cancel import Cancel, cancel
from tests.builders import a_catalog
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, ask

YEAR = timedelta(days=365)


def test_what_was_decided_just_now_is_kept_whatever_its_score_says() -> None:
    """By the bot: a row alone must not have the timekeeper forget it."""
    scene = Scene(a_catalog(retention=YEAR), granted=False)
    request = ask(scene.world).request
    cancel(Cancel(actor=ALICE, target=request.id), scene.world.ask)
    scene.client.zadd(keys.OVER, {request.id: 1})
    scene.client.zadd(keys.due(TIMEKEEPER), {f"{PromiseKind.RETAIN}:": 1})
    (claim,) = scene.world.agenda.claim(TIMEKEEPER, 50)
    retain(claim, scene.trail)
    assert scene.world.store.request(RequestId(request.id)) is not None
