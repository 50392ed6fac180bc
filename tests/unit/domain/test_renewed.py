"""A yes is for what a level allowed when it was said: what it allows now is asked anew (law 5)."""

from dataclasses import replace
from datetime import timedelta

from daypass.domain import reasons as no
from daypass.domain.approvers import approvals_hold
from daypass.domain.catalog import RiskRule, Step
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import READING, Renewed, judge_approval
from daypass.domain.policy import NeedsApproval, judge
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.request import Request, RequestState
from daypass.domain.roles import RoleRef
from daypass.domain.yields import approvers_of
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_level,
    a_plan,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
    meanings,
)
from tests.unit.domain.clicks import BOB, DAN, HOUR, accepted, given, refused, under, yes

SECRETS = meaning((PolicyRule(verbs=("get",), resources=("secrets",)),))
TWO = Step(by=(SRE,), count=2)
LATER = NOON + timedelta(minutes=1)


def changed(step: Step | None = None) -> Circumstances:
    """The role lets people read secrets by now."""
    seen = {"prod": a_snapshot(means={"ClusterRole/view": SECRETS}, taken_at=LATER)}
    rules = a_catalog(workflows=(a_workflow(steps=(step or Step(by=(SRE,)),)),))
    return replace(given(rules), now=LATER, timekeeper_at=LATER, seen=seen)


def renewed(request: Request, how: Circumstances) -> Renewed:
    judged = judge_approval(request, replace(yes(DAN), at=how.now), how)
    assert isinstance(judged, Renewed)
    return judged


def test_a_yes_waits_anew_when_the_role_was_changed_since_it_was_asked_for() -> None:
    """Law 5: nobody says yes to what they did not read; the request says what it is now."""
    anew = renewed(a_request(), changed())
    assert anew.request.state is RequestState.PENDING
    assert anew.request.approvals == ()
    [item] = anew.request.plan.items
    assert item.risks == (Risk.SECRETS,)
    assert anew.request.renewed_at == LATER
    assert str(anew.why).startswith(
        "What debug allows was changed on the cluster; new is that one can read secrets."
    )


def test_a_yes_to_what_it_was_before_is_void_and_stays_on_record() -> None:
    """Two have to say yes: the first did, to something else."""
    anew = renewed(under(TWO, answers=(yes(),)), changed(TWO)).request
    assert [one.by for one in anew.void] == [BOB]
    assert anew.progress.given == 0
    assert approvers_of(anew) == ()
    assert not approvals_hold(anew, anew.plan, changed(TWO).catalog)


def test_whoever_said_yes_before_may_say_it_anew() -> None:
    """It counts once for each thing that it was said to."""
    anew = renewed(under(TWO, answers=(yes(),)), changed(TWO)).request
    then = LATER + HOUR / 2
    how = replace(changed(TWO), now=then, timekeeper_at=then)
    how = replace(how, seen={"prod": replace(how.seen["prod"], taken_at=then)})
    again = accepted(judge_approval(anew, replace(yes(), at=then), how))
    assert again.progress.given == 1
    assert len(again.approvals) == 2
    assert isinstance(
        refused(judge_approval(again, replace(yes(), at=then), how)), no.CountedAlready
    )


def test_nobody_says_yes_before_they_can_have_read_it() -> None:
    """A click on the card as it was a moment ago is none on what it says now."""
    anew = renewed(a_request(), changed()).request
    soon = replace(changed(), now=LATER + READING)
    assert isinstance(refused(judge_approval(anew, yes(DAN), soon)), no.ReadAgain)
    after = replace(changed(), now=LATER + READING + timedelta(seconds=1))
    said = replace(yes(DAN), at=after.now)
    assert accepted(judge_approval(anew, said, after)).state is RequestState.APPROVED


def test_less_time_that_somebody_gave_stays_less_when_the_role_changes() -> None:
    """Their yes is void, and nobody gave more."""
    anew = renewed(under(TWO, answers=(yes(duration=HOUR / 2),)), changed(TWO)).request
    assert anew.duration == HOUR / 2


def test_a_change_of_rules_and_role_at_once_is_to_be_asked_for_again() -> None:
    """Other steps are no other role; the same under another version of the rules is."""
    other = changed(TWO)
    other = replace(other, catalog=replace(other.catalog, version="v2"))
    assert isinstance(refused(judge_approval(a_request(), yes(), other)), no.ConfigurationChanged)
    same = changed()
    same = replace(same, catalog=replace(same.catalog, version="v2"))
    assert renewed(a_request(), same).request.plan.version == "v2"


def test_what_was_asked_for_before_meanings_were_noted_is_asked_anew() -> None:
    """An empty digest is none that anybody read."""
    plan = a_plan(items=tuple(replace(one, meaning="") for one in a_plan().items))
    judged = judge_approval(a_request(plan=plan), yes(), given())
    assert isinstance(judged, Renewed)
    assert "new is" not in str(judged.why)


def test_a_change_of_one_level_of_two_is_said_of_that_one() -> None:
    """The other is as it was, and the request waits as a whole."""
    levels = (
        a_level(),
        a_level("ops", role=RoleRef(name="ops")),
    )
    rules = a_catalog(levels=levels)
    before = a_snapshot(means=meanings("ClusterRole/view", "ClusterRole/ops"))
    ask = an_ask(levels=("debug", "ops"))
    verdict = judge(ask, given(rules, seen={"prod": before}))
    assert isinstance(verdict, NeedsApproval)
    after = replace(before, means={**before.means, "ClusterRole/ops": SECRETS})
    anew = judge_approval(
        a_request(ask=ask, plan=verdict.plan), yes(), given(rules, seen={"prod": after})
    )
    assert isinstance(anew, Renewed)
    assert isinstance(anew.why, no.RoleChanged)
    [said] = anew.why.changes
    assert said.startswith("What ops allows")


def test_what_nobody_has_to_approve_any_more_is_given_by_the_yes_that_came() -> None:
    """Only its risk asked for a yes, and is gone: waiting anew, it would wait for nobody."""
    flow = a_workflow(steps=(), risk=RiskRule(asks=(Risk.SECRETS,), step=Step(by=(SRE,))))
    rules = a_catalog(workflows=(flow,))
    risky = {"prod": a_snapshot(means={"ClusterRole/view": SECRETS})}
    verdict = judge(an_ask(), given(rules, seen=risky))
    assert isinstance(verdict, NeedsApproval)
    found = accepted(
        judge_approval(a_request(plan=verdict.plan), yes(duration=HOUR / 2), given(rules))
    )
    assert found.state is RequestState.APPROVED
    assert (found.plan.steps, found.duration) == ((), HOUR / 2)
    assert [item.risks for item in found.plan.items] == [()]
