"""An answer to a request, judged anew at each click (law 5)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.approvers import approvals_hold
from daypass.domain.catalog import Step, Team
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import judge_approval
from daypass.domain.ids import RequestId, lease_id
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Request, RequestState
from daypass.domain.roles import RoleRef
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_level,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    an_ask,
    meanings,
)
from tests.unit.domain.clicks import (
    ALICE,
    ALTER_EGO,
    BOB,
    DAN,
    HOUR,
    LEADS,
    LEE,
    TWIN,
    accepted,
    given,
    refused,
    rules,
    under,
    yes,
)


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
        (a_request(), yes(), given(a_catalog(levels=())), no.UnknownLevel),
        (a_request(), yes(), given(a_catalog(workflows=())), no.NoWorkflow),
        (
            a_request(),
            yes(),
            given(a_catalog(levels=(a_level(role=RoleRef(name="gone")),))),
            no.Lacking,
        ),
        (
            a_request(),
            yes(),
            given(a_catalog(levels=(a_level(namespaces=("team-a",)),))),
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
        ({"state": RequestState.APPROVED}, ("approved", "U0BOB")),
        ({"state": RequestState.DENIED}, ("denied", "U0BOB")),
        ({"state": RequestState.CANCELLED}, ("cancelled", "U0ALICE")),
        ({"state": RequestState.LAPSED}, ("timed out", "")),
        ({"lapses_at": NOON}, ("timed out", "")),
        (
            {
                "state": RequestState.LAPSED,
                "extends": lease_id(RequestId("k7q2m9x4t1bd"), 1),
                "decided_at": NOON,
            },
            ("over: what it asked more time for has ended", ""),
        ),
    ],
    ids=["approved", "denied", "cancelled", "lapsed", "about to lapse", "pointless"],
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
    assert approvals_hold(request, plan, a_catalog()) is hold


def test_approvals_hold_for_no_cluster_that_there_is_not() -> None:
    """A stored request may name anything; nobody is compared by another cluster's usernames."""
    request = a_request(ask=an_ask(cluster="nowhere"), approvals=(yes(BOB),))
    assert not approvals_hold(request, a_plan(), a_catalog())


def test_approvals_hold_for_those_only_whom_the_configuration_lists() -> None:
    """Law 8: of a team that lists its people the store's word on its members counts for nothing."""
    listed = Team(name="sre", emails=frozenset({"dan@example.com"}))
    catalog = a_catalog(teams={"sre": listed})
    plan = a_plan(steps=(Step(by=(SRE,)),))
    assert not approvals_hold(a_request(approvals=(yes(BOB),)), plan, catalog)
    assert approvals_hold(a_request(approvals=(yes(DAN),)), plan, catalog)


def test_judge_approval_refuses_a_yes_to_what_a_level_was_before() -> None:
    """Law 5: a yes is for the role that people read; another one has to be asked for again."""
    edit = a_catalog(levels=(a_level(role=RoleRef(name="edit")),))
    seen = {"prod": a_snapshot(means=meanings("ClusterRole/view", "ClusterRole/edit"))}
    judged = judge_approval(a_request(), yes(), given(edit, seen=seen))
    assert isinstance(refused(judged), no.ConfigurationChanged)
