"""An organisation of several workspaces (Enterprise Grid), the bot on the emulator: who is served.

grace came from another workspace and is in ours, too; heidi is in another one of the organisation
only; mallory is of a connected organisation, in the same channels.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.request import RequestState
from sandbox.slack.client import Client
from sandbox.slack.seed import GRID, Seed, parse_seed
from sandbox.slack.server import Emulator
from tests.builders import World, a_world
from tests.integration.listening import emulated, listening, posted_card, state

GENERAL, APPROVALS = "#general", "#access-approvals"
ASK = '/access to prod --k8sGroup=debug --duration 1h --reason "INC-42"'
EVERYBODY = ["bob", "dan", "grace", "heidi", "mallory"]
NOBODY = "belongs to another workspace or organisation"


def an_organisation(*, org_wide: bool = False) -> Seed:
    """Return it with the app installed in one workspace, or in all of it."""
    seed = parse_seed(GRID)
    return replace(seed, team=replace(seed.team, is_enterprise_install=org_wide))


class Office:
    """The bot, the people, and what is stored."""

    def __init__(self, emulator: Emulator, slack: Client, world: World) -> None:
        self.emulator, self.slack, self.world = emulator, slack, world
        # Whatever a group says: who is not of our people approves nothing.
        slack.change_usergroup("S0SRE", EVERYBODY)

    def approved_by(self, approver: str, *, asker: str = "alice") -> bool:
        """Let somebody ask and somebody click; whether that approved it."""
        self.slack.say(asker, GENERAL, ASK)
        self.slack.wait(asker, GENERAL, "Pending")
        request = posted_card(self.emulator, self.world)
        self.slack.click(approver, APPROVALS, match=request, action="approve")
        self.slack.wait(approver, APPROVALS, "Approved")
        return state(self.world, request) is RequestState.APPROVED

    def refuses_click(self, clicker: str) -> None:
        """Let somebody click Approve, and Deny with a reason; both are refused."""
        self.slack.say("alice", GENERAL, ASK)
        self.slack.wait("alice", GENERAL, "Pending")
        request = posted_card(self.emulator, self.world)
        self.slack.click(clicker, APPROVALS, match=request, action="approve")
        self.slack.wait(clicker, APPROVALS, NOBODY)
        self.slack.click(clicker, APPROVALS, match=request, action="deny")
        self.slack.submit(clicker, {"deny_reason": "no"})
        self.slack.wait(clicker, "@daypass", NOBODY)
        assert state(self.world, request) is RequestState.PENDING

    def refuses_line(self, typist: str, why: str) -> None:
        """Let somebody type; it is refused."""
        self.slack.say(typist, GENERAL, ASK)
        self.slack.wait(typist, GENERAL, why)
        assert not self.world.store.pending()


def open_office(seed: Seed, workspace: str = "") -> Iterator[Office]:
    """Run the emulator and the bot."""
    world = a_world()
    with emulated(seed) as emulator, listening(emulator, world, workspace) as slack:
        yield Office(emulator, slack, world)


@pytest.fixture
def workspace() -> Iterator[Office]:
    """The app is installed in one workspace of the organisation."""
    yield from open_office(an_organisation())


@pytest.fixture
def organisation() -> Iterator[Office]:
    """The app is installed in all of it."""
    yield from open_office(an_organisation(org_wide=True), "T0DEMO")


def test_member_from_another_workspace_asks_and_approves(workspace: Office) -> None:
    """Whom the workspace lists is one of its people, wherever they came from."""
    assert workspace.approved_by("bob", asker="grace")
    workspace.world.clock.advance(timedelta(minutes=2))
    assert workspace.approved_by("grace")


def test_member_of_another_workspace_only_is_nobody(workspace: Office) -> None:
    """Law 5: that the organisation is one makes nobody a member of our workspace."""
    workspace.refuses_line("heidi", "its own workspace only")
    workspace.refuses_click("heidi")


def test_all_of_the_organisation_ask_and_approve_where_the_app_is_in_all_of_it(
    organisation: Office,
) -> None:
    """An install in the organisation serves its members, whatever their workspaces."""
    assert organisation.approved_by("grace", asker="heidi")
    assert organisation.approved_by("heidi", asker="alice")


def test_stranger_of_a_shared_channel_is_nobody(workspace: Office, organisation: Office) -> None:
    """Law 5: a connected organisation sees the card and its buttons; it decides and asks nothing."""
    workspace.refuses_line("mallory", "its own workspace only")
    workspace.refuses_click("mallory")
    organisation.refuses_line("mallory", "its own organisation only")
    organisation.refuses_click("mallory")


def test_member_who_was_taken_off_is_nobody_at_the_next_click(workspace: Office) -> None:
    """Law 5: who is in other workspaces now is asked of Slack anew, a minute later at most."""
    assert workspace.approved_by("grace")
    workspace.slack.change_account("grace", teams=["T0PARIS"])
    workspace.world.clock.advance(timedelta(seconds=60))
    workspace.refuses_click("grace")


def test_stranger_is_nobody_where_there_is_no_organisation() -> None:
    """Law 5: no organisation is none that two people share."""
    (office,) = open_office(replace(an_organisation(), team=parse_seed({**GRID, "team": ALONE}).team))
    office.slack.change_account("mallory", enterprise_id="", teams=[])
