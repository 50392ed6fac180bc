"""One lease that has much to remove, or to ask, delays nobody else's end (law 3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, LeaseState, ObjectRef
from daypass.ports import Change, GrantPorts
from daypass.usecases.grants.prove import ASKED
from daypass.usecases.grants.remove import LONGEST, MOST, NAMED, NAMES, PORTION
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import (
    FIRST,
    actions,
    failing,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    revoke_due,
    stray,
)

OTHER = LeaseId("000000000002-1")
HELD = ("example.com/held",)
PLACE = ObjectRef(kind="RoleBinding", namespace="team-a", name="last")
DOWN = TemporaryOutsideError("prod: timed out")


def two_let_go() -> World:
    """Return a world in which alice let go of two leases."""
    world = a_world(unbounded())
    for lease in [grant(world), grant(world)]:
        let_go(world, lease.id)
    return world


def flood(world: World, count: int, **fields: Any) -> None:
    """Put that many objects under the label of the first lease."""
    for number in range(count):
        ref = ObjectRef(kind="RoleBinding", namespace="team-a", name=f"flood-{number:04}")
        stray(world, FIRST, ref=ref, **fields)


def told_of(world: World, method: str) -> tuple[GrantPorts, list[Any]]:
    """Return a worker's ports, and what `method` of its cluster is called with."""
    calls = list[Any]()

    def noted(asked: Any) -> bool:
        calls.append(asked)
        return False

    return failing(world, method, DOWN, noted), calls


def test_flood_under_one_lease_s_label_delays_no_other_end() -> None:
    """One try deletes so much of it and no more; the other lease ends in the same try."""
    world = two_let_go()
    flood(world, 300, finalizers=HELD)
    ports, deleted = told_of(world, "delete")
    revoke_due(world, ports)
    assert len(deleted) == 2 + MOST
    assert lease_of(world).state is LeaseState.REVOKING
    assert lease_of(world, OTHER).state is LeaseState.ENDED


def test_leftovers_that_wait_for_nobody_go_first_and_each_lease_has_its_turn() -> None:
    """What is held for good stands in the way of nothing else."""
    world = two_let_go()
    flood(world, 300, finalizers=HELD)
    stray(world, FIRST, ref=PLACE)
    stray(world, OTHER, ref=replace(PLACE, name="of-the-other"))
    revoke_due(world)
    assert {name[:6] for name in names(world)} == {"flood-"}


def test_flood_that_nothing_keeps_goes_with_the_next_tries() -> None:
    """The lease is over when all of it is gone, and nobody is told that something is kept."""
    world = two_let_go()
    flood(world, 3 * MOST)
    pass_time(world, 10)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED
    assert "lease.held" not in actions(world)


def test_what_keeps_a_flood_is_said_in_few_words_and_once() -> None:
    """Three are named and the others counted, in the lease and in its one event."""
    world = two_let_go()
    flood(world, 300, finalizers=tuple(f"example.com/held-{number}" for number in range(9)))
    pass_time(world, 10)
    kept = lease_of(world).kept
    assert kept.count("is deleted and still there") == NAMED
    assert "held-0, example.com/held-1, example.com/held-2 and 6 more; whoever" in kept
    assert kept.endswith("… and 297 more")
    assert actions(world, FIRST).count("lease.held") == 1


def test_what_a_cluster_says_is_cut_where_it_is_long() -> None:
    """A webhook may say anything; it is kept in the lease."""
    world = two_let_go()
    refused = PermanentOutsideError("no" * 10_000)
    revoke_due(world, failing(world, "delete", refused))
    assert len(lease_of(world).kept) == LONGEST
    assert lease_of(world).kept.endswith("no…")


@pytest.mark.parametrize(("error", "tried"), [(DOWN, PORTION), (PermanentOutsideError(""), MOST)])
def test_no_more_is_tried_where_the_cluster_has_trouble(error: OutsideError, tried: int) -> None:
    """Deletions that time out hold the threads for one portion; the next try goes on."""
    world = two_let_go()
    flood(world, 300)
    asked = list[ObjectRef]()

    def fails(ref: ObjectRef) -> bool:
        asked.append(ref)
        return ref.name.startswith("flood")

    revoke_due(world, failing(world, "delete", error, fails))
    assert len(asked) == 2 + tried
    assert lease_of(world, OTHER).state is LeaseState.ENDED


def test_leftovers_go_though_the_cluster_has_trouble_with_some_that_come_first() -> None:
    """What cannot be deleted is tried again after the others, whosever it is."""
    world = a_world(unbounded())
    leases = [grant(world) for _ in range(PORTION + 1)]
    for lease in leases:
        let_go(world, lease.id)
    for lease in leases[:-1]:
        stray(world, lease.id, ref=replace(PLACE, name=f"full-{lease.id}"))
    for number in range(2 * MOST):
        stray(world, leases[-1].id, ref=replace(PLACE, name=f"plain-{number:03}"))
    full = TemporaryOutsideError("etcdserver: request is too large (500)", unknown=True)
    ports = failing(world, "delete", full, lambda ref: ref.name.startswith("full"))
    for _ in range(5):
        revoke_due(world, ports)
        world.clock.advance(timedelta(seconds=5))
        world.heartbeats.beat("timekeeper")
    assert {name[:4] for name in names(world)} == {"full"}
    assert lease_of(world, leases[-1].id).state is LeaseState.ENDED


def forge(world: World, **fields: Any) -> Lease:
    """Write into the first lease as somebody with Redis's password would."""
    forged = replace(lease_of(world), **fields)
    world.store.commit(Change(move=world.ids.move(), leases=(forged,)))
    return forged


def test_names_that_somebody_wrote_into_a_lease_are_not_all_asked_for() -> None:
    """So many are deleted by name; what else there is goes by its label."""
    world = two_let_go()
    attempt = lease_of(world).attempt
    assert attempt is not None
    (real,) = attempt.objects
    wrong = (replace(real, name=f"daypass-{FIRST}-{n}-1", uid="x") for n in range(1, 9_000))
    forge(world, attempt=replace(attempt, objects=(*wrong, real)))
    ports, deleted = told_of(world, "delete")
    revoke_due(world, ports)
    assert len(deleted) <= NAMES + 3
    pass_time(world, 5)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


@pytest.mark.parametrize("of_others", [True, False], ids=["of others", "of the holder"])
def test_proof_that_somebody_wrote_into_a_lease_is_not_asked_whole(*, of_others: bool) -> None:
    """So many questions are asked, each once, of its holder; of its own nothing else is added."""
    world = two_let_go()
    (real,) = lease_of(world).proof
    user = "mallory" if of_others else real.user
    others = tuple(replace(real, user=user, resource=f"made-up-{n}") for n in range(2_500))
    forge(world, proof=(*others, *others, *((real,) if of_others else ())))
    ports, asked = told_of(world, "reviews")
    revoke_due(world, ports)
    assert {one.user for one in asked} == {real.user}
    assert (len(asked) == 2) if of_others else (ASKED / 2 < len(asked) <= ASKED + 2)
    assert {lease_of(world, one).state for one in (FIRST, OTHER)} == {LeaseState.ENDED}


def test_proof_is_asked_under_its_own_name_where_the_holder_s_was_changed_since() -> None:
    """Law 4: another configuration does not make an end one without a proof."""
    world = two_let_go()
    old = tuple(replace(one, user="alice-as-before") for one in lease_of(world).proof)
    forge(world, proof=old)
    ports, asked = told_of(world, "reviews")
    revoke_due(world, ports)
    assert set(old) < set(asked)
