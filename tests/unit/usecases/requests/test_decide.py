"""One person's yes or no, judged anew at the moment of the click (law 5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain import reasons as no
from daypass.domain.audit import Action
from daypass.domain.catalog import Principal, Step
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.people import Profile
from daypass.domain.request import Request, RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, PromiseKind
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.rows import SETTLE
from tests.builders import SRE, World, a_catalog, a_profile, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    EVE,
    FIRST,
    HOUR,
    SECOND,
    Meanwhile,
    actions,
    approve,
    ask,
    lease_of,
    refusal,
    rows,
    with_store,
)

ID = RequestId("000000000001")
TWO = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,), count=2),)),))


def say(
    world: World, who: PersonId = BOB, target: str = ID, *, yes: bool = True, **fields: object
) -> Request:
    command = replace(Decide(actor=who, target=target, yes=yes), **fields)  # type: ignore[arg-type]
    return decide(command, world.ask)


def test_decide_makes_leases_of_a_request_when_the_last_yes_comes() -> None:
    """Law 7: approval, leases, event, promises and wake-ups are one move."""
    world = a_world()
    ask(world)
    world.agenda.wakeups.clear()
    approved = say(world)
    lease = lease_of(world)
    assert approved.state is RequestState.APPROVED
    assert (lease.approvers, lease.duration) == (("bob@example.com",), HOUR)
    assert lease.holder == approved.requester
    assert actions(world, ID) == ["request.submitted", "request.approved"]
    assert rows(world) == {(PromiseKind.PROVISION, FIRST): 0}
    assert rows(world, TIMEKEEPER) == {}
    assert world.agenda.wakeups == ["prod"]


def test_decide_tells_of_an_approval_a_moment_later() -> None:
    """The grant that follows at once is told with it, in one edit; a slow one is Granting."""
    world = a_world()
    ask(world)
    say(world)
    assert rows(world, NOTIFICATIONS) == {
        (PromiseKind.CARD, ID): SETTLE.total_seconds(),
        (PromiseKind.HOLDER, ALICE): 30,
    }


def test_decide_makes_one_lease_per_level() -> None:
    """Two levels are two leases under one approval."""
    world = a_world()
    approve(world, "debug", "platform-admins")
    assert [lease_of(world, name).level for name in (FIRST, SECOND)] == ["debug", "platform-admins"]


def test_decide_waits_when_more_people_are_needed() -> None:
    """One yes of two is kept; the request still lapses."""
    world = a_world(TWO)
    ask(world)
    first = say(world)
    assert (first.state, first.progress.given) == (RequestState.PENDING, 1)
    assert rows(world, TIMEKEEPER) == {(PromiseKind.LAPSE, ID): 3600}
    assert isinstance(refusal(lambda: say(world)), no.CountedAlready)
    assert say(world, DAN).state is RequestState.APPROVED
    assert lease_of(world).approvers == ("bob@example.com", "dan@example.com")
    assert actions(world, ID)[1:] == ["request.answered", "request.approved"]


def test_decide_refuses_a_yes_that_would_leave_nobody_for_the_next_step() -> None:
    """Law 5: nobody counts twice; who alone can take the last step is told to let another begin."""
    steps = Step(by=(SRE,)), Step(by=(Principal(email="dan@example.com"),))
    world = a_world(a_catalog(workflows=(a_workflow(steps=steps),)))
    ask(world)
    assert refusal(lambda: say(world, DAN)) == no.NeededLater(could=("team:sre (bob, dan)",))
    assert say(world).progress.number == 1
    assert say(world, DAN).state is RequestState.APPROVED


def test_decide_denies_with_the_reason() -> None:
    """A no makes no lease, and its reason is stored and in the audit trail."""
    world = a_world()
    ask(world)
    denied = say(world, yes=False, reason=" freeze ")
    assert (denied.state, denied.approvals[-1].reason) == (RequestState.DENIED, "freeze")
    assert world.store.lease(FIRST) is None
    event = world.store.events[-1]
    assert event.action is Action.REQUEST_DENIED
    assert event.facts == {"approver": "bob@example.com", "reason": "freeze"}
    assert rows(world, TIMEKEEPER) == {}


def test_decide_shortens_but_never_lengthens() -> None:
    """The lease lasts as long as the approver gave, and the trail says so."""
    world = a_world()
    ask(world)
    reason = refusal(lambda: say(world, duration=2 * HOUR))
    assert reason == no.NotShorter(given=2 * HOUR, asked=HOUR)
    say(world, duration=timedelta(minutes=10))
    assert lease_of(world).duration == timedelta(minutes=10)
    assert world.store.events[-1].facts["seconds"] == "600"


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (ALICE, "Nobody approves their own request. team:sre (bob, dan) could say yes."),
        (
            CAROL,
            "You are not an approver of this request. team:sre (bob, dan) could say yes.",
        ),
        (
            EVE,
            "eve cannot use Daypass: guests of the workspace cannot ask for access or approve it.",
        ),
    ],
    ids=["oneself", "no approver", "guest"],
)
@pytest.mark.parametrize("yes", [True, False], ids=["yes", "no"])
def test_decide_refuses_and_says_who_could(who: PersonId, sentence: str, *, yes: bool) -> None:
    """Law 5: a refusal names the rule and the people who could; nothing is stored."""
    world = a_world()
    ask(world)
    assert str(refusal(lambda: say(world, who, yes=yes))) == sentence
    assert actions(world, ID) == ["request.submitted"]


@pytest.mark.parametrize(
    ("profile", "word"),
    [
        (a_profile("alice", guest=True), "guests"),
        (a_profile("alice", email="alice@new.example"), "changed"),
        (a_profile("alice", deactivated=True), "deactivated"),
    ],
    ids=["guest", "email changed", "deactivated"],
)
def test_decide_refuses_a_yes_when_the_requester_became_nobody(profile: Profile, word: str) -> None:
    """Law 5: what is granted rests on who the requester is at the click; a no is always taken."""
    world = a_world()
    ask(world)
    world.people.put(profile)
    assert word in str(refusal(lambda: say(world)))
    assert say(world, yes=False).state is RequestState.DENIED


def test_decide_refuses_who_is_no_approver_any_more() -> None:
    """Law 5: an approver is an approver at the moment of the click."""
    world = a_world()
    ask(world)
    world.people.put_usergroup("S0SRE", [DAN])
    assert refusal(lambda: say(world)) == no.NotAnApprover(could=("team:sre (dan)",))


def test_decide_stores_the_requester_as_verified_at_the_click() -> None:
    """Provision rests on what Slack said of the requester last."""
    world = a_world()
    ask(world)
    seen_at = world.clock.advance(timedelta(seconds=5))
    world.people.put(a_profile("alice", seen_at=seen_at))
    assert say(world).requester.verified_at == seen_at
    assert lease_of(world).holder.verified_at == seen_at


def test_decide_refuses_when_the_rules_changed() -> None:
    """Who asked under other rules asks again; nothing is granted on stale terms."""
    world = a_world()
    ask(world)
    reason = refusal(lambda: decide(Decide(actor=BOB, target=ID, yes=True), replace(
        world.ask, catalog=TWO
    )))  # fmt: skip
    assert isinstance(reason, no.ConfigurationChanged)


def approved_by_dan(world: World) -> None:
    say(world, DAN)


def denied_by_dan(world: World) -> None:
    say(world, DAN, yes=False)


def cancelled(world: World) -> None:
    cancel(Cancel(actor=ALICE, target=ID), world.ask)


def lapsed(world: World) -> None:
    world.clock.advance(HOUR)
    let_lapse(world.ask)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (approved_by_dan, "already approved by U0DAN"),
        (denied_by_dan, "already denied by U0DAN"),
        (cancelled, "already cancelled by U0ALICE"),
        (lapsed, "already timed out"),
    ],
)
@pytest.mark.parametrize("before", ["commit", "tally", "live_of", "conditions", ""])
def test_decide_says_what_became_of_it_when_somebody_was_first(
    first: Callable[[World], None], said: str, before: str
) -> None:
    """Two people at once: one move is committed, the other click is judged anew and told so.

    Also where what it is judged by is read after that move, so that its own lease is among it.
    """
    world = a_world()
    ask(world)
    identify(BOB, world.ask)
    ports = world.ask
    if before:
        ports = with_store(ports, Meanwhile(world.store, before, lambda: first(world)))
    else:
        first(world)
    reason = refusal(lambda: decide(Decide(actor=BOB, target=ID, yes=True), ports))
    assert said in str(reason)


def test_decide_counts_both_when_two_approvers_click_at_once() -> None:
    """Two of two at the same moment: the second click is judged anew, and approves."""
    world = a_world(TWO)
    ask(world)
    identify(BOB, world.ask)
    store = Meanwhile(world.store, "commit", lambda: say(world, DAN))
    decided = decide(Decide(actor=BOB, target=ID, yes=True), with_store(world.ask, store))
    assert decided.state is RequestState.APPROVED
    assert [one.by.name for one in decided.approvals] == ["dan", "bob"]
    assert actions(world, ID)[1:] == ["request.answered", "request.approved"]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("x" * 5_000, no.ReasonTooLong(length=5_000, most=1_000)),
        ("xoxb-1234567890-ab", no.HoldsSecret(kind="Slack token")),
    ],
    ids=["too long", "a token"],
)
def test_decide_refuses_a_reason_that_cannot_be_kept(reason: str, expected: no.Reason) -> None:
    """Law 9: no secret is stored, whoever wrote it."""
    world = a_world()
    ask(world)
    assert refusal(lambda: say(world, yes=False, reason=reason)) == expected
    assert actions(world, ID) == ["request.submitted"]


@pytest.mark.parametrize("target", ["000000000001", "#000000000001", "OOOOOOOOOOO1", f"{ID}-1"])
def test_decide_finds_the_request_that_is_meant(target: str) -> None:
    """An id in any case, with or without a lease's suffix, or nothing where one waits."""
    world = a_world()
    ask(world)
    assert say(world, target=target).id == ID


@pytest.mark.parametrize("target", ["000000000009", "prod"])
def test_decide_refuses_an_id_that_names_nothing(target: str) -> None:
    """What names nothing is quoted."""
    assert refusal(lambda: say(a_world(), target=target)) == no.UnknownRequest(text=target)


def test_decide_asks_which_when_several_wait_or_none() -> None:
    """A no without an id needs exactly one that this person could decide."""
    world = a_world()
    none = refusal(lambda: say(world, target="", yes=False))
    ask(world)
    ask(world, actor=CAROL)
    ask(world, actor=BOB)
    several = refusal(lambda: say(world, target="", yes=False))
    assert none == no.WhichOne(what="pending request", ids=())
    assert several == no.WhichOne(what="pending request", ids=("000000000001", "000000000002"))
