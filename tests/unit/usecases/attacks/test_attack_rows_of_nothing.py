"""Rows by thousands that name nothing: by whatever role, each may write to every set of rows."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.adapters.redis.sifting import SIFTED
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.grants.reconcile import UNASKED
from daypass.usecases.requests.release import Release, release
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, FIRST, lease_of
from workers.grants.pool import BATCH, Pool

NAME: Final = "zz{:010}-1"
MANY: Final = SIFTED + 3 * BATCH
ROUNDS: Final = 3
"""Looks at the agenda in which what was decided is done."""


def flood(scene: Scene, kind: PromiseKind, name: str = NAME) -> None:
    """Write rows that have been due for longer than anything of ours."""
    rows = {f"{kind}:{name.format(number)}": 1 for number in range(MANY)}
    scene.client.zadd(keys.due("prod"), rows)


def begin(scene: Scene, times: int) -> None:
    """Be a grants worker for so many looks at the agenda."""
    pool = Pool(threads=4)
    try:
        for _ in range(times):
            pool.begin(scene.world.grants())
            pool.finish()
    finally:
        pool.close()


@pytest.mark.parametrize("kind", [PromiseKind.END, PromiseKind.RECHECK])
def test_what_was_released_goes_however_many_rows_name_nothing(kind: PromiseKind) -> None:
    """One write of the timekeeper's: one by one they held up each end for an hour."""
    scene = Scene()
    scene.work()
    flood(scene, kind)
    release(Release(actor=ALICE, target=FIRST), scene.world.ask)
    begin(scene, ROUNDS)
    assert lease_of(scene.world).state is LeaseState.ENDED
    assert not scene.world.clusters["prod"].objects


def test_rows_of_what_is_over_hold_up_no_end() -> None:
    """Whoever writes them need make up no name: the list of what is over is there to be read."""
    scene = Scene()
    for number in range(3 * BATCH):
        over = replace(scene.lease, id=LeaseId(NAME.format(number)), state=LeaseState.ENDED)
        scene.client.set(keys.lease(over.id), encode(over))
    flood(scene, PromiseKind.END)
    release(Release(actor=ALICE, target=FIRST), scene.world.ask)
    begin(scene, ROUNDS)
    assert lease_of(scene.world).state is LeaseState.ENDED


def test_a_cluster_is_looked_at_however_many_rows_say_that_others_are() -> None:
    """With ends held up as well nothing went any more: neither by its row nor by a look."""
    scene = Scene()
    scene.work()
    flood(scene, PromiseKind.RECONCILE, "j{}")
    scene.client.zrem(keys.due("prod"), f"{PromiseKind.END}:{FIRST}")
    scene.clock.wait = scene.lease.duration + UNASKED + timedelta(seconds=1)
    begin(scene, ROUNDS)
    assert not scene.world.clusters["prod"].objects
