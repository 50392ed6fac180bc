"""`ports.People`, in memory and on the emulator over our real client."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.slack.home import home_of
from daypass.adapters.slack.people import SlackPeople
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.ports import People
from tests.builders import NOON, some_people
from tests.contract.emulated_slack import EmulatedSlack, emulated_slack

ALICE, BOB, DAN, EVE = (PersonId(f"U0{name}") for name in ("ALICE", "BOB", "DAN", "EVE"))
MINUTE = timedelta(minutes=1)


class Office(Protocol):
    """Accounts, and whoever administrates them."""

    people: People

    def deactivate(self, person: PersonId) -> None:
        """Deactivate an account."""
        ...

    def spell(self, person: PersonId, email: str) -> None:
        """Write an account's email otherwise."""
        ...

    def fill(self, usergroup: str, *members: PersonId) -> None:
        """Replace the members of a user group."""
        ...

    def later(self, by: timedelta) -> None:
        """Let time pass."""
        ...

    def fail(self) -> None:
        """Be down."""
        ...


class InMemory:
    """People in memory; they forget nothing and remember nothing."""

    def __init__(self) -> None:
        self.memory = some_people()
        self.people: People = self.memory

    def deactivate(self, person: PersonId) -> None:
        """Change the profile."""
        found = self.memory.profile(person)
        assert found is not None
        self.memory.put(replace(found, deactivated=True))

    def spell(self, person: PersonId, email: str) -> None:
        """Change the profile."""
        found = self.memory.profile(person)
        assert found is not None
        self.memory.put(replace(found, email=email))

    def fill(self, usergroup: str, *members: PersonId) -> None:
        """Change the group."""
        self.memory.put_usergroup(usergroup, members)

    def later(self, by: timedelta) -> None:
        """Nothing depends on it."""

    def fail(self) -> None:
        """Raise from now on."""
        self.memory.trouble = TemporaryOutsideError("no answer")


class Emulated:
    """Slack's people on the emulator."""

    def __init__(self, slack: EmulatedSlack) -> None:
        self.slack = slack
        self.clock = MemoryClock(NOON)
        self.people: People = SlackPeople(slack.web, home_of(slack.web), self.now)

    def now(self) -> datetime:
        """Return the time that the cache goes by."""
        return self.clock.now()

    def deactivate(self, person: PersonId) -> None:
        """Change the account."""
        self.slack.hands.change_account(person, deleted=True)

    def spell(self, person: PersonId, email: str) -> None:
        """Change the account."""
        self.slack.hands.change_account(person, email=email)

    def fill(self, usergroup: str, *members: PersonId) -> None:
        """Change the group."""
        self.slack.hands.change_usergroup(usergroup, list(members))

    def later(self, by: timedelta) -> None:
        """Let the cache grow old."""
        self.clock.advance(by)

    def fail(self) -> None:
        """Set the emulator's fault."""
        self.slack.hands.set_faults(down=True)

    def calls(self, method: str) -> int:
        """Count the calls of a method that reached Slack."""
        return sum(one["name"] == method for one in self.slack.hands.traffic())


@pytest.fixture
def emulated() -> Iterator[Emulated]:
    """Run an emulator for one office."""
    with emulated_slack() as slack:
        yield Emulated(slack)


@pytest.fixture(params=["memory", "slack"])
def office(request: pytest.FixtureRequest) -> Office:
    """Each implementation in turn."""
    if request.param == "memory":
        return InMemory()
    found: Emulated = request.getfixturevalue("emulated")
    return found


def test_profile_says_who_somebody_is(office: Office) -> None:
    """A full member has a workspace, a name and a confirmed email, and no flag."""
    alice = office.people.profile(ALICE)
    assert alice is not None
    assert (alice.id, alice.name, alice.email) == (ALICE, "alice", "alice@example.com")
    assert (alice.workspace, alice.email_confirmed) == ("T0DEMO", True)
    assert not any((alice.guest, alice.bot, alice.foreign, alice.deactivated))


