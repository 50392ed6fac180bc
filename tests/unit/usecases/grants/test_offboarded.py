"""What its holder may not have any more is ended by the grants worker of its cluster, once said."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.sized import MOST
from daypass.domain.errors import (
    ConflictError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.offboarding import Offboarding
from daypass.ports import Change, PromiseKind
from daypass.usecases.grants.offboarded import ACTOR, LONGEST
from daypass.usecases.shared.rows import end_row
from tests.builders import World, a_world
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    SECOND,
    Failing,
    Meanwhile,
    ask,
    grant,
    lease_of,
    let_go,
    look,
    names,
    obey,
    revoke_due,
    rows,
    work,
)

WHY = "no workflow lets alice ask for it any more"
FRAME = 100
"""Bytes of such a word beside its reason."""


def say(
    world: World, lease: LeaseId = FIRST, cluster: str = "prod", *, why: str = WHY
) -> Offboarding:
    """Say that its holder may not have a lease, to that cluster's grants workers."""
    said = Offboarding(lease=lease, why=why)
    world.store.keep_offboarding(said, cluster=cluster)
    row = end_row(replace(lease_of(world, lease), cluster=cluster), world.clock.now())
    world.store.commit(Change(move=world.ids.move(), promises=(row,)))
    return said


def held(*levels: str) -> World:
    """Let alice have what she asked for."""
    world = a_world()
    grant(world, *levels)
    return world


def test_what_is_said_ends_with_the_first_wake_up() -> None:
    """Decided, removed and proven at once; people read why, the trail who said it."""
    world = held()
    say(world)
    work(world)
    ended = lease_of(world)
    assert (ended.state, ended.cause, ended.why) == (LeaseState.ENDED, EndCause.OFFBOARDED, WHY)
    assert names(world) == []
    (ending,) = [one for one in world.store.events if one.action.value == "lease.ending"]
    assert (ending.actor, ending.facts["why"]) == (ACTOR, WHY)


def test_what_nothing_is_said_of_goes_on() -> None:
    """Only what is named ends."""
    world = held("debug", "nodes")
    say(world)
    world.store.commit(
        Change(
            move=world.ids.move(), promises=(end_row(lease_of(world, SECOND), world.clock.now()),)
        )
    )
    work(world)
    assert [lease_of(world, one).state for one in (FIRST, SECOND)] == [
        LeaseState.ENDED,
        LeaseState.ACTIVE,
    ]
    assert rows(world)[PromiseKind.END, SECOND] == HOUR.total_seconds()


def test_what_is_over_ends_as_it_ended() -> None:
    """What was said of it comes too late, and is said twice."""
    world = held()
    let_go(world)
    before = lease_of(world)
    assert obey(world, [Offboarding(lease=FIRST, why=WHY)]) == ()
    say(world)
    assert obey(world, [say(world)]) == ()
    assert lease_of(world) == before


def test_what_is_elsewhere_is_left_to_those_who_are_there() -> None:
    """A row of it in another cluster's set is nobody's business there."""
    world = held()
    say(world, cluster="dev")
    work(world, "dev")
    assert lease_of(world).state is LeaseState.ACTIVE


def test_what_says_that_it_is_elsewhere_ends_where_it_was_asked_for() -> None:
    """By the bot, which writes leases: what its request says goes."""
    world = held()
    world.store.commit(
        Change(move=world.ids.move(), leases=(replace(lease_of(world), cluster="dev"),))
    )
    say(world)
    work(world)
    ended = lease_of(world)
    assert (ended.cluster, ended.state) == ("prod", LeaseState.ENDED)
    assert names(world) == []


@pytest.mark.parametrize(
    ("method", "trouble", "when"),
    [
        ("offboardings", PermanentOutsideError("Redis refuses: WRONGTYPE"), lambda _: True),
        ("offboardings", TemporaryOutsideError("no answer"), lambda _: True),
        ("lease", PermanentOutsideError("it is damaged"), lambda name: name == FIRST),
        (
            "commit",
            ConflictError("it was read at 3 and is at 4 now"),
            lambda change: FIRST in [one.id for one in change.leases],
        ),
    ],
)
def test_no_other_end_waits_for_what_cannot_be_read_or_written(
    method: str, trouble: OutsideError, when: Any
) -> None:
    """It is said again at the next look at its holder."""
    world = held("debug", "nodes")
    say(world)
    over = replace(lease_of(world, SECOND), state=LeaseState.REVOKING)
    world.store.commit(Change(move=world.ids.move(), leases=(over,)))
    say(world, SECOND)
    store: Any = Failing(world.store, method, trouble, when)
    work(world, ports=replace(world.grants(), store=store))
    assert lease_of(world, SECOND).state is LeaseState.ENDED
    assert lease_of(world).state is LeaseState.ACTIVE
    say(world)
    work(world)
    assert lease_of(world).state is LeaseState.ENDED


def test_it_ends_although_the_trail_takes_no_event() -> None:
    """Law 10: no failure of the audit trail delays what somebody wants taken away."""
    scene = Scene()
    scene.client.delete(keys.AUDIT)
    scene.client.set(keys.AUDIT, "x")
    say(scene.world)
    scene.work()
    assert scene.world.clusters["prod"].objects == ()
    assert lease_of(scene.world).cause is EndCause.OFFBOARDED


