"""How an organisation of several workspaces looks to the app, as Slack's reference describes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from slack_sdk import WebClient

from sandbox.slack.client import Client
from sandbox.slack.seed import GRID, parse_seed
from sandbox.slack.server import Emulator
from tests.integration.slack.payloads import CARD, JSON, TOKENS, config, error_of

OURS = {"id": "E0DEMO", "name": "Demo Group"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The app's side, and the hands of the people; no app listens."""

    web: WebClient
    hands: Client

    def typed(self, person: str) -> JSON:
        """Return what the app would be told of a line."""
        self.hands.say(person, "#general", "/access help")
        return self._told("slash_commands")

    def clicked(self, person: str) -> JSON:
        """Return what the app would be told of a click."""
        self.web.chat_postMessage(channel="C0APPROVE", text="Pending", blocks=CARD)
        self.hands.click(person, "#access-approvals", match="Pending", action="approve")
        return self._told("interactive")

    def announced(self) -> JSON:
        """Return what the app would be told of an account."""
        self.hands.change_account("grace", title="Lead")
        return self._told("events_api")

    def _told(self, kind: str) -> JSON:
        found = [one for one in self.hands.traffic() if one["name"].startswith(kind)]
        sent: JSON = found[-1]["sent"]
        return sent


@contextmanager
def grid(*, org_wide: bool) -> Iterator[Grid]:
    """Run it."""
    seed = parse_seed(GRID)
    team = replace(seed.team, is_enterprise_install=org_wide)
    with Emulator(config(seed=replace(seed, team=team))) as running:
        web = WebClient(TOKENS.bot, base_url=running.api_url)
        yield Grid(web=web, hands=Client(running.url))


@pytest.fixture
def workspace() -> Iterator[Grid]:
    """The app is installed in one workspace."""
    with grid(org_wide=False) as found:
        yield found


@pytest.fixture
def organisation() -> Iterator[Grid]:
    """The app is installed in all of it."""
    with grid(org_wide=True) as found:
        yield found


def test_account_says_in_which_workspaces_of_which_organisation_it_is(workspace: Grid) -> None:
    """The team is the one that somebody came from; `enterprise_user` says where they are."""
    user = workspace.web.users_info(user="W0GRACE")["user"]
    assert user["team_id"] == "T0PARIS"
    assert user["enterprise_user"]["enterprise_id"] == "E0DEMO"
    assert user["enterprise_user"]["teams"] == ["T0PARIS", "T0DEMO"]


def test_list_has_the_members_of_the_workspace(workspace: Grid) -> None:
    """Who is in a shared channel only is not in it."""
    names = {one["name"] for one in workspace.web.users_list()["members"]}
    assert "grace" in names
    assert names.isdisjoint({"heidi", "mallory"})


def test_line_names_where_it_was_typed(workspace: Grid) -> None:
    """The team is the place of the line, not where its author came from."""
    where = {one: workspace.typed(one) for one in ("alice", "grace", "heidi", "mallory")}
    assert {name: (one["team_id"], one["enterprise_id"]) for name, one in where.items()} == {
        "alice": ("T0DEMO", "E0DEMO"),
        "grace": ("T0DEMO", "E0DEMO"),
        "heidi": ("T0PARIS", "E0DEMO"),
        "mallory": ("T0OTHER", "E0OTHER"),
    }
    assert {one["is_enterprise_install"] for one in where.values()} == {"false"}


def test_click_names_the_apps_place_and_the_persons_team(workspace: Grid) -> None:
    """What is said of the organisation is said of the place, also where a stranger clicked."""
    for person, team in (("grace", "T0PARIS"), ("mallory", "T0OTHER")):
        told = workspace.clicked(person)
        assert told["user"]["team_id"] == team
        assert (told["team"]["id"], told["team"]["enterprise_id"]) == ("T0DEMO", "E0DEMO")
        assert (told["enterprise"], told["is_enterprise_install"]) == (OURS, False)


def test_install_in_the_organisation_has_no_team(organisation: Grid) -> None:
    """The token's team is the organisation, a click has none, an event is meant for no team."""
    told = organisation.web.auth_test()
    assert (told["team_id"], told["enterprise_id"]) == ("E0DEMO", "E0DEMO")
    assert told["is_enterprise_install"] is True
    assert organisation.typed("grace")["is_enterprise_install"] == "true"
    clicked = organisation.clicked("grace")
    assert (clicked["team"], clicked["enterprise"]) == (None, OURS)
    assert clicked["is_enterprise_install"] is True
    (meant_for,) = organisation.announced()["authorizations"]
    assert (meant_for["team_id"], meant_for["enterprise_id"]) == (None, "E0DEMO")
    assert meant_for["is_enterprise_install"] is True


def test_org_wide_token_lists_a_workspace_by_its_id_only(organisation: Grid) -> None:
    """users.list and usergroups.users.list want `team_id` of such a token."""
    web = organisation.web
    for ask in (web.users_list, lambda **of: web.usergroups_users_list(usergroup="S0SRE", **of)):
        assert error_of(ask)["error"] == "missing_argument"
        assert ask(team_id="T0DEMO")["ok"]