def test_profile_is_none_when_there_is_no_such_account(office: Office) -> None:
    """Nobody is made up."""
    assert office.people.profile(PersonId("U0NOBODY")) is None
    assert office.people.by_email("nobody@example.com") is None


def test_profile_marks_guests(office: Office) -> None:
    """A guest is known as one."""
    eve = office.people.profile(EVE)
    assert eve is not None
    assert eve.guest


def test_profile_keeps_the_letters_that_slack_has(office: Office) -> None:
    """A cluster may know somebody by exactly these; people are compared without case."""
    office.spell(ALICE, "Alice@Example.COM")
    alice = office.people.profile(ALICE)
    assert alice is not None
    assert (alice.email, alice.mailbox) == ("Alice@Example.COM", "alice@example.com")
    assert office.people.by_email("alice@example.com") == alice


def test_by_email_finds_account_whatever_the_case(office: Office) -> None:
    """Emails are compared as people write them."""
    found = office.people.by_email("Bob@Example.com")
    assert found is not None
    assert found.id == BOB


def test_by_email_finds_nobody_when_account_is_deactivated(office: Office) -> None:
    """Somebody who left approves nothing."""
    office.deactivate(BOB)
    assert office.people.by_email("bob@example.com") is None


def test_usergroup_lists_members(office: Office) -> None:
    """A user group is its members."""
    assert office.people.usergroup("S0SRE") == {BOB, DAN}


def test_usergroup_is_an_error_when_there_is_no_such(office: Office) -> None:
    """A group that does not exist is a fault of the configuration, not an empty team."""
    with pytest.raises(PermanentOutsideError):
        office.people.usergroup("S0NOBODY")


def test_answers_are_at_most_a_minute_old(office: Office) -> None:
    """After a minute everything is as Slack says now (law 5)."""
    assert office.people.profile(BOB)
    assert office.people.usergroup("S0SRE")
    office.deactivate(BOB)
    office.fill("S0SRE", DAN)
    office.later(MINUTE)
    bob = office.people.profile(BOB)
    assert bob is not None
    assert bob.deactivated
    assert office.people.usergroup("S0SRE") == {DAN}


def test_people_raise_when_slack_is_down(office: Office) -> None:
    """Who cannot be looked up is not guessed."""
    office.fail()
    with pytest.raises(TemporaryOutsideError):
        office.people.profile(ALICE)
    with pytest.raises(TemporaryOutsideError):
        office.people.by_email("alice@example.com")
    with pytest.raises(TemporaryOutsideError):
        office.people.usergroup("S0SRE")


def test_answers_are_remembered_within_a_minute(emulated: Emulated) -> None:
    """Many clicks of one person ask Slack once."""
    for _ in range(5):
        emulated.people.profile(ALICE)
        emulated.people.by_email("nobody@example.com")
        emulated.later(timedelta(seconds=11))
    assert emulated.calls("users.info") == 1
    assert emulated.calls("users.lookupByEmail") == 1


def test_errors_are_not_remembered(emulated: Emulated) -> None:
    """One failed look-up does not shut somebody out for a minute."""
    emulated.slack.hands.set_faults(errors={"users.info": ["internal_error"]})
    with pytest.raises(TemporaryOutsideError):
        emulated.people.profile(ALICE)
    assert emulated.people.profile(ALICE) is not None


def test_profile_marks_whom_not_to_trust(emulated: Emulated) -> None:
    """Other workspaces, bots, unconfirmed and missing emails are told apart."""
    change = emulated.slack.hands.change_account
    change("U0ALICE", team_id="T0OTHER")
    change("U0BOB", is_email_confirmed=False)
    change("U0DAN", email=None)
    alice, bob, dan = (emulated.people.profile(one) for one in (ALICE, BOB, DAN))
    ours = emulated.people.profile(PersonId("U0DAYPASS"))
    assert alice is not None
    assert alice.foreign
    assert bob is not None
    assert not bob.email_confirmed
    assert dan is not None
    assert not dan.email
    assert ours is not None
    assert ours.bot
