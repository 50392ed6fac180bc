"""What a workflow makes of the risks of a level: refused, one more step, or shorter."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, RiskRule, Step, Workflow
from daypass.domain.decision import could_revoke
from daypass.domain.deliveries.realisation import ActsAs
from daypass.domain.policy import Allowed, NeedsApproval, Refused, judge
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.groups import lending
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.roles import RoleRef
from tests.builders import (
    SRE,
    a_catalog,
    a_group_level,
    a_lease,
    a_level,
    a_request,
    a_snapshot,
    a_workflow,
    an_ask,
    meanings,
)
from tests.unit.domain.clicks import LEADS, given

SECRETS = meaning((PolicyRule(verbs=("get",), resources=("secrets",)),))
ANYTHING = meaning((PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",)),))
LEAD = Step(by=(LEADS,))
PLAIN = meanings("ClusterRole/view")["ClusterRole/view"]
SUDO = "ClusterRole/daypass-sudo-platform-admins"


def ruled(**rule: object) -> Catalog:
    return a_catalog(workflows=(a_workflow(risk=RiskRule(**rule)),))  # type: ignore[arg-type] # Fields of several types.


def judged(rules: Catalog, means: Meaning, **ask: object) -> NeedsApproval | Allowed | Refused:
    seen = {"prod": a_snapshot(means={"ClusterRole/view": means})}
    return judge(replace(an_ask(), **ask), given(rules, seen=seen))  # type: ignore[arg-type] # As above.


def steps(rules: Catalog, means: Meaning) -> tuple[Step, ...]:
    verdict = judged(rules, means)
    assert not isinstance(verdict, Refused)
    return verdict.plan.steps


@pytest.mark.parametrize("means", [SECRETS, ANYTHING])
def test_judge_refuses_a_risk_that_a_workflow_refuses(means: Meaning) -> None:
    """Whoever can do anything can do that, too."""
    verdict = judged(ruled(refuse=(Risk.SECRETS, Risk.NODES)), means)
    assert isinstance(verdict, Refused)
    assert isinstance(verdict.reasons[0], no.TooRisky)


def test_judge_refuses_nothing_that_leads_nowhere() -> None:
    """A rule about risks is none about other roles; without rules risks refuse nothing."""
    assert steps(ruled(refuse=(Risk.SECRETS,)), PLAIN) == (Step(by=(SRE,)),)
    assert steps(ruled(), ANYTHING) == (Step(by=(SRE,)),)


def test_judge_asks_one_more_step_for_a_risk() -> None:
    """After those that are asked anyway."""
    rules = ruled(asks=(Risk.SECRETS,), step=LEAD)
    assert steps(rules, SECRETS) == (Step(by=(SRE,)), LEAD)
    assert steps(rules, PLAIN) == (Step(by=(SRE,)),)


def test_judge_asks_the_usual_step_once_for_two_levels_of_different_risk() -> None:
    """The grants worker judges each by itself: what it wants is among what was asked."""
    levels = (a_level(), a_level("ops", role=RoleRef(name="ops")))
    rules = replace(ruled(asks=(Risk.SECRETS,), step=LEAD), levels=levels)
    seen = {"prod": a_snapshot(means={"ClusterRole/view": PLAIN, "ClusterRole/ops": SECRETS})}
    verdict = judge(replace(an_ask(), levels=("debug", "ops")), given(rules, seen=seen))
    assert isinstance(verdict, NeedsApproval)
    assert verdict.plan.steps == (Step(by=(SRE,)), LEAD)
    assert [item.risks for item in verdict.plan.items] == [(), (Risk.SECRETS,)]


def test_judge_gives_a_risk_for_a_shorter_time() -> None:
    """The default follows; who asks for more is told the most."""
    rules = ruled(short=(Risk.SECRETS,), most=timedelta(minutes=30))
    verdict = judged(rules, SECRETS, duration=None)
    assert isinstance(verdict, NeedsApproval)
    assert verdict.plan.duration == timedelta(minutes=30)
    longer = judged(rules, SECRETS)
    assert isinstance(longer, Refused)
    assert isinstance(longer.reasons[0], no.DurationTooLong)
    plain = judged(rules, PLAIN)
    assert isinstance(plain, NeedsApproval)
    assert plain.plan.longest == timedelta(hours=4)


def test_facing_risks_never_gives_more_than_the_workflow() -> None:
    """A longer maximum for a risk is none."""
    flow: Workflow = a_workflow(risk=RiskRule(short=(Risk.EXEC,), most=timedelta(days=9)))
    assert flow.facing([Risk.EXEC]).max_duration == flow.max_duration


def test_judge_refuses_a_group_that_nobody_saw() -> None:
    """Law 10: what it is bound to is not known, so neither is whether a rule about risks holds."""
    rules = replace(ruled(refuse=(Risk.SECRETS,)), levels=(a_group_level(),))
    ask = replace(an_ask(), levels=("platform-admins",))
    roles = {name: one for name, one in a_snapshot().means.items() if "Group/" not in name}
    unseen = {"prod": a_snapshot(means=roles)}
    verdict = judge(ask, given(rules, seen=unseen))
    assert isinstance(verdict, Refused)
    assert isinstance(verdict.reasons[0], no.Lacking)


def test_judge_takes_the_risks_of_a_group_from_what_it_is_bound_to() -> None:
    """To act as the group is what was asked for, and no risk of its own."""
    rules = replace(ruled(refuse=(Risk.IMPERSONATION,)), levels=(a_group_level("admins"),))
    act = meaning(lending(ActsAs(user="daypass:admins", group="admins")))
    means = {"ClusterRole/daypass-sudo-admins": act, "Group/admins": SECRETS}
    seen = {"prod": a_snapshot(means=means)}
    verdict = judge(replace(an_ask(), levels=("admins",)), given(rules, seen=seen))
    assert isinstance(verdict, NeedsApproval)
    assert verdict.plan.items[0].risks == (Risk.SECRETS,)


@pytest.mark.parametrize(
    "more",
    [
        PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",)),
        PolicyRule(verbs=("impersonate",), resources=("users",)),
    ],
)
def test_judge_takes_the_risks_of_a_role_that_does_more_than_lend_a_group(more: PolicyRule) -> None:
    """Its holder is bound to it: whoever edits it gives that to all of them."""
    rules = replace(ruled(refuse=(Risk.IMPERSONATION,)), levels=(a_group_level("admins"),))
    act = meaning((*lending(ActsAs(user="daypass:admins", group="admins")), more))
    means = {"ClusterRole/daypass-sudo-admins": act, "Group/admins": PLAIN}
    seen = {"prod": a_snapshot(means=means)}
    verdict = judge(replace(an_ask(), levels=("admins",)), given(rules, seen=seen))
    assert isinstance(verdict, Refused)
    assert isinstance(verdict.reasons[0], no.TooRisky)


def test_whom_a_risk_asks_may_revoke_as_well() -> None:
    """They are approvers of the workflow."""
    flows = (a_workflow(risk=RiskRule(asks=(Risk.SECRETS,), step=LEAD)),)
    plan = a_request().plan
    other = replace(plan.items[0], level="other", workflow="another")
    request = a_request(plan=replace(plan, items=(*plan.items, other)))
    assert LEADS in could_revoke(a_lease(), request, a_catalog(workflows=flows))
