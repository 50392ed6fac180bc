"""Grants that are due together are begun in one move, and none is another's trouble (laws 2, 7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import TemporaryOutsideError, UnreadableError
from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import LeaseState
from daypass.ports import Change, Claim, GrantPorts, PromiseKind
from daypass.usecases.grants.provision import begin_together, provision
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import (
    ALICE,
    CAROL,
    DAN,
    Failing,
    Meanwhile,
    actions,
    approve,
    due,
    failing,
    lease_of,
    names,
    release_one,
    rows,
    work,
)

LEASES = [LeaseId(f"{number:012}-1") for number in (1, 2, 3)]
NO_ANSWER = TemporaryOutsideError("no answer", unknown=True)


class Told:
    """A store that remembers what it was asked, and whose first commit fails as it is told."""

    def __init__(self, inner: object, before: Exception | None, after: Exception | None) -> None:
        self._inner = cast("Any", inner)
        self._before, self._after = before, after
        self.commits: list[Change] = []
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.read.append(name)
        return getattr(self._inner, name)

    def commit(self, change: Change) -> Change:
        """Commit, and remember it."""
        self.commits.append(change)
        first = len(self.commits) == 1
        if first and self._before:
            raise self._before
        stored: Change = self._inner.commit(change)
        if first and self._after:
            raise self._after
        return stored


def on(
    world: World, before: Exception | None = None, after: Exception | None = None
) -> tuple[GrantPorts, Told]:
    """Return the worker's ports on a store that remembers, and fails once if it is told to."""
    store = Told(world.store, before, after)
    return replace(world.grants(), store=cast("Any", store)), store


def three_wait(world: World, *people: PersonId) -> list[Claim]:
    """Let three requests be approved, of these people; return what is due."""
    for person in people or (ALICE, CAROL, DAN):
        approve(world, actor=person)
    claims = due(world, PromiseKind.PROVISION)
    assert len(claims) == len(LEASES)
    return claims


def see_to(claims: list[Claim], ports: GrantPorts) -> int:
    """Begin them together and grant them; return how many were begun so."""
    begun = begin_together(claims, ports)
    for claim in claims:
        provision(claim, ports, begun=begun.get(LeaseId(claim.promise.subject)))
    return len(begun)


def states(world: World) -> list[LeaseState]:
    """Return what became of the three."""
    return [lease_of(world, name).state for name in LEASES]


def test_all_are_begun_in_one_move_by_what_was_read_once() -> None:
    """Each with its attempt, its end's row and its event, before any API call (law 2)."""
    world = a_world()
    claims = three_wait(world)
    ports, store = on(world)
    begun = begin_together(claims, ports)
    assert sorted(begun) == LEASES
    (move,) = store.commits
    assert sorted(lease.id for lease in move.leases) == LEASES
    assert [store.read.count(name) for name in ("request", "tally", "live_of", "lease")] == [0] * 4
    assert store.read.count("conditions") == store.read.count("requests") == 1
    assert "sift" not in store.read  # Which reads all that is due: grants are no rows of nothing.
    assert names(world) == []
    assert actions(world).count("lease.attempted") == len(LEASES)
    for name in LEASES:
        lease = lease_of(world, name)
        assert lease.attempt is not None
        assert lease == begun[name].entitlement.lease
        assert (PromiseKind.END, name) in rows(world)


def test_what_was_begun_together_is_granted_one_by_one() -> None:
    """As if each had been alone."""
    world = a_world()
    assert see_to(three_wait(world), world.grants()) == len(LEASES)
    assert states(world) == [LeaseState.ACTIVE] * len(LEASES)
    assert len(names(world)) == len(LEASES)
    assert actions(world).count("lease.granted") == len(LEASES)


def test_of_one_person_each_is_judged_knowing_the_one_before() -> None:
    """The fuse lets two of three pass within a minute, however many came together."""
    world = a_world(replace(unbounded(), grants_per_minute=2))
    claims = three_wait(world, ALICE, ALICE, ALICE)
    assert see_to(claims, world.grants()) == 1
    assert sorted(states(world)) == [LeaseState.ACTIVE, LeaseState.ACTIVE, LeaseState.GRANTING]
    assert len(world.store.tally("prod", "alice@example.com").running) == 2


def test_what_is_refused_is_refused_alone() -> None:
    """The others do not wait, and nobody is told of it twice."""
    world = a_world()
    claims = three_wait(world)
    carol = lease_of(world, LEASES[1])
    world.store.commit(
        Change(move=world.ids.move(), leases=(replace(carol, approvers=(), level="admin"),))
    )
    assert see_to(claims, world.grants()) == 2
    assert states(world) == [LeaseState.ACTIVE, LeaseState.REVOKING, LeaseState.ACTIVE]


