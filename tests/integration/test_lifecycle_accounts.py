"""Accounts that are not what they were when we last trusted them are nobody (law 5)."""

from collections.abc import Iterator

import pytest

from sandbox.stack import Stack
from tests.talk import ASK
from tests.whole import Whole, restart_bot

pytestmark = pytest.mark.real


@pytest.fixture(scope="module", autouse=True)
def _odd_accounts(running: Stack) -> Iterator[None]:
    """Carol has lost her email, dan has got another, and left the approvers.

    The bot believes Slack's word on an account for a minute; a new process asks anew.
    """
    slack = running.slack
    assert slack.say("dan", "#general", "/access whoami")["ok"]
    slack.wait("dan", "#general", "You are dan")
    slack.change_account("carol", email=None)
    slack.change_account("dan", email="dan.didot@example.com")
    slack.change_usergroup("S0SRE", ["bob"])
    restart_bot(running)
    yield
    slack.change_account("carol", email="carol@example.com")
    slack.change_account("dan", email="dan@example.com")
    slack.change_usergroup("S0SRE", ["bob", "dan"])
    restart_bot(running)


def test_refuses_when_account_has_no_email(whole: Whole) -> None:
    """Without an email nobody is known to a cluster."""
    assert "carol cannot use Daypass" in whole.says("carol", ASK)


def test_refuses_click_when_email_changed_since_it_was_trusted(whole: Whole) -> None:
    """A changed email is nobody until an administrator confirms it; the click changes nothing."""
    request = whole.asks()
    whole.card(request, "Pending")
    answer = whole.clicks("dan", "approve", request)
    assert "dan cannot use Daypass" in answer
    assert not whole.request(request).approvals


def test_refuses_when_nobody_could_approve(whole: Whole) -> None:
    """A request that nobody may answer is not taken; the answer says who would have to."""
    answer = whole.says("bob", ASK)
    assert "Workflow production needs 1 of team:sre (bob)" in answer
    assert "there are 0 who could say yes." in answer


def test_refuses_when_account_is_a_guest(whole: Whole) -> None:
    """Guests are nobody, whatever they ask for."""
    assert "guests of the workspace cannot" in whole.says("eve", ASK)
