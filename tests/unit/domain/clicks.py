"""A click on a request at noon, and how it is judged."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import Renewed
from daypass.domain.people import Person
from daypass.domain.policy import Refused
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Request
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_person,
    a_plan,
    a_request,
    a_snapshot,
    a_workflow,
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


def refused(judged: Request | Renewed | Refused) -> Reason:
    assert isinstance(judged, Refused)
    (reason,) = judged.reasons
    return reason


def accepted(judged: Request | Renewed | Refused) -> Request:
    assert isinstance(judged, Request)
    return judged
