"""What stands in the way of revoking all holds up no other end, and is reported."""

import pytest

from daypass.domain.errors import (
    ConflictError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
    UnreadableError,
)
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause
from daypass.ports import Change
from daypass.usecases.incident.revoke_all import BATCH
from tests.builders import a_world
from tests.unit.usecases.incident.test_revoke_all import end_all, many
from tests.unit.usecases.scenes import (
    FIRST,
    SECOND,
    Failing,
    Meanwhile,
    forget,
    grant,
    lease_of,
    let_go,
    with_store,
)

GONE = TemporaryOutsideError("Redis is gone")


def test_revoke_all_goes_on_where_a_crash_stopped_it() -> None:
    """A batch is there in whole or not at all; another one ends the rest."""
    world = a_world()
    everything = many(world, 2 * BATCH)
    second = iter((False, True))
    store = Failing(world.store, "commit", GONE, lambda _: next(second))
    gone = Failing(store, "leases", GONE, lambda _: True)
    with pytest.raises(TemporaryOutsideError) as raised:
        end_all(world, with_store(world.ask, gone))
    assert raised.value.unknown, "of two batches one is stored"
    done = end_all(world)
    assert sorted((*done.ended, *done.leaving)) == everything
    assert len(done.ended) == len(done.leaving) == BATCH


@pytest.mark.parametrize("error", [GONE, PermanentOutsideError("Redis refuses: an error in Lua")])
def test_revoke_all_ends_all_but_the_one_that_the_store_does_not_take(error: OutsideError) -> None:
    """Whatever is wrong with one value, all others end, and it is reported."""
    world = a_world()
    first, *others = many(world, 2 * BATCH)
    store = Failing(world.store, "commit", error, _concerns(first))
    done = end_all(world, with_store(world.ask, store))
    assert (list(done.ended), done.missed) == (others, (first,))


def test_revoke_all_reports_the_one_that_cannot_be_read_any_more() -> None:
    """It was readable when all were looked for; the others of its batch end."""
    world = a_world()
    first, other = many(world, 2)
    store = Failing(world.store, "commit", GONE, lambda change: len(change.leases) > 1)
    damaged = Failing(store, "leases", UnreadableError("damaged"), lambda asked: first in asked)
    done = end_all(world, with_store(world.ask, damaged))
    assert (done.ended, done.missed) == ((other,), (first,))


def test_revoke_all_says_what_is_wrong_where_nothing_can_be_ended() -> None:
    """A store that takes no moves at all is no matter of one lease."""
    world = a_world()
    many(world, 2)
    store = Failing(world.store, "commit", GONE, lambda _: True)
    with pytest.raises(TemporaryOutsideError, match="Redis is gone"):
        end_all(world, with_store(world.ask, store))


def test_revoke_all_commits_few_leases_at_a_time() -> None:
    """A script that ends thousands at once would hold up every other process."""
    world = a_world()
    everything = many(world, 2 * BATCH + 1)
    sizes: list[int] = []
    store = Failing(world.store, "commit", TemporaryOutsideError(""), lambda c: _noted(c, sizes))
    assert list(end_all(world, with_store(world.ask, store)).ended) == everything
    assert sizes == [50, 50, 1]


def _noted(change: Change, sizes: list[int]) -> bool:
    sizes.append(len(change.leases))
    return False


def test_revoke_all_ends_each_by_itself_where_one_was_moved_meanwhile() -> None:
    """One lease that its holder releases at that moment holds up none of the others."""
    world = a_world()
    grant(world, "debug", "nodes")
    store = Meanwhile(world.store, "commit", lambda: let_go(world, FIRST))
    done = end_all(world, with_store(world.ask, store))
    assert (done.ended, done.leaving, done.missed) == ((SECOND,), (FIRST,), ())
    assert lease_of(world, FIRST).cause is EndCause.RELEASED
    assert lease_of(world, SECOND).cause is EndCause.REVOKED


def test_revoke_all_names_what_it_could_not_end() -> None:
    """A lease that somebody moves each time is left; all others are ended."""
    world = a_world()
    _, other = many(world, 2)
    moved = Failing(world.store, "commit", ConflictError("moved"), _concerns(other))
    done = end_all(world, with_store(world.ask, moved))
    assert done.missed == (other,)
    assert len(done.ended) == 1


def _concerns(name: LeaseId):  # type: ignore[no-untyped-def] # noqa: ANN202 - a predicate
    return lambda change: any(lease.id == name for lease in change.leases)


def test_revoke_all_names_the_clusters_of_which_not_all_is_known() -> None:
    """After a lost Redis what is there is found by the next look, and goes on until then."""
    world = a_world()
    assert end_all(world).unlooked == ()
    forget(world, "prod")
    assert end_all(world).unlooked == ("prod",)
    assert end_all(world, cluster="dev").unlooked == ()
    # What was known of accounts is lost, too: that nobody saw one is no longer certain.
    assert end_all(world, person="U0STOLEN").unlooked == ("prod",)
    store = Failing(world.store, "epoch", UnreadableError("damaged"), lambda _: True)
    assert set(end_all(world, with_store(world.ask, store)).unlooked) == {"prod", "dev"}