def test_what_cannot_be_read_is_one_lease_s_trouble() -> None:
    """A damaged request or tally keeps nobody else from being granted."""
    world = a_world()
    claims = three_wait(world)
    damaged = lease_of(world, LEASES[1]).request
    inner = cast("Any", world.store)

    class Damaged:
        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

        def requests(self, wanted: list[Any]) -> Any:
            return inner.requests([one for one in wanted if one != damaged])

        def request(self, name: Any) -> Any:
            if name == damaged:
                raise UnreadableError("damaged")
            return inner.request(name)

        def tallies(self, cluster: str, users: Any) -> Any:
            return {**inner.tallies(cluster, users), "dan@example.com": None}

    ports = replace(world.grants(), store=cast("Any", Damaged()))
    assert see_to(claims, ports) == 2
    assert states(world) == [LeaseState.ACTIVE, LeaseState.REVOKING, LeaseState.ACTIVE]


@pytest.mark.parametrize(
    ("before", "after", "commits"),
    [(NO_ANSWER, None, 7), (None, NO_ANSWER, 4)],
    ids=["before it happened", "its answer was lost"],
)
def test_store_that_fails_as_they_are_begun_grants_each_once(
    before: Exception | None, after: Exception | None, commits: int
) -> None:
    """Whether or not it happened: each goes alone, with the attempt that is stored if one is."""
    world = a_world()
    claims = three_wait(world)
    ports, store = on(world, before, after)
    assert see_to(claims, ports) == 0
    assert states(world) == [LeaseState.ACTIVE] * len(LEASES)
    assert [lease_of(world, name).tries for name in LEASES] == [1, 1, 1]
    assert len(store.commits) == commits
    assert actions(world).count("lease.attempted") == len(LEASES)
    assert len(names(world)) == len(LEASES)


def test_one_that_moved_meanwhile_holds_up_no_other() -> None:
    """Its holder gave it back as they were judged: it is over, the others are granted."""
    world = a_world()
    claims = three_wait(world)
    store = Meanwhile(world.store, "commit", lambda: release_one(world, CAROL, LEASES[1]))
    assert see_to(claims, replace(world.grants(), store=cast("Any", store))) == 0
    assert states(world) == [LeaseState.ACTIVE, LeaseState.REVOKING, LeaseState.ACTIVE]


def test_cluster_that_does_not_answer_is_asked_once_for_all() -> None:
    """Fifty that wait five seconds each would be granted by nobody."""
    world = a_world()
    claims = three_wait(world)
    asked = list[object]()

    def every(what: object) -> bool:
        asked.append(what)
        return True

    ports = failing(world, "means", NO_ANSWER, every)
    assert begin_together(claims, ports) == {}
    assert len(asked) == 1
    assert states(world) == [LeaseState.GRANTING] * len(LEASES)


def test_released_between_the_two_is_taken_back() -> None:
    """What was begun is not given to who gave it back before it was created."""
    world = a_world()
    claims = three_wait(world)
    begun = begin_together(claims, world.grants())
    release_one(world, CAROL, LEASES[1])
    for claim in claims:
        provision(claim, world.grants(), begun=begun[LeaseId(claim.promise.subject)])
    assert states(world) == [LeaseState.ACTIVE, LeaseState.REVOKING, LeaseState.ACTIVE]
    assert len(names(world)) == 2


def test_what_waited_longer_than_its_claim_is_read_anew() -> None:
    """Somebody else had it meanwhile, and it ended: it is not created once more."""
    world = a_world()
    claims = three_wait(world)
    begun = begin_together(claims, world.grants())
    world.clock.advance(timedelta(seconds=11))
    world.heartbeats.beat("timekeeper")
    work(world)
    release_one(world, CAROL, LEASES[1])
    work(world)
    there = names(world)
    for claim in claims:
        provision(claim, world.grants(), begun=begun[LeaseId(claim.promise.subject)])
    assert names(world) == there
    assert states(world) == [LeaseState.ACTIVE, LeaseState.ENDED, LeaseState.ACTIVE]


def test_of_another_cluster_or_over_is_not_begun() -> None:
    """A row may name anything."""
    world = a_world()
    claims = three_wait(world)
    release_one(world, ALICE, LEASES[0])
    assert begin_together(claims, world.grants("dev")) == {}
    assert sorted(begin_together(claims, world.grants())) == LEASES[1:]


def test_store_that_does_not_say_what_is_due_leaves_each_alone() -> None:
    """A lease that cannot be read, say: whoever grants the others says which it is."""
    world = a_world()
    claims = three_wait(world)
    damaged = Failing(world.store, "leases", UnreadableError("damaged"), lambda _: True)
    ports = replace(world.grants(), store=cast("Any", damaged))
    assert begin_together(claims, ports) == {}
    assert see_to(claims, ports) == 0
    assert states(world) == [LeaseState.ACTIVE] * len(LEASES)
