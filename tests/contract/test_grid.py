"""Who is foreign in an organisation of several workspaces, by the emulator's word on accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.slack.holders import PER_MINUTE, SlackHolders
from daypass.adapters.slack.home import home_of
from daypass.adapters.slack.people import SlackPeople
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.ports import People
from sandbox.slack.seed import GRID, parse_seed
from tests.builders import NOON
from tests.contract.emulated_slack import EmulatedSlack, emulated_slack

ALICE, BOB, DAN, EVE = (PersonId(f"U0{name}") for name in ("ALICE", "BOB", "DAN", "EVE"))
GRACE, HEIDI, MALLORY = (PersonId(f"W0{name}") for name in ("GRACE", "HEIDI", "MALLORY"))
FRESH = timedelta(seconds=15)
AT_ONCE = int(PER_MINUTE * FRESH / timedelta(minutes=1))


@contextmanager
def organisation(*, org_wide: bool = False) -> Iterator[EmulatedSlack]:
    """Run it, with the app installed in one workspace or in all of it."""
    seed = parse_seed(GRID)
    team = replace(seed.team, is_enterprise_install=org_wide)
    with emulated_slack(replace(seed, team=team)) as slack:
        yield slack


@pytest.fixture
def installed() -> Iterator[EmulatedSlack]:
    """The app in one workspace."""
    with organisation() as slack:
        yield slack


@pytest.fixture
def org_wide() -> Iterator[EmulatedSlack]:
    """The app in all of it."""
    with organisation(org_wide=True) as slack:
        yield slack


def holders(slack: EmulatedSlack, workspace: str = "") -> SlackHolders:
    """Return the notifications worker's way to ask."""
    return SlackHolders(slack.web, MemoryClock(NOON).now, FRESH, workspace=workspace)


def is_foreign(people: People, person: PersonId) -> bool:
    """Whether an account that is there is of none of our people."""
    found = people.profile(person)
    assert found is not None
    return found.foreign


def test_both_who_ask_say_the_same_of_everybody(installed: EmulatedSlack) -> None:
    """The bot at a click and the look at holders judge by one rule."""
    bot = SlackPeople(installed.web, home_of(installed.web), MemoryClock(NOON).now)
    for people in (bot, holders(installed)):
        found = {one: is_foreign(people, one) for one in (ALICE, EVE, GRACE, HEIDI, MALLORY)}
        assert found == {ALICE: False, EVE: False, GRACE: False, HEIDI: True, MALLORY: True}
        by_email = people.by_email("mallory@example.com")
        assert by_email is not None
        assert by_email.foreign


def test_holder_who_was_taken_off_is_foreign_in_the_next_look(installed: EmulatedSlack) -> None:
    """Whom the workspace lists no more has left it, whether asked for or looked for in the list."""
    look = holders(installed)
    assert not is_foreign(look, GRACE)
    installed.hands.change_account(GRACE, teams=["T0PARIS"])
    assert is_foreign(look, GRACE)
    for _ in range(AT_ONCE):
        look.profile(ALICE)
    assert is_foreign(look, GRACE)
    assert not is_foreign(look, ALICE)
    assert [one["name"] for one in installed.hands.traffic()].count("users.list") == 1


def test_holder_of_the_list_is_judged_by_the_same_rule(installed: EmulatedSlack) -> None:
    """With many holders their accounts come from the list, whatever their first workspace."""
    look = holders(installed)
    for _ in range(AT_ONCE):
        look.profile(ALICE)
    before = len(installed.hands.traffic())
    assert not is_foreign(look, GRACE)
    assert [one["name"] for one in installed.hands.traffic()[before:]] == ["users.list"]


def test_organisation_is_asked_for_the_workspace_that_was_named(org_wide: EmulatedSlack) -> None:
    """An org-wide token gets user groups and lists of a workspace only; all members are served."""
    look = holders(org_wide, "T0DEMO")
    assert look.usergroup("S0SRE") == {BOB, DAN, GRACE}
    for _ in range(AT_ONCE):
        look.profile(ALICE)
    foreign = [one for one in (ALICE, GRACE, HEIDI, MALLORY) if is_foreign(look, one)]
    assert foreign == [MALLORY]


def test_organisation_without_a_workspace_ends_nothing(org_wide: EmulatedSlack) -> None:
    """Where a setting is missing nothing is known of anybody: nobody loses access for it."""
    look = holders(org_wide)
    with pytest.raises(TemporaryOutsideError, match="DAYPASS_SLACK_WORKSPACE: not set"):
        look.usergroup("S0SRE")
    with pytest.raises(TemporaryOutsideError, match="DAYPASS_SLACK_WORKSPACE: not set"):
        look.profile(HEIDI)
