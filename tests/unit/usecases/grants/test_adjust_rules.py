"""The grants worker judges more time anew: the store alone makes nothing last longer (law 8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.ids import lease_id
from daypass.domain.lease import Extension, Lease, LeaseState
from daypass.domain.reasons import ConfigurationChanged
from daypass.domain.request import Request
from daypass.domain.roles import RoleRef
from daypass.domain.scope import Scope
from daypass.ports import Change
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.shared.rows import adjust_row, provision_row
from tests.builders import NOON, World, a_catalog, a_level, a_workflow, a_world, meanings
from tests.unit.usecases.grants.test_adjust import ends, try_once
from tests.unit.usecases.requests.test_extend import a_granted, say_yes, want, want_approved
from tests.unit.usecases.scenes import (
    ALICE,
    CAROL,
    FIRST,
    HOUR,
    grant,
    lease_of,
    pass_time,
    refusal,
    under,
    work,
)


def forge(world: World, **fields: Any) -> None:
    """Write to the extension that waits, as somebody may who can write to the store."""
    lease = lease_of(world)
    wanted = replace(lease.extensions[-1], **fields)
    change = Change(
        move=world.ids.move(), leases=(replace(lease, extensions=(*lease.extensions[:-1], wanted)),)
    )
    world.store.commit(change)


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (a_catalog(levels=()), "There is no level “debug”."),
        (a_catalog(workflows=()), "No workflow lets alice ask for debug on prod."),
        (
            a_catalog(workflows=(a_workflow(extensions=0),)),
            "the rules want an approval for it",
        ),
        (
            a_catalog(workflows=(a_workflow(max_duration=HOUR / 2),)),
            "1h is too long: workflow production gives at most 30m.",
        ),
    ],
)
def test_adjust_refuses_what_the_workers_own_rules_do_not_give(rules: Any, why: str) -> None:
    """Law 8: what the bot stored is judged anew, and the refusal is told."""
    world, before = a_granted()
    want(world)
    try_once(world, under(world, rules))
    assert ends(world) == [before.ends_at]
    assert lease_of(world).extensions[0].refused == why


@pytest.mark.parametrize(
    "fields",
    [
        {"until": NOON + 3 * HOUR},
        {"length": 9 * HOUR, "until": NOON + 10 * HOUR},
        {"length": -HOUR, "until": NOON},
        {"request": "k7q2m9x4t1bd"},
        {"request": "000000000001"},
    ],
)
def test_adjust_gives_nothing_for_a_forged_extension(fields: dict[str, Any]) -> None:
    """Whoever can write to the store gets no more than the rules give (law 8)."""
    world, before = a_granted()
    want(world)
    forge(world, **fields)
    try_once(world)
    assert ends(world) == [before.ends_at]
    assert lease_of(world).extensions[0].refused


def test_adjust_counts_from_the_moment_that_the_object_carries() -> None:
    """A lease that the store makes younger than it is lasts no longer for that (law 8)."""
    world, before = a_granted()
    lease = lease_of(world)
    assert lease.attempt is not None
    younger = replace(lease.attempt, create_before=lease.attempt.create_before + 9 * HOUR)
    wanted = Extension(length=4 * HOUR, until=NOON + 5 * HOUR, asked_at=NOON, version="v1")
    forged = replace(lease, attempt=younger).extending(wanted)
    row = adjust_row(lease, NOON)
    world.store.commit(Change(move=world.ids.move(), leases=(forged,), promises=(row,)))
    try_once(world)
    assert ends(world) == [before.ends_at]
    assert lease_of(world).extensions[0].refused.endswith("was changed on the cluster")


def test_adjust_wants_the_approvals_that_the_workers_rules_want() -> None:
    """A yes that the bot stored counts only if the worker's own configuration takes it."""
    world, before = a_granted()
    want_approved(world)
    say_yes(world)
    stricter = a_workflow(steps=(replace(a_workflow().steps[0], count=2),))
    try_once(world, under(world, a_catalog(workflows=(stricter,))))
    assert ends(world) == [before.ends_at]
    assert lease_of(world).extensions[0].refused == "the rules want other approvals than were given"


def _of_carol(request: Request) -> Request:
    return replace(
        request, ask=replace(request.ask, requester=replace(request.requester, id=CAROL))
    )


def _on_dev(request: Request) -> Request:
    return replace(request, ask=replace(request.ask, cluster="dev"))


def _nowhere(request: Request) -> Request:
    return replace(request, ask=replace(request.ask, cluster="nowhere"))


def _less(request: Request) -> Request:
    (item,) = request.plan.items
    return replace(request, plan=replace(request.plan, items=(replace(item, level="other"),)))


def _elsewhere(request: Request) -> Request:
    (item,) = request.plan.items
    places = replace(item, scope=Scope(namespaces=("team-a",)))
    return replace(request, plan=replace(request.plan, items=(places,)))


