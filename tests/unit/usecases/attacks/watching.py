"""One worker that watches prod, a second at a time."""

from datetime import timedelta

from daypass.ports import watch_of
from daypass.usecases.grants.reconcile import reconcile_unasked, unlooked
from daypass.usecases.grants.watched import vouch
from tests.builders import World
from tests.streams import looked
from workers.grants.watch import KINDS, Watch


class Worker:
    """The one worker there is: it has the duty, watches, acts, and looks each 30 s."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.watch = Watch(world.grants())
        self.since = dict.fromkeys(KINDS, "")
        self.next_look = 0.0

    def second(self, *, act: bool = True) -> None:
        """Be a second of its life."""
        world, ticks = self.world, self.world.clock.ticks()
        world.heartbeats.beat("timekeeper")
        world.heartbeats.take_duty(watch_of("prod"), "me")
        self.watch.renew(ticks)
        self.hear()
        if act and self.watch.waiting:
            self.watch.act_once()
        self.watch.look_after_ends()
        if self.watch.sees_all():
            vouch(world.grants())
        if ticks >= self.next_look or unlooked(world.grants()):
            reconcile_unasked(world.grants())
            self.next_look = ticks + 30
        world.clock.advance(timedelta(seconds=1))

    def hear(self) -> None:
        """Hear what there is to be heard, and that the watch lives."""
        for kind in KINDS:
            self.since[kind] = looked(self.watch.look(kind, self.since[kind]), self.since[kind])

    def seconds(self, count: int) -> None:
        """Be some of them."""
        for _ in range(count):
            self.second()


def settled(world: World) -> Worker:
    """Return a worker that sees all."""
    worker = Worker(world)
    worker.seconds(5)
    assert worker.watch.sees_all()
    return worker
