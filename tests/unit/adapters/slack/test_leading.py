"""What levels lead to, and that they were changed, stands whole on the card."""

from dataclasses import replace
from datetime import timedelta

from daypass.adapters.slack.views.card import card
from daypass.adapters.slack.views.leading import can
from daypass.adapters.slack.views.lists import requests
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.thread import thread_post
from daypass.domain.catalog import Step
from daypass.domain.decision import READING
from daypass.domain.ids import lease_id
from daypass.domain.notification import Topic, notifications
from daypass.domain.request import Approval
from daypass.domain.risk import Risk
from daypass.usecases.requests.browse import Requests
from tests.builders import NOON, SRE, a_catalog, a_person, a_plan, a_request

SCENE = Scene(command="/access", catalog=a_catalog())


def test_can_names_each_risk_once_and_the_worst_first() -> None:
    """In words that follow "can"; nothing where there is none."""
    assert can([Risk.EXEC, Risk.SECRETS, Risk.EXEC]) == "can read secrets and run commands in pods"
    assert can([]) == ""


def test_a_card_says_what_a_level_leads_to() -> None:
    """Whoever says yes reads it; a level that leads nowhere says nothing of it."""
    items = tuple(replace(item, risks=tuple(Risk)[1:]) for item in a_plan().items)
    said = str(card(a_request(plan=a_plan(items=items)), (), SCENE))
    assert "Leads further" in said
    assert "change the API itself" in said
    assert "Leads further" not in str(card(a_request(), (), SCENE))


def test_a_list_from_which_people_approve_says_what_a_request_leads_to() -> None:
    """Its line says yes without the card: what it would say in warning stands there, too."""
    items = tuple(replace(item, risks=(Risk.SECRETS,)) for item in a_plan().items)
    changed = a_request(plan=a_plan(items=items), renewed_at=NOON + timedelta(minutes=1))
    said = str(requests(Requests(mine=(), waiting=(changed,)), SCENE))
    assert "Leads further:* whoever has this can read secrets" in said
    assert "was changed on the cluster* (seen" in said


def test_a_card_says_that_a_yes_is_void_since_the_role_was_changed() -> None:
    """And whose it was; with none before it, only that it was changed."""
    changed = replace(a_request(), renewed_at=NOON + timedelta(minutes=1))
    assert "was changed on the cluster* (seen" in str(card(changed, (), SCENE))
    yes = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
    void = replace(changed, approvals=(yes,))
    said = str(card(void, (), SCENE))
    assert "after <@U0BOB> said yes" in said
    assert "approved by" not in said


def test_a_thread_counts_no_yes_that_is_void() -> None:
    """Bob said yes, the role was changed, Bob said yes again: that is one of two."""
    changed = NOON + timedelta(minutes=1)
    yes = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
    plan = a_plan(steps=(Step(by=(SRE,), count=2),))
    request = a_request(
        plan=plan, renewed_at=changed, approvals=(yes, replace(yes, at=changed + READING * 2))
    )
    found = [one for one in notifications(request, (), NOON) if one.topic is Topic.ANSWERED]
    said = [str(thread_post(one, SCENE)["text"]) for one in found]
    assert said == [
        "Approved by <@U0BOB>, before that: what this gives was changed on the cluster.",
        "Approved by <@U0BOB>: 1 of 2.",
    ]


def test_a_card_for_more_time_says_what_may_have_made_a_yes_void() -> None:
    """Somebody took time off the lease, or its role was changed: it does not say which."""
    more = a_request(renewed_at=NOON + timedelta(minutes=1), extends=lease_id(a_request().id, 1))
    said = str(card(more, (), SCENE))
    assert "*The lease was shortened, or what it gives was changed on the cluster* (seen" in said
