"""Who holds something is looked at although somebody puts each row off for ever."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from structlog.testing import capture_logs

from daypass.adapters.redis import keys
from daypass.domain.errors import BrokenInvariantError, TemporaryOutsideError
from daypass.domain.lease import EndCause
from daypass.ports import NOTIFICATIONS, Change, PromiseKind
from daypass.usecases.incident.offboard import holders, offboard_unasked
from daypass.usecases.shared.rows import holder_row
from tests.builders import World, a_profile, a_world
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    Failing,
    grant,
    lease_of,
    let_go,
    rows,
    work,
)
from workers.notifications import Notifier, notifier
from workers.unasked import Unasked, looking

SECOND = timedelta(seconds=1)
ROW = (PromiseKind.HOLDER, ALICE)


@pytest.fixture
def world() -> World:
    """A world in which alice holds something."""
    made = a_world()
    grant(made)
    return made


@pytest.fixture
def worker(world: World) -> Iterator[Notifier]:
    """A notifications worker that has looked who holds something."""
    with notifier(world.notify()) as mine:
        look(mine)
        yield mine


def look(mine: Notifier) -> None:
    """Look by its own ticks."""
    mine.unasked.look(Event())


def put_off(world: World) -> None:
    """Write to the store as any role may: the look at alice comes in a while, each time."""
    later = holder_row(ALICE, world.clock.now() + world.catalog.look_at_holders)
    world.store.commit(Change(move=world.ids.move(), promises=(later,)))


def leave(world: World) -> None:
    """Deactivate alice's account."""
    world.people.put(a_profile("alice", deactivated=True))


def test_who_left_loses_it_although_the_row_is_put_off_each_time(
    world: World, worker: Notifier
) -> None:
    """Whoever writes there could else keep for somebody what they hold until its end."""
    leave(world)
    world.clock.advance(worker.unasked.after)
    put_off(world)
    worker.work_off()
    with capture_logs() as logs:
        look(worker)
    work(world)
    assert lease_of(world).cause is EndCause.OFFBOARDED
    assert [one["event"] for one in logs] == ["holders.unasked", "notifications.offboarded"]


def test_nobody_is_looked_at_sooner(world: World, worker: Notifier) -> None:
    """Slack answers about 100 questions a minute, from all who ask."""
    leave(world)
    world.clock.advance(worker.unasked.after - SECOND)
    look(worker)
    work(world)
    assert lease_of(world).cause is None


def test_who_was_looked_at_because_it_was_promised_is_left_alone(
    world: World, worker: Notifier
) -> None:
    """Nothing is asked twice."""
    world.clock.advance(worker.unasked.after)
    worker.work_off()
    with capture_logs() as logs:
        look(worker)
    assert logs == []


def test_a_look_promises_the_next(world: World, worker: Notifier) -> None:
    """A row that was taken away stands again, and one that comes sooner stays."""
    world.clock.advance(worker.unasked.after)
    world.store.commit(Change(move=world.ids.move(), done=(holder_row(ALICE, world.clock.now()),)))
    look(worker)
    every = world.catalog.look_at_holders.total_seconds()
    assert rows(world, NOTIFICATIONS)[ROW] == every


def test_a_look_that_slack_does_not_answer_is_promised_anew(world: World) -> None:
    """No answer changes nothing, and is heard of."""
    heard = list[object]()
    with notifier(world.notify(), heard.append) as mine:
        look(mine)
        world.clock.advance(mine.unasked.after)
        put_off(world)
        world.people.trouble = TemporaryOutsideError("no answer")
        look(mine)
    assert heard == [world.people.trouble]
    assert 0 < rows(world, NOTIFICATIONS)[ROW] < world.catalog.look_at_holders.total_seconds()


def test_who_let_go_meanwhile_is_promised_no_look(world: World) -> None:
    """They held something when it was looked who does."""
    let_go(world)
    world.store.commit(Change(move=world.ids.move(), done=(holder_row(ALICE, world.clock.now()),)))
    assert offboard_unasked(ALICE, world.notify()) == ()
    assert ROW not in rows(world, NOTIFICATIONS)


def test_who_holds_nothing_is_not_remembered(world: World, worker: Notifier) -> None:
    """Anybody may write rows of people by thousands."""
    row = holder_row(BOB, world.clock.now())
    world.store.commit(Change(move=world.ids.move(), promises=(row,)))
    worker.work_off()
    assert list(worker.unasked.looked) == [ALICE]


def test_who_holds_something_is_known_beside_what_is_damaged() -> None:
    """One value that cannot be read hides nobody else."""
    scene = Scene()
    scene.client.sadd(keys.by_cluster("prod"), "0000000000zz-1")
    scene.client.set(keys.lease("0000000000zz-1"), "x")
    assert holders({}, scene.world.notify()) == {FIRST: ALICE}


def test_a_lease_is_read_once_and_forgotten_when_it_is_over(world: World, worker: Notifier) -> None:
    """To read fifty thousand each time would cost a process more than all else that it does."""
    read = BrokenInvariantError("it was read")
    store: Any = Failing(world.store, "leases", read, lambda _: True)
    ports = replace(world.notify(), store=store)
    assert holders(worker.unasked.known, ports) == {FIRST: ALICE}
    with pytest.raises(BrokenInvariantError):
        holders({}, ports)
    let_go(world)
    work(world)
    look(worker)
    assert worker.unasked.known == {}


def test_looking_ends_with_what_it_is_around(world: World) -> None:
    """No thread of it is left."""
    with looking(Unasked(ports=world.notify())):
        world.clock.advance(SECOND)
