"""The rule book: every reason for a no, and what a yes comes to (law 6)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, Cluster, Principal, Step, Workflow
from daypass.domain.circumstances import Circumstances
from daypass.domain.discovery import FRESH
from daypass.domain.epoch import Epoch
from daypass.domain.policy import (
    CLUSTER_WIDE_CAP,
    TIMEKEEPER_SILENCE,
    Allowed,
    NeedsApproval,
    Refused,
    Verdict,
    judge,
)
from daypass.domain.reasons import Reason
from daypass.domain.roles import RoleRef
from daypass.domain.scope import CLUSTER_WIDE, within
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_group_level,
    a_level,
    a_person,
    a_snapshot,
    a_workflow,
    an_ask,
)

LEADS = Principal(team="leads")


def given(catalog: Catalog | None = None, **fields: Any) -> Circumstances:
    default = Circumstances(
        catalog=catalog or a_catalog(),
        now=NOON,
        seen={name: a_snapshot(name) for name in ("prod", "dev")},
        timekeeper_at=NOON,
    )
    return replace(default, **fields)


def with_levels(*levels: Any, **fields: Any) -> Catalog:
    return a_catalog(levels=tuple(levels), **fields)


def refused(verdict: Verdict) -> tuple[Reason, ...]:
    assert isinstance(verdict, Refused)
    return verdict.reasons


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"cluster": "prdo"}, no.UnknownCluster(name="prdo", nearest=("prod",))),
        ({"cluster": "PROD"}, no.UnknownCluster(name="PROD", nearest=("prod",))),
        ({"cluster": "zzzz"}, no.UnknownCluster(name="zzzz", nearest=())),
        ({"levels": ("debuk",)}, no.UnknownLevel(name="debuk", nearest=("debug",))),
        ({"levels": ("zzzz",)}, no.UnknownLevel(name="zzzz", nearest=())),
        (
            {"levels": ("platform-admins",), "cluster": "dev"},
            no.NotOffered(level="platform-admins", cluster="dev", offered_on=("prod",)),
        ),
        (
            {"namespaces": ("team-a",)},
            no.NamespaceNotAllowed(level="debug", namespace="team-a", allowed=("payments",)),
        ),
        (
            {"levels": ("open",), "namespaces": ("payments",)},
            no.NamespaceNotAllowed(level="open", namespace="payments", allowed=("team-*",)),
        ),
        (
            {"levels": ("nodes",), "namespaces": ("team-a",)},
            no.NamespaceNotAllowed(level="nodes", namespace="team-a", allowed=()),
        ),
        ({"levels": ("open",)}, no.NamespaceNeeded(level="open", choose=("team-*",))),
        (
            {"requester": a_person("zoe", "sales")},
            no.NoWorkflow(who="zoe", level="debug", cluster="prod"),
        ),
        ({"reason": ""}, no.ReasonMissing(workflow="production")),
        ({"reason": "  \n"}, no.ReasonMissing(workflow="production")),
        ({"reason": "\u2800"}, no.ReasonMissing(workflow="production")),
        ({"reason": "\u0301"}, no.ReasonMissing(workflow="production")),
        ({"reason": "x" * 5_000}, no.ReasonTooLong(length=5_000, most=1_000)),
        # What is too long to be kept is not searched for secrets: that takes time.
        ({"reason": "glpat-" * 30_000}, no.ReasonTooLong(length=180_000, most=1_000)),
        # Nor are the nearest names of so many levels looked for.
        (
            {"levels": tuple(f"x{n}" for n in range(16))},
            no.TooManyLevels(given=16, most=15),
        ),
        ({"reason": "use xoxb-1234567890-ab"}, no.HoldsSecret(kind="Slack token")),
        (
            {"duration": timedelta(hours=5)},
            no.DurationTooLong(
                asked=timedelta(hours=5), most=timedelta(hours=4), workflow="production"
            ),
        ),
        (
            {"levels": ("open",), "namespaces": ("team-x",)},
            no.Lacking(level="open", cluster="prod", what=("namespace team-x",)),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Reason) else "",
)
def test_judge_refuses_with_the_reason(fields: Mapping[str, Any], reason: Reason) -> None:
    """Law 6: a no is data that names its reason, with the nearest names where one is unknown."""
    verdict = judge(an_ask(**fields), given())
    assert refused(verdict) == (reason,)


def test_judge_finds_every_reason_of_every_level() -> None:
    """Several levels are judged each, and all reasons are told at once."""
    ask = an_ask(levels=("debuk", "open", "debug"), reason="", duration=timedelta(hours=9))
    found = [type(reason) for reason in refused(judge(ask, given()))]
    assert found == [no.UnknownLevel, no.NamespaceNeeded, no.ReasonMissing, no.DurationTooLong]


def test_judge_tells_one_reason_once() -> None:
    """Two levels of one workflow do not double what is wrong with the ask."""
    stale = given(seen={})
    found = refused(judge(an_ask(levels=("debug", "nodes")), stale))
    assert found == (no.ClusterUnavailable(cluster="prod"),)


def test_judge_narrows_a_level_that_holds_in_several_namespaces() -> None:
    """Where a level is fixed it may be had for less."""
    wide = a_level(namespaces=("payments", "team-a"))
    catalog = with_levels(wide)
    narrow = judge(an_ask(namespaces=("team-a",)), given(catalog))
    whole = judge(an_ask(), given(catalog))
    assert isinstance(narrow, NeedsApproval)
    assert isinstance(whole, NeedsApproval)
    assert narrow.plan.items[0].scope == within("team-a")
    assert whole.plan.items[0].scope == within("payments", "team-a")


@pytest.mark.parametrize(
    ("catalog", "what"),
    [
        (with_levels(a_level(role=RoleRef(name="cluster-admin"))), "ClusterRole/cluster-admin"),
        (with_levels(a_level(role=RoleRef(name="system:node"))), "ClusterRole/system:node"),
        (
            with_levels(replace(a_group_level("debug"), group="system:masters")),
            "Group “system:masters”",
        ),
        (with_levels(a_level(namespaces=("kube-system",))), "Access in namespace kube-system"),
        (with_levels(a_level(namespaces=("daypass",))), "Access in namespace daypass"),
        (
            a_catalog(
                clusters={
                    "prod": Cluster(name="prod", labels={"env": "prod"}, username="system:admin")
                }
            ),
            "Access as user “system:admin”",
        ),
    ],
    ids=["cluster-admin", "system role", "system group", "kube namespace", "ours", "system user"],
)
def test_judge_never_grants_what_is_forbidden(catalog: Catalog, what: str) -> None:
    """Law 8: system names, cluster-admin and the control plane are never granted."""
    assert no.Forbidden(what=what) in refused(judge(an_ask(), given(catalog)))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"seen": {}}, no.ClusterUnavailable(cluster="prod")),
        (
            {"now": NOON + FRESH + timedelta(seconds=1), "timekeeper_at": NOON + FRESH},
            no.ClusterUnavailable(cluster="prod"),
        ),
        ({"timekeeper_at": None}, no.NoTimekeeper()),
        ({"now": NOON + TIMEKEEPER_SILENCE + timedelta(seconds=1)}, no.NoTimekeeper()),
    ],
    ids=["never seen", "seen too long ago", "no timekeeper", "timekeeper silent"],
)
def test_judge_refuses_in_doubt(fields: Mapping[str, Any], reason: Reason) -> None:
    """Law 10: nothing is granted while the timekeeper or the cluster's reconcile is silent."""
    assert refused(judge(an_ask(), given(**fields))) == (reason,)


