"""The alerting rules are PromQL over metrics that exist, and each is explained."""

import re
from typing import Any, Final

import promql_parser
import pytest
from prometheus_client import CollectorRegistry
from ruamel.yaml import YAML

from daypass.adapters.prometheus.meters import (
    Meters,
    count_died,
    count_killed,
    foreign_jobs,
    measure_silence,
    unseen_holders,
)
from daypass.adapters.prometheus.state import State
from daypass.adapters.prometheus.trail import TrailState
from tests.builders import a_world
from tests.docs.project import ROOT

_RULES: Final = ROOT / "deploy" / "alerts" / "daypass.yaml"
_PAGE: Final = ROOT / "docs" / "howto" / "alerts.md"
_METRIC: Final = re.compile(r"\bdaypass_\w+")


def _rules() -> list[dict[str, Any]]:
    groups = YAML(typ="safe").load(_RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _families() -> dict[str, str]:
    """Return every metric by the name that samples have, with its kind."""
    world, registry = a_world(), CollectorRegistry()
    Meters(registry)
    measure_silence(registry, lambda: 0.0)
    foreign_jobs(registry)
    unseen_holders(registry)
    count_killed(registry)
    count_died(registry)
    registry.register(State(world.ledger, lambda: {"grants": 0}, TrailState(world.trail).measured))
    found = {}
    for family in registry.collect():
        suffix = {"counter": "_total", "histogram": "_bucket"}.get(family.type, "")
        found[f"{family.name}{suffix}"] = family.type
    return found


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_is_promql_over_what_is_measured(rule: dict[str, Any]) -> None:
    """A rule with a misspelt metric would never fire, and nobody would notice."""
    promql_parser.parse(rule["expr"])
    named = set(_METRIC.findall(rule["expr"]))
    assert named
    assert named <= _families().keys()
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"].keys() == {"summary", "description"}


def test_every_alert_and_metric_is_explained() -> None:
    """Whoever is paged finds what it means and what to do."""
    page = _PAGE.read_text(encoding="utf-8")
    unnamed = [rule["alert"] for rule in _rules() if rule["alert"] not in page]
    assert not unnamed, f"docs/howto/alerts.md does not name {unnamed}"
    documented = set(_METRIC.findall(page))
    measured = {name.removesuffix("_bucket") for name in _families()}
    assert documented == measured
