"""Moves that come while one is committed share the next commit, and nobody's trouble (law 7)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from daypass.domain.errors import ConflictError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.domain.lease import LeaseState
from daypass.ports import Change, PromiseKind
from daypass.ports.moves import TOGETHER, Moves, Waiting
from daypass.usecases.grants.provision import provision
from daypass.usecases.grants.together import commit_together
from tests.builders import World, a_lease, a_world, unbounded
from tests.gathered import gathered
from tests.unit.usecases.scenes import actions, approve, due, lease_of, names


def a_move(world: World, number: int, **fields: object) -> Change:
    """Return a move that makes a lease."""
    lease = a_lease(id=lease_id(RequestId(f"{number:012}"), 1))
    return replace(Change(move=world.ids.move(), leases=(lease,)), **fields)  # type: ignore[arg-type]


def there(world: World, *numbers: int) -> list[bool]:
    """Say which of the leases exist."""
    return [world.store.lease(LeaseId(f"{number:012}-1")) is not None for number in numbers]


def test_lone_move_is_committed_as_it_is() -> None:
    """Whoever is alone waits for nobody: one commit, under its own id."""
    world = a_world()
    change = a_move(world, 1)
    assert commit_together(change, world.grants()) == change.stored()
    assert world.store.leases([change.leases[0].id])[0].move == change.move


def test_moves_that_wait_are_one_commit() -> None:
    """All under the id of the first of them, each with what it stored itself."""
    world = a_world()
    changes = [a_move(world, number) for number in range(5)]
    done, commits = gathered(world.grants(), changes)
    (commit,) = commits
    assert {lease.id for lease in commit.leases} == {one.leases[0].id for one in changes}
    assert commit.move in {one.move for one in changes}
    for change, future in zip(changes, done, strict=True):
        stored = future.result()
        assert stored == replace(change, move=commit.move).stored()
        assert list(stored.leases) == world.store.leases([change.leases[0].id])


def test_conflict_of_one_is_nobody_else_s() -> None:
    """What did not go together goes alone: only who was overtaken is told so."""
    world = a_world()
    overtaken = a_move(world, 1)
    world.store.commit(a_move(world, 1))
    changes = [overtaken, a_move(world, 2), a_move(world, 3)]
    done, _ = gathered(world.grants(), changes)
    with pytest.raises(ConflictError):
        done[0].result()
    assert [future.exception() for future in done[1:]] == [None, None]
    assert there(world, 2, 3) == [True, True]


def test_two_moves_of_one_value_are_not_one_commit() -> None:
    """The second is judged anew, knowing the first."""
    world = a_world()
    tally = world.store.tally("prod", "alice@example.com")
    changes = [a_move(world, number, tallies=(tally,)) for number in (1, 2)]
    done, commits = gathered(world.grants(), [*changes, a_move(world, 3)])
    assert [len(commit.tallies) for commit in commits] == [1, 1]
    assert sum(future.exception() is not None for future in done) == 1
    assert sum(there(world, 1, 2)) == 1
    assert there(world, 3) == [True]
    assert world.store.tally("prod", "alice@example.com").version == 1


@pytest.mark.parametrize(
    "error",
    [TemporaryOutsideError("no answer", unknown=True), PermanentOutsideError("refused")],
    ids=["no answer", "refused"],
)
@pytest.mark.parametrize("happened", [False, True], ids=["it did not happen", "it did"])
def test_what_fails_together_goes_alone(error: Exception, *, happened: bool) -> None:
    """Whether or not it happened: nothing is lost, and nothing done twice."""
    world = a_world()
    changes = [a_move(world, number) for number in (1, 2)]

    def fails(number: int, *, after: bool) -> None:
        if number == 1 and after is happened:
            raise error

    done, commits = gathered(world.grants(), changes, fails)
    assert len(commits) == 3
    assert [future.result().leases[0].version for future in done] == [1, 1]
    assert there(world, 1, 2) == [True, True]


def test_bug_in_whoever_leads_holds_up_nobody() -> None:
    """The others go by themselves, and the next one leads."""
    world = a_world()
    changes = [a_move(world, number) for number in (1, 2, 3)]

    def fails(number: int, *, after: bool) -> None:
        if number == 1 and not after:
            raise ZeroDivisionError

    done, _ = gathered(world.grants(), changes, fails)
    assert sum(isinstance(future.exception(), ZeroDivisionError) for future in done) == 1
    assert sum(there(world, 1, 2, 3)) == 2
    after = a_move(world, 4)
    assert commit_together(after, world.grants()) == after.stored()


def test_no_more_than_so_many_share_a_commit() -> None:
    """The first does not wait for hundreds."""
    world, moves = a_world(), Moves()
    for number in range(TOGETHER + 3):
        moves.queue(Waiting(change=a_move(world, number)))
    assert [len(taken) for taken in (moves.take(), moves.take())] == [TOGETHER, 3]


def test_many_grants_of_one_holder_at_once_are_all_counted() -> None:
    """One tally that each of them moves: whoever is second is judged anew, and granted once."""
    world = a_world(unbounded())
    for _ in range(8):
        approve(world)
    claims = due(world, PromiseKind.PROVISION)
    ports = world.grants()
    with ThreadPoolExecutor(len(claims)) as threads:
        list(threads.map(lambda one: provision(one, ports), claims))
    leases = [lease_id(RequestId(f"{number:012}"), 1) for number in range(1, 9)]
    assert {lease_of(world, name).state for name in leases} == {LeaseState.ACTIVE}
    assert sorted(world.store.tally("prod", "alice@example.com").running) == leases
    assert actions(world).count("lease.attempted") == actions(world).count("lease.granted") == 8
    assert len(names(world)) == 8
