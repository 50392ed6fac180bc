"""Who ends somebody else's lease, and who sees a request."""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.decision import may_revoke, may_see
from daypass.domain.people import Person
from daypass.domain.request import Item
from daypass.domain.scope import within
from tests.builders import a_catalog, a_lease, a_person, a_plan, a_request, a_workflow

BOB, CAROL = a_person("bob", "sre"), a_person("carol")
DAN, LEE = a_person("dan", "engineers"), a_person("lee", "leads")
OF_LEADS = (Step(by=(Principal(team="leads"),)),)
PLAN = a_plan()
TWO = a_request(
    plan=replace(
        PLAN,
        items=(*PLAN.items, Item(level="nodes", scope=within(), workflow="admins")),
        steps=(*PLAN.steps, *OF_LEADS),
    )
)
"""A request for debug, which sre approve, and for nodes, which leads approve."""


@pytest.mark.parametrize(
    ("person", "may"),
    [(BOB, True), (DAN, True), (CAROL, False)],
    ids=["approver", "administrator", "neither"],
)
def test_may_revoke_is_for_approvers_and_administrators(person: Person, *, may: bool) -> None:
    """Approvers of its workflow and administrators end somebody else's lease."""
    assert may_revoke(person, a_lease(), a_request(), catalog=a_catalog()) is may


def rules(*names: str) -> Catalog:
    """Return the configuration with these workflows."""
    flows = (a_workflow(), a_workflow("admins", levels=("nodes",), steps=OF_LEADS))
    return a_catalog(workflows=tuple(flow for flow in flows if flow.name in names))


@pytest.mark.parametrize("workflow", ["production", "renamed"])
def test_may_revoke_is_for_its_approvers_whatever_was_written_over_the_plan(workflow: str) -> None:
    """Who may write to the store takes the revoke button from nobody (laws 3 and 8)."""
    emptied = replace(PLAN, items=(replace(PLAN.items[0], workflow=workflow),), steps=())
    request = a_request(plan=emptied)
    assert may_revoke(BOB, a_lease(), request, catalog=a_catalog())


@pytest.mark.parametrize("level", ["debug", "nodes"])
def test_may_revoke_is_not_for_approvers_of_another_workflow(level: str) -> None:
    """Two workflows in one request: whoever approves one of them decides on its leases alone."""
    lease, catalog = a_lease(level=level), rules("production", "admins")
    may = [may_revoke(person, lease, TWO, catalog=catalog) for person in (BOB, LEE, DAN)]
    assert may == [level == "debug", level == "nodes", True]


@pytest.mark.parametrize("level", ["nodes", "unheard-of"])
def test_may_revoke_is_for_all_approvers_where_the_workflow_is_gone(level: str) -> None:
    """Doubt means yes for revoking: nobody is kept from it by a new configuration."""
    lease, catalog = a_lease(level=level), rules("production")
    may = [may_revoke(person, lease, TWO, catalog=catalog) for person in (BOB, LEE, CAROL)]
    assert may == [True, True, False]


def test_may_see_is_for_everybody_who_decides_on_some_of_it() -> None:
    """A request is approved as a whole, so all of its approvers read it, and its requester."""
    catalog = rules("production", "admins")
    people = (a_person(), BOB, LEE, DAN, CAROL)
    assert [may_see(one, TWO, catalog) for one in people] == [True, True, True, True, False]
