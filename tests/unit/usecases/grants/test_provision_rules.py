"""A lease is granted by the worker's own rules, and never against a move that was first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.catalog import Principal, Step
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import RequestId
from daypass.domain.lease import PROVISION_DEADLINE, EndCause, LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.grants.provision import provision
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.release import Release, release
from daypass.usecases.shared.pauses import SPREAD
from tests.builders import SRE, a_catalog, a_level, a_snapshot, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    DAN,
    FIRST,
    SECOND,
    Failing,
    approve,
    ask,
    claim,
    lease_of,
    names,
    pass_time,
    rows,
    try_once,
    under,
    with_cluster,
    work,
)

ID = RequestId("000000000001")


def test_provision_finishes_a_promise_that_outlived_its_lease() -> None:
    """What is granted, ending or unknown is not granted again."""
    world = a_world()
    approve(world)
    one = claim(world, PromiseKind.PROVISION)
    release(Release(actor=ALICE, target=FIRST), world.ask)
    world.agenda.write([one.promise], [])
    gone = replace(one.promise, subject="000000000009-1")
    world.agenda.write([gone], [])
    for late in world.agenda.claim("prod", 50):
        if late.promise.kind is PromiseKind.PROVISION:
            provision(late, world.grants())
    assert set(rows(world)) == {(PromiseKind.END, FIRST)}
    assert names(world) == []


def test_provision_waits_when_bot_and_worker_run_with_different_configurations() -> None:
    """Law 8: another version of the rules grants nothing, until both agree or time is up."""
    world = a_world()
    approve(world)
    try_once(world, under(world, a_catalog(version="v2")))
    assert lease_of(world).state is LeaseState.GRANTING
    assert names(world) == []
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_provision_fails_when_configurations_never_agree() -> None:
    """What people read names the cause."""
    world = a_world()
    approve(world)
    world.clock.advance(PROVISION_DEADLINE)
    try_once(world, under(world, a_catalog(version="v2")))
    lease = lease_of(world)
    assert (lease.cause, lease.why) == (
        EndCause.FAILED,
        "bot and grants worker run with different configurations",
    )


def workflows(**fields: Any) -> dict[str, Any]:
    return {"workflows": (a_workflow(**fields),)}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"levels": ()}, "There is no level “debug”"),
        ({"clusters": {}}, "There is no cluster “prod”"),
        ({"levels": (a_level(namespaces=("team-a",)),)}, "no longer give this level there"),
        (workflows(max_duration=timedelta(minutes=30)), "1h is too long"),
        (workflows(steps=(Step(by=(SRE,), count=2),)), "want other approvals"),
        ({"workflows": ()}, "No workflow lets alice ask"),
    ],
    ids=["no level", "no cluster", "other namespace", "shorter", "more approvals", "no workflow"],
)
def test_provision_fails_when_its_own_rules_do_not_give_it(
    fields: dict[str, Any], why: str
) -> None:
    """Law 8: what the worker does follows from its own configuration, not from what is stored."""
    world = a_world()
    approve(world)
    try_once(world, under(world, a_catalog(**fields)))
    lease = lease_of(world)
    assert lease.cause is EndCause.FAILED
    assert why in lease.why
    assert names(world) == []


def test_provision_fails_when_the_default_became_shorter_than_the_lease() -> None:
    """Law 8: a duration that nobody said is the worker's own default at most."""
    world = a_world()
    approve(world, duration=None)
    short = a_catalog(**workflows(default_duration=timedelta(minutes=5)))
    try_once(world, under(world, short))
    assert lease_of(world).why == "the rules no longer give it for so long"


@pytest.mark.parametrize("trouble", ["timekeeper", "snapshot"])
def test_provision_waits_while_the_interlock_holds(trouble: str) -> None:
    """Law 10: nothing is granted while timekeeper or reconcile is silent; it may pass."""
    world = a_world()
    approve(world)
    world.clock.advance(timedelta(seconds=100))
    if trouble == "snapshot":
        world.heartbeats.beat("timekeeper")
    work(world)
    assert lease_of(world).state is LeaseState.GRANTING
    assert names(world) == []


def test_provision_fails_when_the_request_is_not_in_the_store() -> None:
    """Law 1: no grant without an approved request."""
    world = a_world()
    approve(world)
    del world.store._requests[ID]
    try_once(world)
    assert lease_of(world).why == "its request is not in the store"


def test_provision_leaves_alone_the_lease_of_another_cluster() -> None:
    """A promise in the wrong set grants nothing, and gives up nothing."""
    world = a_world()
    approve(world)
    provision(claim(world, PromiseKind.PROVISION), world.grants("dev"))
    assert lease_of(world).state is LeaseState.GRANTING
    assert world.clusters["dev"].objects == ()


def test_provision_grants_each_level_on_its_own() -> None:
    """One level that fails leaves the other alone: 1 of 2."""
    world = a_world()
    approve(world, "debug", "platform-admins")
    del world.clusters["prod"].roles["ClusterRole/daypass-sudo-platform-admins"]
    work(world)
    assert lease_of(world).state is LeaseState.ACTIVE
    failed = lease_of(world, SECOND)
    assert failed.cause is EndCause.FAILED
    assert "daypass-sudo-platform-admins" in failed.why


def test_provision_honours_the_wait_that_the_cluster_asks_for() -> None:
    """A delay that the API server names is the least: it is never asked sooner."""
    world = a_world()
    approve(world)
    busy = TemporaryOutsideError("too many requests", delay=timedelta(seconds=7))
    ports = with_cluster(
        world.grants(), Failing(world.clusters["prod"], "create", busy, lambda _: True)
    )
    try_once(world, ports)
    assert list(rows(world)) == [(PromiseKind.PROVISION, FIRST)]
    assert 7 <= rows(world)[PromiseKind.PROVISION, FIRST] <= 7 * (1 + SPREAD)


def test_provision_fails_when_nobody_worked_until_the_deadline() -> None:
    """A grant that comes too late is none: people were told how long it may take."""
    world = a_world()
    approve(world)
    world.store.keep_seen(a_snapshot(taken_at=world.clock.advance(PROVISION_DEADLINE)))
    world.heartbeats.beat("timekeeper")
    try_once(world)
    assert lease_of(world).why == "it could not be granted in time"
    assert names(world) == []


@pytest.mark.parametrize("levels", [("debug", "platform-admins"), ("platform-admins", "debug")])
def test_provision_grants_each_level_of_what_two_workflows_share_a_step_of(
    levels: tuple[str, str],
) -> None:
    """What all steps of a request were met for holds for each level by itself, in its own order."""
    bobs, dans = (Step(by=(Principal(email=f"{name}@example.com"),)) for name in ("bob", "dan"))
    admins = a_workflow("admins", levels=("platform-admins",), steps=(dans,))
    world = a_world(a_catalog(workflows=(admins, a_workflow(steps=(bobs, dans)))))
    request = ask(world, *levels).request
    assert request.plan.steps == (bobs, dans)
    for actor in (BOB, DAN):
        decide(Decide(actor=actor, target=request.id, yes=True), world.ask)
    work(world)
    states = [lease_of(world, one).state for one in request.lease_ids]
    assert states == [LeaseState.ACTIVE, LeaseState.ACTIVE]