def test_judge_says_that_a_lost_store_is_why_nobody_has_looked() -> None:
    """What was seen is lost with the store: both are told, until the cluster was looked at."""
    epoch = Epoch(id="e", install="main", begun_at=NOON, unproven=frozenset({"prod"}))
    both = (no.ClusterUnavailable(cluster="prod"), no.Restoring(cluster="prod"))
    assert refused(judge(an_ask(), given(seen={}, epoch=epoch))) == both
    assert refused(judge(an_ask(), given(epoch=epoch))) == both[1:]


@pytest.mark.parametrize(("level", "full"), [("nodes", True), ("debug", False)])
def test_judge_caps_leases_that_are_cluster_wide(level: str, *, full: bool) -> None:
    """Only cluster-wide leases are capped, per cluster."""
    verdict = judge(an_ask(levels=(level,)), given(cluster_wide=CLUSTER_WIDE_CAP))
    capped = no.ClusterFull(cluster="prod", most=CLUSTER_WIDE_CAP)
    assert (verdict == Refused(reasons=(capped,))) is full


def test_judge_allows_at_once_when_there_are_no_steps() -> None:
    """A workflow without steps is automatic, and may want no reason."""
    verdict = judge(an_ask(cluster="dev", reason="", duration=None), given())
    assert isinstance(verdict, Allowed)
    assert verdict.plan.duration == timedelta(hours=1)
    assert verdict.plan.workflows == ("development",)


