"""Whoever can write to Redis gets nothing that the worker's own configuration does not give."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.grant import fix_attempt
from daypass.domain.ids import LeaseId, request_of
from daypass.domain.lease import EndCause, Lease, LeaseState, ObjectRef
from daypass.domain.request import Request, RequestState
from daypass.domain.tally import Start
from daypass.ports import Change, Promise, PromiseKind
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.release import Release, release
from tests.builders import NOON, World, a_level, a_person, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    FIRST,
    HOUR,
    SECOND,
    approve,
    ask,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    stray,
    try_once,
    work,
)


def forge(world: World, *, lease: Lease | None = None, request: Request | None = None) -> None:
    """Write values as somebody with Redis's password would, due at once on the lease's cluster.

    An attempt stands in the tally, as one that a grants worker has begun does.
    """
    due = lease.cluster if lease else "prod"
    at = world.clock.now()
    known = world.store.tally("prod", "alice@example.com")
    begun = known
    if lease and lease.attempt:
        start = Start(
            lease=FIRST, level=lease.level, scope=lease.scope, at=at,
            number=lease.attempt.number, fixed_at=lease.began_at,
        )  # fmt: skip
        begun = replace(known, starts=(start,))
    row = Promise(keeper=due, kind=PromiseKind.PROVISION, subject=FIRST, at=at)
    world.store.commit(
        Change(
            move=world.ids.move(),
            leases=(lease,) if lease else (),
            requests=(request,) if request else (),
            promises=(row,),
            tallies=(begun,),
        )
    )


def is_refused(world: World) -> None:
    """Be a worker that tries; hold that nothing was made and that the lease failed."""
    try_once(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.REVOKING
    assert lease_of(world).cause is EndCause.FAILED


def test_provision_refuses_when_the_request_was_for_another_cluster() -> None:
    """Law 8: an automatic grant on dev is no approval on prod."""
    world = a_world()
    ask(world, cluster="dev")
    forge(world, lease=replace(lease_of(world), cluster="prod"))
    is_refused(world)


def test_provision_refuses_when_the_lease_is_anothers_than_the_request() -> None:
    """Law 8: what bob approved for alice binds nobody else."""
    world = a_world()
    approve(world)
    mallory = a_person("mallory", email="system:admin@example.com")
    forge(world, lease=replace(lease_of(world), holder=mallory))
    is_refused(world)


@pytest.mark.parametrize("state", [one for one in RequestState if one != "approved"])
def test_provision_refuses_when_the_request_is_not_approved(state: RequestState) -> None:
    """Law 1: no lease without an approved request, whatever the lease says of itself."""
    world = a_world()
    request = approve(world)
    stored = world.store.request(request.id)
    assert stored is not None
    forge(world, request=replace(stored, state=state))
    is_refused(world)


OTHER = ObjectRef(kind="RoleBinding", namespace="team-a", name=f"daypass-{FIRST}-1-1")
WIDE = ObjectRef(kind="ClusterRoleBinding", namespace="", name=f"daypass-{FIRST}-1")
MINE = ObjectRef(kind="RoleBinding", namespace="payments", name=f"daypass-{FIRST}-1-1")


SOON = timedelta(seconds=6)


@pytest.mark.parametrize(
    "fields",
    [
        {"objects": (WIDE,)},
        {"objects": (OTHER,)},
        {"objects": (MINE, OTHER)},
        {"objects": ()},
        {"number": 2},
        {"expires_at": NOON + 2 * HOUR},
        {"expires_at": NOON + HOUR + SOON},
        {"create_before": NOON + HOUR},
        {"began_at": None},
        {"began_at": NOON + SOON},
        {"began_at": NOON - SOON},
        {"free_until": NOON + 4 * HOUR},
        {"free_until": None},
    ],
)
def test_provision_refuses_an_attempt_that_it_would_not_have_fixed(fields: dict[str, Any]) -> None:
    """Law 8: where objects go and when they end follows from the configuration, not from Redis."""
    world = a_world()
    approve(world)
    lease = lease_of(world)
    fixed = fix_attempt(lease, a_level(), NOON, allowance=HOUR)
    attempt = replace(fixed, **fields)
    forge(world, lease=replace(lease, attempt=attempt, tries=1, ends_at=attempt.expires_at))
    is_refused(world)


def test_provision_goes_on_with_an_attempt_that_it_would_have_fixed() -> None:
    """What is refused above is refused for what was altered, and for nothing else."""
    world = a_world()
    approve(world)
    fixed = fix_attempt(lease_of(world), a_level(), NOON, allowance=HOUR)
    lease = replace(lease_of(world), attempt=fixed, tries=1, ends_at=fixed.expires_at)
    forge(world, lease=lease)
    try_once(world)
    assert lease_of(world).state is LeaseState.ACTIVE


@pytest.mark.parametrize("approved", [HOUR / 2, None])
def test_provision_gives_no_longer_than_was_approved(approved: timedelta | None) -> None:
    """A lease that says more than the yes does is not granted, whoever wrote it."""
    world = a_world()
    asked = ask(world).request
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=approved), world.ask)
    longer = (approved or HOUR) + timedelta(seconds=1)
    forge(world, lease=replace(lease_of(world), duration=longer))
    is_refused(world)


def test_revoke_spares_what_never_was_the_leases() -> None:
    """Never delete what is not ours, not even by a uid that Redis names."""
    world = a_world()
    lease = grant(world)
    ref = ObjectRef(kind="RoleBinding", namespace="team-a", name="cluster-admins")
    theirs = stray(world, LeaseId(""), ref=ref, labels={})
    assert lease.attempt is not None
    attempt = replace(lease.attempt, objects=(*lease.attempt.objects, theirs.ref))
    forge(world, lease=replace(lease, attempt=attempt))
    let_go(world)
    work(world)
    pass_time(world, 1)
    assert names(world) == ["cluster-admins"]


@pytest.mark.parametrize("more", [FIRST, LeaseId("000000000002-1")])
def test_no_end_follows_what_a_request_says_that_it_extends(more: LeaseId) -> None:
    """A request that asks for more of its own lease, or of another's, hides none from its end."""
    world = a_world()
    grant(world)
    approve(world, actor=CAROL)
    request = world.store.request(request_of(FIRST))
    assert request is not None
    forge(world, request=replace(request, extends=more))
    (over,) = end(End(actor=BOB, target=FIRST), world.ask)
    assert (over.id, over.state) == (FIRST, LeaseState.REVOKING)


def test_no_end_misses_a_lease_that_its_request_does_not_name_any_more() -> None:
    """Of what a whole request became all ends, whatever it says that it was."""
    world = a_world()
    grant(world, "debug", "nodes")
    request = world.store.request(request_of(FIRST))
    assert request is not None
    one = replace(request.plan, items=request.plan.items[:1])
    forge(world, request=replace(request, plan=one))
    over = end(End(actor=BOB, target=request.id), world.ask)
    assert [lease.id for lease in over] == [FIRST, SECOND]


def test_no_lease_of_somebody_else_beside_it_keeps_one_from_its_release() -> None:
    """It was written under the name of a second level that the request never had."""
    world = a_world()
    grant(world)
    forge(world, lease=replace(lease_of(world), id=SECOND, holder=a_person("eve"), version=0))
    over = release(Release(actor=ALICE, target=request_of(FIRST)), world.ask)
    assert [lease.id for lease in over] == [FIRST]
