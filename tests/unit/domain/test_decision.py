"""An answer to a request, judged anew at each click (law 5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, Principal, RoleRef, Step
from daypass.domain.circumstances import Circumstances, Roster
from daypass.domain.decision import approvals_hold, judge_approval, may_revoke
from daypass.domain.people import Person
from daypass.domain.policy import Refused
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Request, RequestState
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_level,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
)

ALICE, BOB, DAN = a_person(), a_person("bob", "sre"), a_person("dan", "sre")
LEE = a_person("lee", "leads")
LEADS = Principal(team="leads")
TWIN = a_person("bob2", "sre", email="bob@example.com")
ALTER_EGO = a_person("alice2", "sre", email="alice@example.com")
HOUR = timedelta(hours=1)


def given(catalog: Catalog | None = None, **fields: Any) -> Circumstances:
    default = Circumstances(
        catalog=catalog or a_catalog(),
        now=NOON,
        seen={"prod": a_snapshot()},
        timekeeper_at=NOON,
    )
    return replace(default, **fields)


def yes(by: Person = BOB, duration: timedelta | None = None) -> Approval:
    return Approval(by=by, at=NOON, yes=True, duration=duration)


def under(*steps: Step, answers: tuple[Approval, ...] = (), **fields: Any) -> Request:
    plan = a_plan(steps=steps or (Step(by=(SRE,)),), **fields)
    return a_request(plan=plan, approvals=answers)


def rules(*steps: Step, **fields: Any) -> Circumstances:
    workflow = a_workflow(steps=steps or (Step(by=(SRE,)),), **fields)
    return given(a_catalog(workflows=(workflow,)))


def refused(judged: Request | Refused) -> Reason:
    assert isinstance(judged, Refused)
    (reason,) = judged.reasons
    return reason


def accepted(judged: Request | Refused) -> Request:
    assert isinstance(judged, Request)
    return judged


def test_judge_approval_approves_when_the_last_yes_comes() -> None:
    """One yes of one approves."""
    judged = accepted(judge_approval(a_request(), yes(), given()))
    assert (judged.state, judged.decided_at) == (RequestState.APPROVED, NOON)
    assert judged.duration == HOUR


def test_judge_approval_counts_to_k() -> None:
    """Two of two: the first yes waits, the second approves."""
    two = Step(by=(SRE,), count=2)
    first = accepted(judge_approval(under(two), yes(), rules(two)))
    second = accepted(judge_approval(first, yes(DAN), rules(two)))
    assert (first.state, second.state) == (RequestState.PENDING, RequestState.APPROVED)


def test_judge_approval_takes_steps_in_order() -> None:
    """A later step's approver waits for the earlier one, and is told whom for."""
    steps = Step(by=(SRE,)), Step(by=(LEADS,))
    early = judge_approval(under(*steps), yes(LEE), rules(*steps))
    first = accepted(judge_approval(under(*steps), yes(), rules(*steps)))
    second = accepted(judge_approval(first, yes(LEE), rules(*steps)))
    assert refused(early) == no.NotAnApprover(could=("team:sre",))
    assert (first.progress.number, second.state) == (1, RequestState.APPROVED)


DANS = Principal(email="dan@example.com")
ROSTER = Roster(members={SRE: (BOB, DAN), DANS: (DAN,)})


def test_judge_approval_refuses_a_yes_that_a_later_step_needs() -> None:
    """Law 5: nobody counts twice, so whoever alone can take the last step does not take the first.

    Else the request would wait for nobody, and say that it waits.
    """
    steps = Step(by=(SRE,)), Step(by=(DANS,))
    people = replace(rules(*steps), roster=ROSTER)
    early = judge_approval(under(*steps), yes(DAN), people)
    first = accepted(judge_approval(under(*steps), yes(BOB), people))
    assert refused(early) == no.NeededLater(could=("team:sre (bob, dan)",))
    assert accepted(judge_approval(first, yes(DAN), people)).state is RequestState.APPROVED


