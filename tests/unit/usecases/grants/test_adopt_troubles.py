"""Adoption where something else is odd, too: roles gone, freezes, a second loss."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.adoption import Found, lease_from
from daypass.domain.audit import Action
from daypass.domain.epoch import Freeze
from daypass.domain.errors import BrokenInvariantError, PermanentOutsideError, UnreadableError
from daypass.domain.grant import EXPIRES_AT
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import LeaseState
from daypass.domain.reasons import Frozen
from daypass.ports import Change, GrantPorts, Witness
from daypass.usecases.grants.findings import Findings
from tests.builders import NOON, World, a_mark, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    Failing,
    Meanwhile,
    ask,
    grant,
    lease_of,
    look,
    names,
    ours,
    pass_time,
    refusal,
    with_cluster,
)

SECOND = LeaseId("000000000001-2")
REQUEST = RequestId("000000000001")


def lose(world: World, image: Any = None) -> None:
    """Set the store back, to nothing if no image is given, and start every process anew."""
    world.store.set_back(image)
    world.clock.advance(timedelta(seconds=1))
    world.heartbeats.beat("timekeeper")
    for name in world.witnesses:
        world.witnesses[name] = Witness()


def restored(world: World, ports: GrantPorts | None = None) -> Findings:
    """Reconcile prod for the first time after the loss."""
    return look(world, ports)


def test_a_lease_whose_role_is_gone_is_adopted_without_proof() -> None:
    """It gives nothing any more, and ends like any other."""
    world = a_world()
    grant(world)
    lose(world)
    cluster = world.clusters["prod"]
    missing = PermanentOutsideError("prod: view does not exist")
    failing = Failing(cluster, "questions", missing, lambda _: True)
    restored(world, with_cluster(world.grants(), failing))
    assert lease_of(world).proof == ()
    pass_time(world, 3600, step=60)
    assert lease_of(world).state is LeaseState.ENDED


def test_a_freeze_survives_the_store() -> None:
    """The cluster's mark knows of it: nobody asks for less care after a loss than before."""
    world = a_world()
    freeze = Freeze(by="dan", at=world.clock.now(), why="incident", everywhere=True)
    world.store.commit(Change(move=world.ids.move(), freeze=freeze))
    world.clock.advance(timedelta(seconds=1))
    look(world)
    lose(world)
    restored(world)
    again = world.store.freeze()
    assert again is not None
    assert (again.by, again.why, again.everywhere) == ("dan", "incident", True)
    assert Action.GRANTS_FROZEN in [event.action for event in world.store.events]
    assert refusal(lambda: ask(world)) == Frozen(by="dan", why="incident", where="")


@pytest.mark.parametrize("seconds", [0.000001, 60])
def test_a_freeze_that_was_lifted_since_is_not_put_back(seconds: float) -> None:
    """The newer word counts, in the store or on the cluster."""
    world = a_world()
    freeze = Freeze(by="dan", at=NOON, why="incident", clusters=frozenset({"prod"}))
    world.clusters["prod"].mark = None
    world.clock.advance(timedelta(seconds=seconds))
    thawed = Freeze(by="bob", at=NOON + timedelta(seconds=seconds))
    world.store.commit(Change(move=world.ids.move(), freeze=thawed))
    lose(world, world.store.image())
    world.clusters["prod"].mark = a_mark(epoch="over", freeze=freeze)
    restored(world)
    kept = world.store.freeze()
    assert kept is not None
    assert kept.by == "bob"


def test_a_freeze_of_one_cluster_is_put_back_over_an_older_word() -> None:
    """Freezing prod again after a thaw is newer than the thaw that the store still has."""
    world = a_world()
    old = Freeze(by="bob", at=NOON - timedelta(hours=1))
    world.store.commit(Change(move=world.ids.move(), freeze=old))
    lose(world, world.store.image())
    freeze = Freeze(by="dan", at=NOON, clusters=frozenset({"prod"}))
    world.clusters["prod"].mark = a_mark(epoch="over", freeze=freeze)
    restored(world)
    kept = world.store.freeze()
    assert kept is not None
    assert kept.clusters == {"prod"}


def test_adopt_may_be_done_twice() -> None:
    """A worker that dies in between leaves nothing half done: the next one goes on."""
    world = a_world()
    grant(world)
    lose(world)
    restored(world)
    world.clusters["prod"].mark = None
    for name in world.witnesses:
        world.witnesses[name] = Witness()
    world.clock.advance(HOUR / 4)
    world.heartbeats.beat("timekeeper")
    assert restored(world).adopted == ()
    assert lease_of(world).state is LeaseState.ACTIVE


def test_a_name_that_we_never_give_is_a_bug() -> None:
    """Our MAC on a name or without an end that we never write is said aloud."""
    world = a_world()
    grant(world)
    found = ours(world)
    odd = replace(found, ref=replace(found.ref, name="other"))
    endless = replace(found, annotations={**found.annotations, EXPIRES_AT: ""})
    for one in (odd, endless):
        with pytest.raises(BrokenInvariantError):
            lease_from(
                Found(lease=FIRST, cluster="prod", objects=(one,), questions=()), world.clock.now()
            )


def test_a_store_that_is_set_back_during_a_look_costs_nobody_their_access() -> None:
    """What the store forgot meanwhile is not removed as unknown: the next look adopts it."""
    world = a_world()
    before = world.store.image()
    grant(world)
    world.clock.advance(timedelta(seconds=1))
    back = Meanwhile(world.clusters["prod"], "ours", lambda: world.store.set_back(before))
    found = look(world, with_cluster(world.grants(), back))
    assert "set back" in found.failed
    assert names(world)
    world.clock.advance(timedelta(seconds=3))
    world.heartbeats.beat("timekeeper")
    assert restored(world).adopted == (FIRST,)


def test_an_emptied_store_is_no_reason_to_remove_anything() -> None:
    """The same where nothing at all is left in it."""
    world = a_world()
    grant(world)
    world.clock.advance(timedelta(seconds=1))
    back = Meanwhile(world.clusters["prod"], "ours", lambda: world.store.set_back(None))
    assert "set back" in look(world, with_cluster(world.grants(), back)).failed
    assert names(world)


def test_a_lease_is_adopted_although_its_holder_s_count_is_damaged() -> None:
    """It goes on to its end, counted by nobody."""
    world = a_world()
    lease = grant(world)
    lose(world)
    damaged = Failing(world.store, "tally", UnreadableError("damaged"), lambda _: True)
    ports = replace(world.grants(), store=cast("Any", damaged))
    assert restored(world, ports).adopted == (FIRST,)
    assert lease_of(world).ends_at == lease.ends_at
    assert world.store.tally("prod", "alice@example.com").running == ()
