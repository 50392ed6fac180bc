"""Values outside the store's own, such as the head of the trail: no more of them is read."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

import pytest

from daypass.adapters.kubernetes.watermark import marking
from daypass.adapters.redis import keys
from daypass.domain.errors import DaypassError, PermanentOutsideError
from daypass.domain.ids import PersonId
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.requests.submit import Submit, submit
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.attacks.test_attack_sizes import HUGE, MOST, fetched
from tests.unit.usecases.scenes import Failing, with_cluster

CAROL: Final = PersonId("U0CAROL")
Do = Callable[[Scene], object]
DO: Final[Mapping[str, tuple[Do, Do]]] = {
    "timekeeper: each look of the grants worker": (
        lambda scene: scene.client.set(keys.HEAD, HUGE),
        lambda scene: reconcile_unasked(scene.world.grants()),
    ),
    "timekeeper: each grant and look": (
        lambda scene: scene.client.set(keys.TRIMMED, HUGE),
        lambda scene: reconcile_unasked(scene.world.grants()),
    ),
    "bot, notifications: the first click of somebody": (
        lambda scene: scene.client.set(keys.owner("carol@example.com"), HUGE),
        lambda scene: submit(
            Submit(actor=CAROL, cluster="prod", levels=("debug",), reason="INC-42"),
            scene.world.ask,
        ),
    ),
    "bot: each message of notifications": (
        lambda scene: scene.client.set(keys.idem("x"), HUGE),
        lambda scene: scene.world.store.once("x", timedelta(minutes=1)),
    ),
}


@pytest.mark.parametrize("case", DO)
def test_no_value_is_read_beyond_what_it_can_be(case: str) -> None:
    """Redis lets a value have 512 MB; `adapters/redis/sized.py` says why that matters."""
    write, do = DO[case]
    scene = Scene()
    reconcile_unasked(scene.world.grants())
    write(scene)

    def read() -> None:
        with suppress(DaypassError):
            do(scene)

    assert fetched(scene, read) < MOST


def test_a_long_head_keeps_no_cluster_in_restore_mode() -> None:
    """By the timekeeper's role: no ConfigMap holds it, so no mark is kept and no look is done."""
    scene = Scene()
    reconcile_unasked(scene.world.grants())
    full = PermanentOutsideError("prod: ConfigMap is invalid: must have at most 1048576 bytes: 422")
    real = Failing(
        scene.world.clusters["prod"],
        "keep_watermark",
        full,
        lambda mark: len(marking(mark)["data"]["watermark"]) > 1 << 20,
    )
    scene.client.set(keys.HEAD, "x" * 2_000_000)
    scene.client.xtrim(keys.AUDIT, maxlen=0, approximate=False)  # Restore mode begins.
    found = [reconcile_unasked(with_cluster(scene.world.grants(), real)) for _ in range(4)]
    epoch = scene.world.store.epoch()
    assert epoch is not None
    assert "prod" not in epoch.unproven, found[-1].failed
