"""Rows by thousands that name nothing: by whatever role, each may write to every set of rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode, micros
from daypass.adapters.redis.sifting import SIFTED
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Claim, PromiseKind
from daypass.usecases.grants.reconcile import UNASKED
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.incident.offboard import look_soon
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.requests.release import Release, release
from daypass.usecases.shared.rows import retain_row
from tests.builders import a_profile
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, FIRST, HOUR, approve, ask, lease_of
from workers.grants.pool import BATCH, Pool
from workers.notifications import notifier

NAME: Final = "zz{:010}-1"
MANY: Final = SIFTED + 3 * BATCH
ROUNDS: Final = 3
"""Looks at the agenda in which what was decided is done."""


def flood(scene: Scene, kind: PromiseKind, name: str = NAME, *, keeper: str = "prod") -> None:
    """Write rows that have been due for longer than anything of ours."""
    rows = {f"{kind}:{name.format(number)}": 1 for number in range(MANY)}
    scene.client.zadd(keys.due(keeper), rows)


def begin(scene: Scene, times: int) -> None:
    """Be a grants worker for so many looks at the agenda."""
    pool = Pool(threads=4)
    try:
        for _ in range(times):
            pool.begin(scene.world.grants())
            pool.finish()
    finally:
        pool.close()


class Counting:
    """An agenda that notes what was claimed of it."""

    def __init__(self, inner: Any, claimed: list[Claim]) -> None:
        self._inner, self._claimed = inner, claimed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def claim(self, *what: Any) -> Sequence[Claim]:
        """Claim, and note it."""
        found: Sequence[Claim] = self._inner.claim(*what)
        self._claimed += found
        return found


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


@pytest.mark.parametrize("kind", [PromiseKind.PROVISION, PromiseKind.ADJUST])
def test_what_was_approved_is_granted_however_many_rows_name_nothing(kind: PromiseKind) -> None:
    """By whatever role: each end looked past all of them, too."""
    scene = Scene(granted=False)
    approve(scene.world)
    flood(scene, kind)
    begin(scene, ROUNDS)
    assert lease_of(scene.world).state is LeaseState.ACTIVE


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


def test_ends_that_somebody_brought_forward_are_put_back_side_by_side() -> None:
    """By whatever role: of each batch the next would wait for fifty writes, one after the other."""
    scene, together = Scene(), list[Sequence[Any]]()

    def each(do: Any, things: Sequence[Any]) -> Sequence[Any]:
        together.append(things)
        return [do(thing) for thing in things]

    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.END}:{FIRST}": 1})
    claims = scene.world.agenda.claim("prod", BATCH, (PromiseKind.END,))
    revoke(claims, replace(scene.world.grants(), each=each))
    assert [(claims[0], scene.lease.ends_at)] in together
    (row,) = scene.client.zrange(keys.due("prod"), 0, -1, withscores=True)
    assert scene.lease.ends_at is not None
    assert row[1] == micros(scene.lease.ends_at)


def test_who_left_loses_what_they_hold_however_many_looks_are_at_nobody() -> None:
    """By whatever role: each was looked at by itself, for hours."""
    scene, claimed = Scene(), list[Claim]()
    flood(scene, PromiseKind.HOLDER, "U0J{}", keeper=NOTIFICATIONS)
    scene.world.people.put(a_profile("alice", deactivated=True))
    look_soon(ALICE, scene.world.ask)
    ports = scene.world.notify()
    with notifier(replace(ports, agenda=cast("Any", Counting(ports.agenda, claimed)))) as mine:
        mine.work_off()
    scene.work()
    assert lease_of(scene.world).cause is EndCause.OFFBOARDED
    assert len(claimed) < BATCH


def test_what_nobody_answered_lapses_however_many_rows_name_nothing() -> None:
    """By whatever role: nor does the timekeeper look past all of them, ten times a second."""
    scene = Scene(granted=False)
    asked = ask(scene.world).request
    flood(scene, PromiseKind.LAPSE, "{:012}", keeper=TIMEKEEPER)
    scene.clock.wait = HOUR + timedelta(seconds=1)
    for _ in range(ROUNDS):
        let_lapse(scene.world.ask)
    found = scene.world.store.request(asked.id)
    assert found is not None
    assert found.state is RequestState.LAPSED


def test_what_is_old_is_forgotten_once_however_many_rows_say_so() -> None:
    """By whatever role: the timekeeper went through all that is old for each of them."""
    scene = Scene(granted=False)
    flood(scene, PromiseKind.RETAIN, keeper=TIMEKEEPER)
    scene.world.agenda.ensure(retain_row(scene.clock.now()), within=HOUR)
    (claim,) = scene.world.agenda.claim(TIMEKEEPER, BATCH, (PromiseKind.RETAIN,))
    assert claim.promise.subject == ""
