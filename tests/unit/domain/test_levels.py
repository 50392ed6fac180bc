"""One name means one thing on a cluster, and may mean another elsewhere, or nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.kubernetes.guard_roles import offered
from daypass.domain import reasons as no
from daypass.domain.catalog import Level, Selector
from daypass.domain.discovery import wanted
from daypass.domain.levels import clusters_with, level_on, levels_on, names_of
from daypass.domain.policy import Allowed, Refused, judge
from daypass.domain.roles import RoleRef
from daypass.domain.scope import CLUSTER_WIDE, within
from daypass.domain.sight import sight_of
from tests.builders import a_catalog, a_level, a_person, a_snapshot, an_ask
from tests.unit.domain.test_policy import given

READS = a_level(clusters=Selector(names=("prod",)))
EDITS = a_level(
    clusters=Selector(names=("dev",)), role=RoleRef(name="edit"), namespaces=(), cluster_wide=True
)
ONLY = a_level("only", clusters=Selector(names=("dev",)))
RULES = a_catalog(levels=(READS, EDITS, ONLY))


def test_level_is_what_its_cluster_says() -> None:
    """Never what the name means elsewhere (law 8)."""
    assert [level_on(one, "debug", RULES) for one in ("prod", "dev", "gone")] == [
        READS,
        EDITS,
        None,
    ]
    assert [levels_on(one, RULES) for one in ("prod", "dev", "gone")] == [
        (READS,),
        (EDITS, ONLY),
        (),
    ]
    assert level_on("prod", "only", RULES) is None
    assert names_of(RULES) == ("debug", "only")
    assert [one.name for one in clusters_with("debug", RULES)] == ["prod", "dev"]
    assert [one.name for one in clusters_with("only", RULES)] == ["dev"]


class Read:
    """Levels that count how often they are gone through."""

    def __init__(self, *levels: Level) -> None:
        self.levels, self.times = levels, 0

    def __iter__(self) -> Iterator[Level]:
        """Go through them once more."""
        self.times += 1
        return iter(self.levels)


def test_where_a_name_is_offered_takes_one_reading_of_all_levels() -> None:
    """Not one for each cluster: a refusal names them, for each level that was asked for."""
    levels: Any = Read(READS, EDITS, ONLY)
    rules = replace(RULES, levels=levels)
    assert [one.name for one in clusters_with("debug", rules)] == ["prod", "dev"]
    assert levels.times == 1


@pytest.mark.parametrize(
    ("cluster", "gives", "scope"),
    [
        ("prod", "ClusterRole/view", within("payments")),
        ("dev", "ClusterRole/edit", CLUSTER_WIDE),
    ],
)
def test_judge_gives_what_the_name_means_there(cluster: str, gives: str, scope: object) -> None:
    """The plan says it, and so what people say yes to."""
    seen = {cluster: a_snapshot(cluster, means={gives: next(iter(a_snapshot().means.values()))})}
    verdict = judge(an_ask(cluster=cluster), given(RULES, seen=seen))
    assert not isinstance(verdict, Refused)
    (item,) = verdict.plan.items
    assert (item.level, item.gives, item.scope) == ("debug", gives, scope)
    assert isinstance(verdict, Allowed) == (cluster == "dev")


def test_judge_says_where_a_name_means_something() -> None:
    """That it is nowhere is another answer than that it is elsewhere."""
    assert judge(an_ask(levels=("only",)), given(RULES)) == Refused(
        reasons=(no.NotOffered(level="only", cluster="prod", offered_on=("dev",)),)
    )
    assert judge(an_ask(levels=("others",)), given(RULES)) == Refused(
        reasons=(no.UnknownLevel(name="others", nearest=()),)
    )


def test_what_a_name_means_elsewhere_is_neither_looked_at_nor_bound_nor_seen() -> None:
    """Law 8: on prod nobody may bind, read of, or learn what debug is on dev."""
    assert wanted(RULES, "prod").cluster_roles == {"view"}
    assert wanted(RULES, "dev").cluster_roles == {"view", "edit"}
    assert offered(RULES, "prod") == [READS]
    seen = sight_of(a_person(), RULES.clusters["prod"], RULES)
    assert seen.roles == {RoleRef(name="view")}