@pytest.mark.parametrize("stored", [b"x", b"{}", b"x" * 1_000_001])
def test_what_says_nothing_that_can_be_read_ends_nothing(stored: bytes) -> None:
    """Whatever somebody writes there; the next word is written over it."""
    scene = Scene()
    said = say(scene.world)
    scene.client.set(keys.offboarded(FIRST), stored)
    scene.work()
    assert lease_of(scene.world).state is LeaseState.ACTIVE
    assert obey(scene.world, [say(scene.world)]) != ()
    assert said.lease == FIRST


def test_a_reason_as_long_as_can_be_read_makes_no_lease_unreadable() -> None:
    """Whoever may say such words would else damage what they end, and fill the trail."""
    scene = Scene()
    said = say(scene.world, why="\x01" * ((MOST - FRAME) // len(r"\u0001")))
    assert scene.world.store.offboardings([FIRST]) == [said]
    scene.work()
    assert lease_of(scene.world).why == said.why[:LONGEST]


def test_what_is_said_of_another_ends_nothing() -> None:
    """A word of one lease that was copied beside another."""
    scene = Scene()
    say(scene.world)
    scene.client.rename(keys.offboarded(FIRST), keys.offboarded(SECOND))
    assert scene.world.store.offboardings([FIRST, SECOND]) == []


def test_a_look_ends_what_is_said_although_its_row_is_put_off_each_time() -> None:
    """Nothing rests on a row alone: whoever writes to the store could keep it from coming."""
    world = held("debug", "nodes")
    said = say(world)
    before = len(names(world))
    later = end_row(lease_of(world), world.clock.now() + HOUR)
    world.store.commit(Change(move=world.ids.move(), promises=(later,)))
    look(world)
    assert lease_of(world).why == said.why
    assert len(names(world)) == before - 1
    assert lease_of(world, SECOND).state is LeaseState.ACTIVE
    assert rows(world)[PromiseKind.END, FIRST] == 0
    work(world)
    assert lease_of(world).state is LeaseState.ENDED


def test_a_look_that_dies_behind_it_leaves_a_row_that_is_due() -> None:
    """Decided and its row are one move; whoever comes next removes and proves it."""
    world = held()
    said = say(world)
    later = end_row(lease_of(world), world.clock.now() + HOUR)
    world.store.commit(Change(move=world.ids.move(), promises=(later,)))
    gone = TemporaryOutsideError("killed")
    store: Any = Failing(world.store, "list_again", gone, lambda _: True)
    look(world, replace(world.grants(), store=store))
    assert lease_of(world).why == said.why
    assert rows(world)[PromiseKind.END, FIRST] == 0


def test_what_is_past_its_end_waits_for_nobody_who_left() -> None:
    """All that these wait for is read first: thousands of requests held up other ends."""
    world = held("debug", "nodes")
    say(world)
    over = replace(lease_of(world, SECOND), ends_at=world.clock.now())
    world.store.commit(Change(move=world.ids.move(), leases=(over,)))
    say(world, SECOND)
    seen = list[LeaseState]()
    store: Any = Meanwhile(
        world.store, "offboardings", lambda: seen.append(lease_of(world, SECOND).state)
    )
    revoke_due(world, replace(world.grants(), store=store))
    assert seen == [LeaseState.ENDED]
    assert lease_of(world).cause is EndCause.OFFBOARDED


def test_what_who_left_waits_for_is_read_once_for_all_that_they_hold() -> None:
    """Of a thousand requests fifty leases took seven seconds."""
    world = held("debug", "nodes")
    waiting = ask(world, "debug", cluster="dev").request
    for one in (FIRST, SECOND):
        say(world, one, why=f"{WHY}: {one}")
    asked = list[PersonId]()

    def heard(person: PersonId) -> bool:
        asked.append(person)
        return False

    store: Any = Failing(world.store, "pending_of", TemporaryOutsideError("no"), heard)
    revoke_due(world, replace(world.grants(), store=store))
    assert asked == [waiting.requester.id]
    assert [lease_of(world, one).why for one in (FIRST, SECOND)] == [
        f"{WHY}: {one}" for one in (FIRST, SECOND)
    ]


class Unheard:
    """A store that writes a move of a lease, and of which nobody hears that it did."""

    def __init__(self, inner: object, lease: LeaseId) -> None:
        self._inner = inner
        self._lease = lease

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, change: Change) -> Change:
        """Commit it, and say that nothing answers."""
        written: Change = self.__getattr__("commit")(change)
        if self._lease in [one.id for one in change.leases]:
            raise TemporaryOutsideError("no answer", unknown=True)
        return written


def test_an_end_of_which_nobody_hears_that_it_was_written_is_due_soon() -> None:
    """It is said no more: its row was put off until the lease would have ended anyway."""
    world = held()
    say(world)
    store: Any = Unheard(world.store, FIRST)
    with suppress(OutsideError):
        revoke_due(world, replace(world.grants(), store=store))
    assert lease_of(world).state is LeaseState.REVOKING
    assert rows(world)[PromiseKind.END, FIRST] < 10
    world.clock.advance(timedelta(seconds=10))
    work(world)
    assert names(world) == []