def test_judge_takes_the_first_workflow_that_matches() -> None:
    """Workflows are tried in order; the first decides."""
    first = a_workflow("first", levels=("deb*",), steps=())
    catalog = a_catalog(workflows=(first, *a_catalog().workflows))
    verdict = judge(an_ask(), given(catalog))
    assert isinstance(verdict, Allowed)
    assert verdict.plan.items[0].workflow == "first"


def test_judge_takes_the_strictest_of_several_workflows() -> None:
    """All steps must pass, the shortest maximum and default win, nobody approves themselves."""
    strict = a_workflow(
        "strict",
        levels=("platform-admins",),
        steps=(Step(by=(SRE,)), Step(by=(LEADS,))),
        max_duration=timedelta(minutes=45),
        default_duration=timedelta(hours=2),
        timeout=timedelta(minutes=5),
        channel="C0OTHER",
    )
    easy = a_workflow(self_approval=True)
    ask = an_ask(levels=("debug", "platform-admins", "debug"), duration=None)
    verdict = judge(ask, given(a_catalog(workflows=(strict, easy))))
    assert isinstance(verdict, NeedsApproval)
    plan = verdict.plan
    assert [(item.level, item.scope) for item in plan.items] == [
        ("debug", within("payments")),
        ("platform-admins", CLUSTER_WIDE),
    ]
    assert plan.steps == (Step(by=(SRE,)), Step(by=(LEADS,)))
    assert (plan.duration, plan.longest) == (timedelta(minutes=45), timedelta(minutes=45))
    assert plan.timeout == timedelta(minutes=5)
    assert plan.channels == (("C0APPROVE", "C0OTHER"), ("C0OTHER",))
    assert not plan.self_approval


def test_judge_keeps_equal_steps_of_one_workflow_apart() -> None:
    """Two equal steps of one workflow are two people; those of two workflows share."""
    twice = (Step(by=(SRE,)), Step(by=(SRE,)))
    one = a_workflow("one", levels=("debug",), steps=twice)
    other = a_workflow("other", steps=(Step(by=(SRE,)),), channel="C0OTHER")
    verdict = judge(an_ask(levels=("debug", "nodes")), given(a_catalog(workflows=(one, other))))
    assert isinstance(verdict, NeedsApproval)
    assert verdict.plan.steps == twice
    assert verdict.plan.channels == (("C0APPROVE", "C0OTHER"), ("C0APPROVE",))
    turned = judge(an_ask(levels=("nodes", "debug")), given(a_catalog(workflows=(one, other))))
    assert isinstance(turned, NeedsApproval)
    assert turned.plan.steps == twice
    assert turned.plan.channels == (("C0OTHER", "C0APPROVE"), ("C0APPROVE",))


def test_judge_asks_in_no_channel_twice_and_nowhere_without_one() -> None:
    """The same channel of two workflows is one; a workflow that asks nobody adds none."""
    steps = (Step(by=(SRE,)),)
    one = a_workflow("one", levels=("debug",), steps=steps)
    other = a_workflow("other", levels=("nodes",), steps=(*steps, Step(by=(LEADS,))))
    asks_nobody = a_workflow("automatic", steps=(), channel="C0OTHER")
    asks_nowhere = a_workflow("silent", steps=steps, channel="")

    def channels(*workflows: Workflow) -> tuple[tuple[str, ...], ...]:
        levels = ("debug", "nodes", "platform-admins")
        verdict = judge(an_ask(levels=levels), given(a_catalog(workflows=workflows)))
        assert not isinstance(verdict, Refused), verdict
        return verdict.plan.channels

    assert channels(one, other, asks_nobody) == (("C0APPROVE",), ("C0APPROVE",))
    assert channels(one, asks_nowhere) == (("C0APPROVE",),)
    assert channels(asks_nowhere) == ((),)
    assert channels(asks_nobody) == ()


def test_judge_is_pure() -> None:
    """Law 6: the same ask under the same circumstances has the same verdict."""
    assert judge(an_ask(), given()) == judge(an_ask(), given())


def test_judge_names_unknown_levels_beside_an_unknown_cluster() -> None:
    """Everything that is mistyped is told at once."""
    found = refused(judge(an_ask(cluster="prdo", levels=("debuk", "debug", "debuk")), given()))
    assert found == (
        no.UnknownCluster(name="prdo", nearest=("prod",)),
        no.UnknownLevel(name="debuk", nearest=("debug",)),
    )