@pytest.mark.parametrize("forged", [_of_carol, _on_dev, _nowhere, _less, _elsewhere])
def test_adjust_holds_an_extension_against_the_request_that_was_approved(
    forged: Callable[[Request], Request],
) -> None:
    """What was approved was so much, of that, there, for that person, and nothing else."""
    world, before = a_granted()
    request = want_approved(world, 3 * HOUR + timedelta(minutes=10))
    say_yes(world)
    stored = world.store.request(request)
    assert stored is not None
    world.store.commit(Change(move=world.ids.move(), requests=(forged(stored),)))
    try_once(world)
    assert ends(world) == [before.ends_at]
    assert lease_of(world).extensions[0].refused == "it is not the extension that was given"


def test_adjust_gives_no_more_than_was_approved() -> None:
    """The length in the lease is held against that in the request."""
    world, before = a_granted()
    want_approved(world, 3 * HOUR + timedelta(minutes=10))
    say_yes(world)
    forge(world, length=4 * HOUR, until=NOON + 5 * HOUR)
    try_once(world)
    assert ends(world) == [before.ends_at]
    assert lease_of(world).extensions[0].refused == "it is not the extension that was given"


def test_adjust_gives_nothing_without_the_leases_own_request() -> None:
    """A lease of which nobody knows why it was granted is not made longer."""
    world, before = a_granted()
    want(world)
    del world.store._requests[lease_of(world).request]
    try_once(world)
    assert ends(world) == [before.ends_at]


def test_adjust_waits_while_configurations_differ_or_nothing_is_granted() -> None:
    """What may pass is waited for, as with a grant; the lease ends as it would have."""
    world, before = a_granted()
    want(world)
    try_once(world, under(world, a_catalog(version="v2")))
    assert lease_of(world).extension is not None
    world.clock.advance(timedelta(seconds=60))
    try_once(world)  # No timekeeper was heard for so long.
    assert lease_of(world).extension is not None
    assert ends(world) == [before.ends_at]
    pass_time(world, 15)
    assert ends(world) == [NOON + 2 * HOUR]


def test_a_lease_cannot_be_made_of_a_request_for_more_time() -> None:
    """Law 1: an approval of more time for one lease is none of another."""
    world, lease = a_granted()
    request = want_approved(world)
    say_yes(world)
    forged = replace(
        lease, id=lease_id(request, 1), state=LeaseState.GRANTING, attempt=None, tries=0,
        granted_at=None, ends_at=None, version=0,
    )  # fmt: skip
    row = provision_row(forged, world.clock.now())
    world.store.commit(Change(move=world.ids.move(), leases=(forged,), promises=(row,)))
    work(world)
    assert {one.lease for one in world.clusters["prod"].objects} == {FIRST}


def _granted_edit() -> tuple[World, Lease]:
    """Grant debug while it gives edit; both roles are seen."""
    world = a_world(a_catalog(levels=(a_level(role=RoleRef(name="edit")),)))
    roles = world.clusters["prod"].roles
    roles["ClusterRole/edit"] = roles["ClusterRole/view"]
    _see_both(world)
    before = grant(world)
    _see_both(world)
    return world, before


def _see_both(world: World) -> None:
    means = meanings("ClusterRole/view", "ClusterRole/edit")
    at = world.clock.advance(timedelta(seconds=1))
    world.store.keep_seen(replace(world.store.seen()["prod"], means=means, taken_at=at))


NEW = replace(a_catalog(levels=(a_level(role=RoleRef(name="view")),)), version="2")


@pytest.mark.parametrize("length", [HOUR, 3 * HOUR], ids=["free", "to be approved"])
def test_no_more_time_is_asked_for_with_a_role_that_the_level_no_longer_gives(
    length: timedelta,
) -> None:
    """Whoever says yes would read what the level gives now, and lengthen what it gave."""
    world, _ = _granted_edit()
    ask = replace(world.ask, catalog=NEW)
    reason = refusal(lambda: extend(Extend(actor=ALICE, target="", length=length), ask))
    assert isinstance(reason, ConfigurationChanged)


def test_adjust_lengthens_no_role_that_the_level_no_longer_gives() -> None:
    """Law 8: what its objects give is held against the level, whatever the store says."""
    world, before = _granted_edit()
    ask = replace(world.ask, catalog=NEW)
    stored = world.store.request(before.request)
    assert stored is not None
    (item,) = stored.plan.items
    forged = replace(stored.plan, items=(replace(item, gives="ClusterRole/view"),))
    change = Change(move=world.ids.move(), requests=(replace(stored, plan=forged),))
    world.store.commit(change)
    extend(Extend(actor=ALICE, target="", length=HOUR), ask)
    try_once(world, under(world, NEW))
    assert ends(world) == [before.ends_at]
    why = "debug gives ClusterRole/view now, and its objects do not"
    assert lease_of(world).extensions[0].refused == why
