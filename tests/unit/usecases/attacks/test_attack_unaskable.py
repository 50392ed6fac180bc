"""A question that no API server answers, in the proof of a lease."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.lease import LeaseState
from daypass.domain.review import Question
from daypass.usecases.requests.end import End, end
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import BOB, FIRST, Failing, with_cluster

NOBODY = Question(user="", groups=(), verb="get", resource="pods", namespace="payments")


@pytest.mark.parametrize("proof", [(), (NOBODY,)])
def test_a_question_that_the_server_refuses_keeps_no_lease_from_being_over(proof: Any) -> None:
    """By bot or notifications: 422, “at least one of user or group must be specified”, for ever.

    It is "Ending" for ever and tried every few seconds, also when whoever wrote it is gone.
    """
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    scene.client.set(keys.lease(FIRST), encode(replace(lease, proof=proof)))
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    no = PermanentOutsideError("prod: at least one of user or group must be specified: 422")
    prod: Any = Failing(
        scene.world.clusters["prod"],
        "reviews",
        no,
        lambda asked: not asked.user and not asked.groups,
    )
    for days in range(5):
        scene.clock.wait = timedelta(days=days)
        scene.client.zadd(keys.due("prod"), {f"end:{FIRST}": 1}, xx=True)
        scene.work(with_cluster(scene.world.grants(), prod))
    assert scene.world.clusters["prod"].objects == ()
    found = scene.world.store.lease(FIRST)
    assert found is not None
    assert found.state is LeaseState.ENDED
