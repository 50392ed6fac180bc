"""`SlackHolders` on the emulator: asked afresh, within Slack's limits, and never guessing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.slack.holders import PER_MINUTE, SlackHolders
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import PersonId
from tests.builders import NOON
from tests.contract.emulated_slack import EmulatedSlack, emulated_slack

ALICE, BOB, DAN = (PersonId(f"U0{name}") for name in ("ALICE", "BOB", "DAN"))
FRESH = timedelta(seconds=15)
A_DAY = timedelta(days=1)
AT_ONCE = int(PER_MINUTE * FRESH / timedelta(minutes=1))


class Registry:
    """Who holds leases, as the notifications worker asks for them."""

    def __init__(self, slack: EmulatedSlack) -> None:
        self.slack = slack
        self.clock = MemoryClock(NOON)
        self.holders = SlackHolders(slack.web, self.clock.now, FRESH)

    def calls(self, method: str) -> int:
        """Count the calls of a method that reached Slack."""
        return sum(one["name"] == method for one in self.slack.hands.traffic())


@pytest.fixture
def registry() -> Iterator[Registry]:
    """Run an emulator for one registry."""
    with emulated_slack() as slack:
        yield Registry(slack)


def test_profile_is_asked_for_each_time(registry: Registry) -> None:
    """Who was deactivated a moment ago is so in the next look."""
    before = registry.holders.profile(ALICE)
    registry.slack.hands.change_account(ALICE, deleted=True)
    after = registry.holders.profile(ALICE)
    assert before is not None
    assert after is not None
    assert (before.deactivated, after.deactivated) == (False, True)
    assert not before.foreign
    assert registry.calls("auth.test") == 1


def test_profile_comes_from_the_list_when_many_are_looked_at(registry: Registry) -> None:
    """More questions than Slack takes become one list, which is read again when it is old."""
    for _ in range(AT_ONCE * 3):
        assert registry.holders.profile(ALICE) is not None
    assert (registry.calls("users.info"), registry.calls("users.list")) == (AT_ONCE, 1)
    registry.slack.hands.change_account(BOB, deleted=True)
    registry.clock.advance(FRESH)
    for _ in range(AT_ONCE + 1):
        bob = registry.holders.profile(BOB)
        assert bob is not None
        assert bob.deactivated
    assert (registry.calls("users.info"), registry.calls("users.list")) == (AT_ONCE * 2, 2)


def test_profile_of_whom_the_list_lacks_is_asked_for(registry: Registry) -> None:
    """The list is of our workspace only: who is missing in it may still be somebody."""
    for _ in range(AT_ONCE):
        registry.holders.profile(ALICE)
    assert registry.holders.profile(PersonId("U0NOBODY")) is None
    assert registry.calls("users.info") == AT_ONCE + 1


def test_usergroup_is_remembered_for_a_moment(registry: Registry) -> None:
    """All holders of one team cost one question, and what it says is soon asked again."""
    for _ in range(5):
        assert registry.holders.usergroup("S0SRE") == {BOB, DAN}
    registry.slack.hands.change_usergroup("S0SRE", [DAN])
    registry.clock.advance(FRESH)
    assert registry.holders.usergroup("S0SRE") == {DAN}
    assert registry.calls("usergroups.users.list") == 2


def test_usergroup_that_is_not_there_is_known_to_be_not_there(registry: Registry) -> None:
    """Slack's own word that there is no such group is an answer."""
    with pytest.raises(PermanentOutsideError):
        registry.holders.usergroup("S0NOBODY")


def test_usergroup_of_which_slack_does_not_say_is_unknown(registry: Registry) -> None:
    """Any other no is no word about its members: nobody loses access for it."""
    registry.slack.hands.set_faults(errors={"usergroups.users.list": ["plan_upgrade_required"]})
    with pytest.raises(TemporaryOutsideError):
        registry.holders.usergroup("S0SRE")


def test_limited_method_is_left_alone_for_as_long_as_slack_says(registry: Registry) -> None:
    """Many holders ask once: the others are told to wait as long as the first was."""
    slack, wait = registry.slack.hands, timedelta(seconds=7)
    slack.set_faults(retry_after={"users.list": [7], "usergroups.users.list": [7]})
    for _ in range(AT_ONCE):
        registry.holders.profile(ALICE)
    for ask in (lambda: registry.holders.profile(BOB), lambda: registry.holders.usergroup("S0SRE")):
        for _ in range(3):
            with pytest.raises(TemporaryOutsideError) as limited:
                ask()
            assert limited.value.delay == wait
    assert (registry.calls("users.list"), registry.calls("usergroups.users.list")) == (1, 1)
    registry.clock.advance(wait)
    assert registry.holders.profile(BOB) is not None
    assert registry.holders.usergroup("S0SRE") == {BOB, DAN}


def test_account_is_found_by_email(registry: Registry) -> None:
    """Whatever the case it is written in."""
    bob = registry.holders.by_email("Bob@Example.com")
    assert bob is not None
    assert bob.id == BOB


def test_holders_raise_when_slack_is_down(registry: Registry) -> None:
    """From the first question on, which is who we are."""
    registry.slack.hands.set_faults(down=True)
    with pytest.raises(TemporaryOutsideError):
        registry.holders.profile(ALICE)


def test_wait_that_slack_asked_for_while_time_was_ahead_is_over_once_it_is_back(
    registry: Registry,
) -> None:
    """Else nobody who left a group is noticed for as long, and nothing says so."""
    registry.slack.hands.set_faults(retry_after={"usergroups.users.list": [7]})
    registry.clock.set(NOON + A_DAY)
    with pytest.raises(TemporaryOutsideError):
        registry.holders.usergroup("S0SRE")
    registry.clock.set(NOON)
    assert registry.holders.usergroup("S0SRE") == {BOB, DAN}


def test_questions_of_while_time_was_ahead_do_not_count_once_it_is_back(
    registry: Registry,
) -> None:
    """Accounts are asked for one by one again, and not by lists for a day."""
    registry.clock.set(NOON + A_DAY)
    for _ in range(AT_ONCE):
        registry.holders.profile(ALICE)
    registry.clock.set(NOON)
    registry.holders.profile(ALICE)
    assert (registry.calls("users.info"), registry.calls("users.list")) == (AT_ONCE + 1, 0)
