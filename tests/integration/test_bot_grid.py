"""An organisation of several workspaces (Enterprise Grid), the bot on the emulator: who is served.

grace came from another workspace and is in ours, too; heidi is in another one of the organisation
only; mallory is of a connected organisation, in the same channels.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.ids import RequestId, request_id
from daypass.domain.request import RequestState
from sandbox.slack.client import Client
from sandbox.slack.seed import DEFAULT, GRID, Seed, parse_seed
from sandbox.slack.server import Emulator
from tests.builders import World, a_world, unbounded
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
        self.asked = 0
        # Whatever a group says: who is not of our people approves nothing.
        slack.change_usergroup("S0SRE", EVERYBODY)

    def asked_by(self, asker: str) -> RequestId:
        """Let somebody ask; the card is posted."""
        self.asked += 1
        self.slack.say(asker, GENERAL, ASK)
        self.slack.wait(asker, GENERAL, request_id(self.asked))
        return posted_card(self.emulator, self.world)

    def approves(self, approver: str, request: RequestId) -> bool:
        """Let somebody click Approve; whether that approved it."""
        self.slack.click(approver, APPROVALS, match=request, action="approve")
        self.slack.wait(approver, APPROVALS, f"(request `{request}`) for")
        return state(self.world, request) is RequestState.APPROVED

    def refuses_click(self, clicker: str, request: RequestId, why: str = NOBODY) -> None:
        """Let somebody click Approve; it is refused, and nothing is decided."""
        self.slack.click(clicker, APPROVALS, match=request, action="approve")
        self.slack.wait(clicker, APPROVALS, why)
        assert state(self.world, request) is RequestState.PENDING

    def refuses_line(self, typist: str, why: str) -> None:
        """Let somebody type; it is refused."""
        self.slack.say(typist, GENERAL, ASK)
        self.slack.wait(typist, GENERAL, why)
        assert self.world.store.request(request_id(self.asked + 1)) is None


@contextmanager
def open_office(seed: Seed, workspace: str = "") -> Iterator[Office]:
    """Run the emulator and the bot."""
    world = a_world(unbounded())
    with emulated(seed) as emulator, listening(emulator, world, workspace) as slack:
        yield Office(emulator, slack, world)


@pytest.fixture(scope="module")
def workspace() -> Iterator[Office]:
    """The app is installed in one workspace of the organisation."""
    with open_office(an_organisation()) as office:
        yield office


@pytest.fixture(scope="module")
def organisation() -> Iterator[Office]:
    """The app is installed in all of it."""
    with open_office(an_organisation(org_wide=True), "T0DEMO") as office:
        yield office


def test_member_from_another_workspace_asks_and_approves(workspace: Office) -> None:
    """Whom the workspace lists is one of its people, wherever they came from."""
    assert workspace.approves("bob", workspace.asked_by("grace"))
    assert workspace.approves("grace", workspace.asked_by("alice"))


def test_all_of_the_organisation_ask_and_approve_where_the_app_is_in_all_of_it(
    organisation: Office,
) -> None:
    """An install in the organisation serves its members, whatever their workspaces."""
    assert organisation.approves("grace", organisation.asked_by("heidi"))
    assert organisation.approves("heidi", organisation.asked_by("alice"))


def test_member_of_another_workspace_only_is_nobody(workspace: Office) -> None:
    """Law 5: that the organisation is one makes nobody a member of our workspace."""
    workspace.refuses_line("heidi", NOBODY)
    workspace.refuses_click("heidi", workspace.asked_by("alice"))


def test_stranger_of_a_shared_channel_is_nobody(workspace: Office) -> None:
    """Law 5: a connected organisation sees the card and its buttons; it decides nothing."""
    workspace.refuses_line("mallory", "its own workspace only")
    workspace.refuses_click("mallory", workspace.asked_by("alice"))


def test_stranger_of_a_shared_channel_is_nobody_to_an_organisation(organisation: Office) -> None:
    """Law 5: the same where the app is in all of the organisation."""
    organisation.refuses_line("mallory", "its own organisation only")
    organisation.refuses_click("mallory", organisation.asked_by("alice"))


def test_form_of_a_stranger_decides_nothing(workspace: Office) -> None:
    """Law 5: also what was asked for in a form is judged by who sends it off."""
    request = workspace.asked_by("alice")
    for stranger in ("mallory", "heidi"):
        workspace.slack.click(stranger, APPROVALS, match=request, action="deny")
        workspace.slack.submit(stranger, {"deny_reason": "no"})
        workspace.slack.wait(stranger, "@daypass", NOBODY)
    assert state(workspace.world, request) is RequestState.PENDING


def test_member_who_was_taken_off_is_nobody_at_the_next_click() -> None:
    """Law 5: in which workspaces somebody is, is asked of Slack anew, a minute later at most."""
    with open_office(an_organisation()) as office:
        request = office.asked_by("alice")
        office.slack.say("grace", GENERAL, "/access whoami")
        office.slack.wait("grace", GENERAL, "grace@example.com")
        office.slack.change_account("grace", teams=["T0PARIS"])
        office.world.clock.advance(timedelta(seconds=60))
        office.refuses_click("grace", request)


def test_stranger_is_nobody_where_nobody_has_an_organisation() -> None:
    """Law 5: two people without an organisation are not of the same one."""
    alone = parse_seed({**GRID, "team": DEFAULT["team"]})
    with open_office(alone) as office:
        office.slack.change_account("mallory", enterprise_id="", teams=[])
        office.refuses_line("mallory", "its own workspace only")
        office.refuses_click("mallory", office.asked_by("alice"), "its own workspace only")
