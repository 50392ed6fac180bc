"""A person asks and is answered at once."""

from datetime import timedelta

from daypass.domain.catalog import Step
from daypass.domain.lease import LeaseState
from daypass.domain.reasons import NoPossibleApprover, UnknownCluster, UnknownLevel
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, PromiseKind
from tests.builders import SRE, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import BOB, EVE, HOUR, actions, ask, refusal, refusals, rows


def test_submit_stores_a_pending_request_and_says_who_was_asked() -> None:
    """Law 7: request, event, promises and wake-up are one move."""
    world = a_world()
    submitted = ask(world, duration=None, reason="  INC-42 ")
    request = submitted.request
    stored = world.store.request(request.id)
    assert stored is not None
    assert (stored.state, stored.ask.reason) == (RequestState.PENDING, "INC-42")
    assert (submitted.asked, submitted.defaulted) == (("team:sre (bob, dan)",), True)
    assert submitted.leases == ()
    assert actions(world, request.id) == ["request.submitted"]
    assert rows(world, NOTIFICATIONS) == {
        (PromiseKind.CARD, request.id): 0,
        (PromiseKind.REMIND, request.id): 15 * 60,
    }
    assert rows(world, TIMEKEEPER) == {(PromiseKind.LAPSE, request.id): 3600}
    assert world.agenda.wakeups == [NOTIFICATIONS]


def test_submit_grants_at_once_when_the_workflow_is_automatic() -> None:
    """No steps: approved in the same move, and the grants worker is woken."""
    world = a_world()
    submitted = ask(world, cluster="dev")
    request, (lease,) = submitted.request, submitted.leases
    assert (request.state, request.decided_at) == (RequestState.APPROVED, request.asked_at)
    assert (submitted.asked, submitted.defaulted) == ((), False)
    assert (lease.state, lease.duration, lease.approvers) == (LeaseState.GRANTING, HOUR, ())
    assert actions(world, request.id) == ["request.submitted", "request.approved"]
    assert rows(world, "dev") == {(PromiseKind.PROVISION, lease.id): 0}
    assert rows(world, TIMEKEEPER) == {}
    assert world.agenda.wakeups == ["dev"]
    assert (PromiseKind.CARD, request.id) in rows(world, NOTIFICATIONS)


def test_submit_makes_one_lease_per_level() -> None:
    """Several levels are several leases, each with its own promise."""
    world = a_world()
    leases = ask(world, "debug", "nodes", "debug", cluster="dev").leases
    assert [lease.level for lease in leases] == ["debug", "nodes"]
    assert set(rows(world, "dev")) == {(PromiseKind.PROVISION, lease.id) for lease in leases}


def test_submit_writes_what_was_asked_into_the_audit_trail() -> None:
    """The event tells who asked for what, where, how long, why and by which workflow."""
    world = a_world()
    ask(world, "debug", "nodes", duration=timedelta(minutes=30))
    assert world.store.events[-1].facts == {
        "requester": "alice@example.com",
        "levels": "debug in payments, nodes cluster-wide",
        "seconds": "1800",
        "reason": "INC-42",
        "workflow": "production",
    }


def test_submit_stores_nothing_when_it_refuses() -> None:
    """A refused ask leaves no request, no event and no promise behind."""
    world = a_world()
    reasons = refusals(lambda: ask(world, "debuk", "x"))
    assert [type(reason) for reason in reasons] == [UnknownLevel, UnknownLevel]
    assert actions(world) == ["person.pinned"]
    assert world.store.pending() == []
    assert rows(world, TIMEKEEPER) == rows(world, NOTIFICATIONS) == {}


def test_submit_refuses_an_unknown_cluster_with_the_nearest_name() -> None:
    """A mistyped cluster is answered with what was meant."""
    assert refusal(lambda: ask(a_world(), cluster="prdo")) == UnknownCluster(
        name="prdo", nearest=("prod",)
    )


def test_submit_refuses_a_guest() -> None:
    """Law 5: guests ask for nothing."""
    assert "guests" in str(refusal(lambda: ask(a_world(), actor=EVE)))


def test_submit_refuses_when_nobody_but_oneself_could_approve() -> None:
    """Law 5: the only approver cannot ask."""
    world = a_world()
    world.people.put_usergroup("S0SRE", [BOB])
    reason = refusal(lambda: ask(world, actor=BOB))
    assert isinstance(reason, NoPossibleApprover)
    assert reason.by == ("team:sre (bob)",)


def test_submit_names_every_team_that_is_asked() -> None:
    """All steps' approvers are named, each once."""
    steps = (Step(by=(SRE,)), Step(by=(SRE,)))
    world = a_world(a_catalog(workflows=(a_workflow(steps=steps),)))
    assert ask(world).asked == ("team:sre (bob, dan)",)
