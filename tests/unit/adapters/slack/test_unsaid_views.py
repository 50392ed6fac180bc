"""What Slack does not take is told with its place, its reason, what mends it, and another way."""

from dataclasses import replace

import pytest

from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.remedies import REMEDIES
from daypass.adapters.slack.views.render import render
from daypass.domain.catalog import Step
from daypass.domain.ids import LeaseId
from daypass.domain.notification import Notification, Topic, Unsaid
from daypass.domain.request import Request, RequestState
from daypass.domain.risk import Risk
from tests.builders import NOON, SRE, a_plan, a_request
from tests.unit.adapters.slack.examples import a_denied, a_scene, a_yes, read

FOUND = Unsaid(
    request=a_request().id,
    to=("C0APPROVE", "U0ALICE", "#odd name"),
    why=REMEDIES["not_in_channel"],
    since=NOON,
    unasked=("C0APPROVE", "#odd name"),
)


def said(request: Request, to: str, unsaid: Unsaid | None) -> str:
    """Return what one of them reads."""
    told = Notification(
        key="direct:unsaid", topic=Topic.UNSAID, to=to, request=request, leases=(), unsaid=unsaid
    )
    message = render(told, a_scene())
    assert not check_message(message)
    return read(message)


def test_requester_reads_where_why_and_what_works_meanwhile() -> None:
    """Whoever waits can mend it, or have it approved by typing."""
    told = said(a_request(), "U0ALICE", FOUND)
    assert "Nobody is asked yet" in told
    assert "Slack takes no message in <#C0APPROVE>, <@U0ALICE>, #odd name." in told
    assert "invite it there" in told
    assert f"/access approve {a_request().id}" in told


def test_line_that_says_yes_without_the_card_comes_with_what_the_card_would_warn_of() -> None:
    """And with where all of it stands: an administrator who may approve reads no more."""
    items = tuple(replace(item, risks=(Risk.SECRETS,)) for item in a_plan().items)
    told = said(a_request(plan=a_plan(items=items)), "U0DAN", FOUND)
    assert "whoever has this can read secrets" in told
    assert f"/access status {a_request().id}" in told


@pytest.mark.parametrize(
    ("refused", "word"),
    [
        (("C0B", "C0C"), "*Nobody is asked yet*"),
        (("C0B",), "*Not everybody is asked yet*"),
        (("C0A",), "*Not told*"),
    ],
)
def test_requester_reads_whether_those_who_are_waited_for_are_asked(
    refused: tuple[str, ...], word: str
) -> None:
    """A channel that refuses is named; one whose people said yes before holds nobody up."""
    steps, channels = (Step(by=(SRE,)),) * 2, (("C0A",), ("C0B", "C0C"))
    waits = a_request(plan=a_plan(steps=steps, channels=channels), approvals=(a_yes(),))
    told = said(waits, "U0ALICE", replace(FOUND, to=refused, unasked=refused))
    assert word in told
    assert f"no message in {', '.join(f'<#{one}>' for one in refused)}." in told
    assert f"/access approve {waits.id}" in told
    assert "The card is in <#C0A>, <#C0B>, <#C0C>." in said(waits, "U0ALICE", None)


def test_card_that_stands_asks_although_slack_takes_nothing_beside_it() -> None:
    """That nobody is asked would not be so: whoever read it may answer by its buttons."""
    told = said(a_request(), "U0ALICE", replace(FOUND, unasked=()))
    assert "Nobody is asked" not in told
    assert "*Not told*" in told


def test_administrator_reads_whose_request_it_is() -> None:
    """An administrator asked for nothing: the message says who did."""
    assert "for <@U0ALICE>" in said(a_request(), "U0DAN", FOUND)
    assert "for <@U0ALICE>" not in said(a_request(), "U0ALICE", FOUND)


def test_message_says_so_once_nothing_is_in_the_way() -> None:
    """What was true once is not left standing."""
    told = said(a_request(), "U0ALICE", None)
    assert "Asked now" in told
    assert "<#C0APPROVE>" in told
    assert "Slack takes its messages again" in said(a_denied(), "U0DAN", None)


def test_message_about_what_was_approved_says_no_state_that_does_not_last() -> None:
    """It was typed meanwhile, and the access granted, or longer: of that other messages tell."""
    approved = a_request(approvals=(a_yes(),)).moved_to(RequestState.APPROVED, NOON)
    for request in (approved, replace(approved, extends=LeaseId("k7q2m9x4t1be-1"))):
        told = said(request, "U0ALICE", None)
        assert "Slack takes its messages again" in told
        assert not any(word in told for word in ("Granting", "Not extended"))


def test_message_offers_no_approval_of_what_is_decided() -> None:
    """There is nothing to type any more."""
    told = said(a_denied(), "U0DAN", FOUND)
    assert "Not told" in told
    assert "approve" not in told.replace("C0APPROVE", "")


@pytest.mark.parametrize("why", [*REMEDIES.values(), "x" * 5_000])
def test_message_fits_whatever_slack_said(why: str) -> None:
    """The message that says what Slack refuses is not refused itself."""
    many = replace(FOUND, why=why, to=tuple(f"C{number}" for number in range(60)))
    assert said(a_request(), "U0ALICE", many)
