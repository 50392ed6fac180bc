"""A word on new grants that no worker can put back keeps no look from being finished (law 1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from daypass.domain.epoch import Freeze
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import MoveId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.sighting import Sighting
from daypass.ports import Change, GrantPorts
from daypass.usecases.grants.notice import notice
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_world
from tests.unit.usecases.scenes import CAROL, approve, grant, lease_of, look, names, ours, work

Trouble = Callable[[World, Change], None]


class Troubled:
    """A store in which something happens just before each move that has a freeze."""

    def __init__(self, world: World, trouble: Trouble) -> None:
        self._world = world
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.store, name)

    def commit(self, change: Change) -> Change:
        """Commit, after that."""
        if change.freeze is not None:
            self._trouble(self._world, change)
        return self._world.store.commit(change)


def rewritten(world: World, change: Change) -> None:
    """Be the bot, and write as fast as a worker reads."""
    there = world.store.freeze()
    assert there is not None
    world.store.commit(Change(move=MoveId(f"x{change.move}"), freeze=replace(there, by="x")))


def unrecorded(_: World, __: Change) -> None:
    """Have somebody written the greatest id that the trail can have."""
    raise PermanentOutsideError("the audit trail takes no event")


def lifted_behind_our_back(world: World, trouble: Trouble) -> GrantPorts:
    """Let a freeze be said that the cluster knows, an older word be written, and that trouble."""
    freeze(FreezeGrants(actor="ops", by="ops"), world.trail)
    look(world)
    older = Freeze(by="x", at=datetime(2020, 1, 1, tzinfo=UTC), version=7)
    world.store._freeze = older
    world.clock.advance(LOOK_EVERY)
    world.heartbeats.beat("timekeeper")
    return replace(world.grants(), store=cast("Any", Troubled(world, trouble)))


def written_over(world: World) -> None:
    """Be the bot, and write that alice's lease is over, so that her object has to go."""
    lease = lease_of(world)
    over = replace(
        lease, state=LeaseState.ENDED, cause=EndCause.RELEASED, ended_at=world.clock.now()
    )
    world.store._leases[lease.id] = replace(over, version=lease.version + 1)


@pytest.mark.parametrize("trouble", [rewritten, unrecorded])
def test_all_is_compared_and_nothing_is_granted(trouble: Trouble) -> None:
    """The worker holds the word, whether or not it stands in the store."""
    world = a_world()
    grant(world)
    approve(world, actor=CAROL)
    ports = lifted_behind_our_back(world, trouble)
    written_over(world)
    findings = look(world, ports)
    assert not findings.failed
    assert names(world) == []
    work(world, ports=ports)
    assert names(world) == []


@pytest.mark.parametrize("trouble", [rewritten, unrecorded])
def test_what_changes_is_judged_at_once(trouble: Trouble) -> None:
    """By whoever watches."""
    world = a_world()
    grant(world)
    ports = lifted_behind_our_back(world, trouble)
    written_over(world)
    notice([Sighting(found=ours(world), revision="9")], ports)
    assert names(world) == []
