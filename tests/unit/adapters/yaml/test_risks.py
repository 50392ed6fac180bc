"""Rules about risks as they are written: read, refused where they say nothing, and told apart."""

import json
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.yaml.convert import workflow
from daypass.adapters.yaml.schema import WorkflowModel
from daypass.domain.catalog import Principal, RiskRule, Step
from daypass.domain.risk import Risk
from tests.unit.adapters.yaml.example import RIGHT, edited, faults_of

WRITTEN: dict[str, Any] = {
    "refuse": ["nodes"],
    "extra_step": {"for": ["secrets", "exec"], "by": ["team:sre"]},
    "max": {"for": ["secrets"], "duration": "30m"},
}


def test_risk_rules_are_read_as_they_are_written() -> None:
    """Each part by itself may be left out."""
    plain = {
        "name": "w",
        "match": {"clusters": ["*"]},
        "requesters": ["team:sre"],
        "approve": [],
        "duration": {"default": "1h", "max": "4h"},
    }
    assert workflow(WorkflowModel.model_validate(plain)).risk == RiskRule()
    ruled = workflow(WorkflowModel.model_validate({**plain, "risk": WRITTEN}))
    assert ruled.risk == RiskRule(
        refuse=(Risk.NODES,),
        asks=(Risk.SECRETS, Risk.EXEC),
        step=Step(by=(Principal(team="sre"),)),
        short=(Risk.SECRETS,),
        most=timedelta(minutes=30),
    )


@pytest.mark.parametrize(
    ("part", "value", "fault"),
    [
        ("refuse", ["fire"], "“fire” is no risk; write one of everything, impersonation"),
        ("extra_step", {"for": ["nodes"], "by": ["team:sre"]}, "“nodes” is refused already"),
        ("extra_step", {"for": [], "by": ["team:sre"]}, "names no risk"),
        ("extra_step", {"for": ["exec"], "by": []}, "names nobody"),
        ("extra_step", {"by": ["team:sre"]}, "has no for; add it"),
        ("max", {"for": ["secrets"], "duration": "9h"}, "is no less than the workflow's max"),
    ],
)
def test_risk_rules_that_cannot_be_meant_are_faults(part: str, value: object, fault: str) -> None:
    """With the place, and what would be right."""
    rules = json.dumps({**WRITTEN, part: value})
    duration = "    duration: {default: 1h, max: 4h}\n"
    assert duration in RIGHT
    found = faults_of(edited(duration, f"{duration}    risk: {rules}\n"))
    assert any(fault in one and "risk" in one for one in found)