def test_judge_approval_says_who_is_lacking_when_the_rest_cannot_be_had() -> None:
    """Where people left meanwhile no yes is taken that leads nowhere."""
    steps = Step(by=(SRE,), count=2), Step(by=(LEADS,))
    waiting = under(*steps, answers=(yes(DAN),))
    eve = a_person("eve", "sre")
    left = Roster(members={SRE: (BOB, DAN, eve), LEADS: (DAN,)})  # lee was one when dan answered.
    there = replace(left, members={**left.members, LEADS: (DAN, LEE)})
    lacking = refused(judge_approval(waiting, yes(BOB), replace(rules(*steps), roster=left)))
    assert lacking == no.NoPossibleApprover(
        workflow="production", by=("team:leads (dan)",), needed=1, possible=0
    )
    enough = judge_approval(waiting, yes(BOB), replace(rules(*steps), roster=there))
    assert accepted(enough).progress.number == 1


def test_judge_approval_takes_a_yes_where_anybody_may_say_the_next() -> None:
    """A step that is open to everybody uses up nobody."""
    steps = Step(by=(SRE,)), Step(by=(LEADS,))
    anybody = Roster(members={SRE: (BOB,), LEADS: ()}, everyone=frozenset({LEADS}))
    judged = judge_approval(under(*steps), yes(), replace(rules(*steps), roster=anybody))
    assert accepted(judged).progress.number == 1


def test_judge_approval_takes_a_yes_though_people_are_asked_elsewhere_now() -> None:
    """A channel is no term of what is agreed to; the next are asked where the rules say now."""
    two = Step(by=(SRE,), count=2)
    judged = accepted(judge_approval(under(two), yes(), rules(two, channel="C0OTHER")))
    assert judged.asked_in == judged.waits_in == ("C0OTHER",)


@pytest.mark.parametrize(
    ("request_", "approval", "circumstances", "reason"),
    [
        (a_request(), yes(ALICE), given(), no.SelfApproval),
        (a_request(), yes(ALTER_EGO), given(), no.SelfApproval),
        (a_request(), replace(yes(ALTER_EGO), yes=False), given(), no.SelfApproval),
        (a_request(), yes(LEE), given(), no.NotAnApprover),
        (a_request(), replace(yes(LEE), yes=False), given(), no.NotAnApprover),
        (under(Step(by=(SRE,), count=2), answers=(yes(),)), yes(), given(), no.CountedAlready),
        (under(Step(by=(SRE,), count=2), answers=(yes(),)), yes(TWIN), given(), no.CountedAlready),
        (
            under(Step(by=(SRE,)), Step(by=(LEADS,)), answers=(yes(),)),
            yes(),
            given(),
            no.CountedAlready,
        ),
        (a_request(), yes(duration=2 * HOUR), given(), no.NotShorter),
        (a_request(), yes(), given(seen={}), no.ClusterUnavailable),
        (a_request(), yes(), given(timekeeper_at=None), no.NoTimekeeper),
        (a_request(), yes(), given(a_catalog(clusters={})), no.UnknownCluster),
        (a_request(), yes(), given(a_catalog(levels={})), no.UnknownLevel),
        (a_request(), yes(), given(a_catalog(workflows=())), no.NoWorkflow),
        (
            a_request(),
            yes(),
            given(a_catalog(levels={"debug": a_level(role=RoleRef(name="gone"))})),
            no.Lacking,
        ),
        (
            a_request(),
            yes(),
            given(a_catalog(levels={"debug": a_level(namespaces=("team-a",))})),
            no.ConfigurationChanged,
        ),
        (a_request(), yes(), rules(Step(by=(SRE,), count=2)), no.ConfigurationChanged),
        (
            a_request(ask=an_ask(duration=None)),
            yes(),
            rules(default_duration=2 * HOUR),
            no.ConfigurationChanged,
        ),
        (under(self_approval=True), yes(), rules(), no.ConfigurationChanged),
    ],
    ids=["oneself", "one's other account", "no by one's other account", "no approver",
         "no by no approver", "twice", "twice with two accounts", "first step again", "longer",
         "stale", "no timekeeper", "cluster gone", "level gone", "workflow gone", "role gone",
         "other namespaces", "more approvals", "other default", "self-approval taken away"],
)  # fmt: skip
def test_judge_approval_refuses(
    request_: Request, approval: Approval, circumstances: Circumstances, reason: type[Reason]
) -> None:
    """Law 5: every click is judged anew, by the rules of that moment."""
    assert isinstance(refused(judge_approval(request_, approval, circumstances)), reason)


