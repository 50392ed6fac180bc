"""The promises that always stand."""

from datetime import timedelta

from daypass.ports import TIMEKEEPER, Ledger, PromiseKind
from daypass.usecases.keep_rows import keep_rows
from daypass.usecases.tick import tick
from tests.builders import World, a_world
from tests.unit.usecases.scenes import HOUR


def ledger(world: World) -> Ledger:
    """Return the timekeeper's ports."""
    return Ledger(catalog=world.catalog, store=world.store, clock=world.clock, ids=world.ids)


def looks(world: World, cluster: str = "prod") -> object:
    """Return when that cluster is looked at next."""
    return world.clock.promises(cluster).get((PromiseKind.RECONCILE, cluster))


def test_keep_rows_promises_what_an_emptied_store_has_forgotten() -> None:
    """Law 1: every configured cluster is looked at again, at once, although no worker starts."""
    world = a_world()
    world.store.set_back(None)
    keep_rows(ledger(world))
    now = world.clock.now()
    assert {looks(world, name) for name in world.catalog.clusters} == {now}
    assert world.clock.promises(TIMEKEEPER) == {(PromiseKind.RETAIN, ""): now}


def test_keep_rows_leaves_what_stands() -> None:
    """Looking every second whether it stands makes nothing due earlier."""
    world = a_world()
    keep_rows(ledger(world))
    (claim,) = world.clock.claim("prod", 1)
    world.clock.postpone(claim, world.clock.now() + HOUR)
    later = looks(world)
    world.clock.advance(timedelta(seconds=1))
    keep_rows(ledger(world))
    assert looks(world) == later


def test_tick_leaves_to_others_what_is_no_lapse() -> None:
    """A row of another kind is neither finished nor taken for a request."""
    world = a_world()
    keep_rows(ledger(world))
    tick(ledger(world))
    assert (PromiseKind.RETAIN, "") in world.clock.promises(TIMEKEEPER)
