"""An alert fires when what it is about happens: the first time, too, and where nobody works."""

import re
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from daypass.ports import NOTIFICATIONS
from tests.docs.project import ROOT

_RULES: Final = ROOT / "deploy" / "alerts" / "daypass.yaml"
_INCREASE: Final = re.compile(r"increase\((daypass_\w+(?:\{[^}]*\})?)\[(\w+)\]\)")
_SETS: Final = re.compile(r'daypass_oldest_overdue_seconds\{set(=~|!~)"([^"]*)"\}\) > (\d+)')
_DEPTH: Final = re.compile(r"daypass_queue_depth\[\w+\]\)\) > (\d+)")
_COUNTED_AT_ZERO: Final = ("daypass_processes_killed_total", "daypass_processes_died_total")
"""By a supervisor, which serves them for minutes before it kills anybody, or before many died."""


def _rules() -> dict[str, str]:
    groups = YAML(typ="safe").load(_RULES.read_text(encoding="utf-8"))["groups"]
    rules: list[dict[str, Any]] = [rule for group in groups for rule in group["rules"]]
    return {rule["alert"]: " ".join(rule["expr"].split()) for rule in rules}


@pytest.mark.parametrize("alert", [name for name, rule in _rules().items() if "increase(" in rule])
def test_an_alert_fires_for_the_first_that_is_counted(alert: str) -> None:
    """A counter that appears as 1 has increased by nothing: it needs two samples to differ."""
    rule = _rules()[alert]
    for counter, span in _INCREASE.findall(rule):
        twin = f"{counter} unless {counter} offset {span}"
        assert twin in rule or counter in _COUNTED_AT_ZERO, f"{alert} misses the first {counter}"


@pytest.mark.parametrize("waiting", ["prod", "timekeeper", "@timekeeper", NOTIFICATIONS])
def test_an_alert_fires_for_whichever_set_nobody_sees_to(waiting: str) -> None:
    """Who has left keeps what they hold while no notifications worker runs."""
    found = [one for rule in _rules().values() for one in _SETS.findall(rule)]
    named = {how: re.fullmatch(sets, waiting) is not None for how, sets, _ in found}
    told = [how for how, is_named in named.items() if is_named == (how == "=~")]
    assert told == ["=~" if waiting.startswith("@") else "!~"]


def test_an_alert_fires_for_the_one_wake_up_that_waits() -> None:
    """Of a set one is outstanding at most: without a worker a queue does not grow, it stands."""
    [least] = [least for rule in _rules().values() for least in _DEPTH.findall(rule)]
    assert int(least) == 0


def test_an_alert_over_a_rate_looks_back_longer_than_it_waits() -> None:
    """Else what happened once, a burst of late ends, is out of sight before anybody is told."""
    groups = YAML(typ="safe").load(_RULES.read_text(encoding="utf-8"))["groups"]
    for rule in (rule for group in groups for rule in group["rules"]):
        for minutes in re.findall(r" \(?rate\(\w+\[(\d+)m\]\)", rule["expr"]):
            assert int(rule.get("for", "0m").removesuffix("m")) < int(minutes), rule["alert"]