def test_judge_approval_lets_people_approve_themselves_where_a_rule_says_so() -> None:
    """Law 5: nobody approves their own request unless a rule says so."""
    alice = a_person("alice", "engineers", "sre")
    judged = judge_approval(under(self_approval=True), yes(alice), rules(self_approval=True))
    assert accepted(judged).state is RequestState.APPROVED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": RequestState.APPROVED}, ("approved", "bob")),
        ({"state": RequestState.DENIED}, ("denied", "bob")),
        ({"state": RequestState.CANCELLED}, ("cancelled", "alice")),
        ({"state": RequestState.LAPSED}, ("timed out", "")),
        ({"lapses_at": NOON}, ("timed out", "")),
    ],
    ids=["approved", "denied", "cancelled", "lapsed", "about to lapse"],
)
def test_judge_approval_says_what_became_of_a_request_that_is_over(
    fields: Mapping[str, Any], said: tuple[str, str]
) -> None:
    """A click on what is over names its state and who made it so."""
    over = a_request(approvals=(yes(),), **fields)
    reason = refused(judge_approval(over, yes(DAN), given()))
    assert isinstance(reason, no.NotPending)
    assert (reason.state, reason.by) == said


def test_judge_approval_denies_whatever_the_rules_became() -> None:
    """One no of any step's approver denies, with its reason, even in doubt."""
    steps = Step(by=(SRE,)), Step(by=(LEADS,))
    refusal = Approval(by=LEE, at=NOON, yes=False, reason="not now")
    judged = accepted(judge_approval(under(*steps), refusal, given(seen={})))
    assert judged.state is RequestState.DENIED
    assert judged.approvals[-1].reason == "not now"


def test_judge_approval_lets_a_yes_become_a_no_while_others_are_waited_for() -> None:
    """Whoever said yes may still deny."""
    two = Step(by=(SRE,), count=2)
    judged = judge_approval(under(two, answers=(yes(),)), replace(yes(), yes=False), rules(two))
    assert accepted(judged).state is RequestState.DENIED


def test_judge_approval_shortens() -> None:
    """An approver may give less time; an equal one is no lengthening."""
    shorter = accepted(judge_approval(a_request(), yes(duration=HOUR / 2), given()))
    equal = accepted(judge_approval(a_request(), yes(duration=HOUR), given()))
    assert (shorter.duration, equal.duration) == (HOUR / 2, HOUR)


def test_judge_approval_takes_the_catalog_of_the_click() -> None:
    """What is stored is the plan as it was last judged, with that configuration's version."""
    judged = accepted(judge_approval(a_request(), yes(), given(a_catalog(version="v2"))))
    assert judged.plan.version == "v2"


@pytest.mark.parametrize(
    ("approvals", "step", "self_approval", "hold"),
    [
        ((yes(),), Step(by=(SRE,)), False, True),
        ((), Step(by=(SRE,)), False, False),
        ((yes(),), Step(by=(SRE,), count=2), False, False),
        ((yes(), yes(DAN)), Step(by=(SRE,), count=2), False, True),
        ((yes(), yes(TWIN)), Step(by=(SRE,), count=2), False, False),
        ((yes(LEE),), Step(by=(SRE,)), False, False),
        ((yes(ALTER_EGO),), Step(by=(SRE,)), False, False),
        ((yes(ALTER_EGO),), Step(by=(SRE,)), True, True),
    ],
    ids=["enough", "none", "too few", "two", "one person twice", "no approver", "oneself",
         "oneself where allowed"],
)  # fmt: skip
def test_approvals_hold_when_they_meet_the_worker_s_own_rules(
    approvals: tuple[Approval, ...], step: Step, *, self_approval: bool, hold: bool
) -> None:
    """Law 8: the grants worker counts the answers by its own configuration."""
    request = a_request(approvals=approvals)
    plan = a_plan(steps=(step,), self_approval=self_approval)
    assert approvals_hold(request, plan, a_catalog().clusters["prod"]) is hold


@pytest.mark.parametrize(
    ("person", "may"),
    [(BOB, True), (a_person("dan", "engineers"), True), (a_person("carol"), False)],
    ids=["approver", "administrator", "neither"],
)
def test_may_revoke_is_for_approvers_and_administrators(person: Person, *, may: bool) -> None:
    """Approvers of its workflow and administrators end somebody else's lease."""
    assert may_revoke(person, a_request(), a_catalog()) is may
