"""Whose people Daypass serves, by Slack's word on an account (law 5)."""

from typing import Any

import pytest

from daypass.adapters.slack.home import Home

ALONE = Home(team="T0DEMO")
LISTED = Home(team="T0DEMO", enterprise="E0DEMO")
ORGANISATION = Home(team="T0DEMO", enterprise="E0DEMO", org_wide=True)
UNNAMED = Home(team="", enterprise="E0DEMO", org_wide=True)


def of(enterprise: str, *teams: str, team: str = "T0PARIS") -> dict[str, Any]:
    """Return an account of a workspace, with the workspaces of its organisation that it is in."""
    return {
        "team_id": team,
        "enterprise_user": {"enterprise_id": enterprise, "teams": list(teams)},
    }


OURS = {"team_id": "T0DEMO"}
GRACE = of("E0DEMO", "T0PARIS", "T0DEMO")
HEIDI = of("E0DEMO", "T0PARIS")
REMOVED = of("E0DEMO", "T0PARIS", team="T0DEMO")
UNLISTED = of("E0DEMO", team="T0DEMO")
MALLORY = of("E0OTHER", "T0OTHER", team="T0OTHER")
CLAIMING = of("E0OTHER", "T0OTHER", "T0DEMO", team="T0OTHER")
EMPTY = of("", "T0DEMO", "", team="T0OTHER")
NAMELESS = {"team_id": "", "enterprise_user": {"enterprise_id": "", "teams": [""]}}
NOTHING = {"team_id": None, "enterprise_user": None}


@pytest.mark.parametrize(
    ("home", "user", "is_served"),
    [
        (ALONE, OURS, True),
        (ALONE, {"team_id": "T0OTHER"}, False),
        *((ALONE, user, False) for user in (GRACE, MALLORY, EMPTY, NAMELESS, NOTHING, {})),
        # The workspace entered an organisation after the start: its own people stay its own.
        (ALONE, of("E0DEMO", "T0DEMO", team="T0DEMO"), True),
        (LISTED, OURS, True),
        (LISTED, of("E0DEMO", "T0DEMO", team="T0DEMO"), True),
        (LISTED, GRACE, True),
        (LISTED, UNLISTED, True),
        (LISTED, HEIDI, False),
        (LISTED, REMOVED, False),
        *((LISTED, user, False) for user in (MALLORY, CLAIMING, EMPTY, NAMELESS, NOTHING, {})),
        (ORGANISATION, GRACE, True),
        (ORGANISATION, HEIDI, True),
        (ORGANISATION, UNLISTED, True),
        *((ORGANISATION, user, False) for user in (MALLORY, CLAIMING, EMPTY, NAMELESS, {})),
        (UNNAMED, HEIDI, True),
        *((UNNAMED, user, False) for user in (MALLORY, EMPTY, NAMELESS, NOTHING, {})),
    ],
)
def test_serves_members_and_nobody_else(
    home: Home, user: dict[str, Any], *, is_served: bool
) -> None:
    """Law 5: members of the workspace, or of the organisation; what is empty matches nobody."""
    assert home.serves(user) is is_served
    assert not home.serves(user | {"is_stranger": True})


@pytest.mark.parametrize(
    ("home", "team", "may_be"),
    [
        (ALONE, "T0DEMO", True),
        (ALONE, "", True),
        (ALONE, "T0OTHER", False),
        (LISTED, "T0PARIS", True),
        (ORGANISATION, "T0PARIS", True),
    ],
)
def test_may_serve_refuses_only_who_can_never_be_served(
    home: Home, team: str, *, may_be: bool
) -> None:
    """What a payload says of a person is a hint; in an organisation Slack itself is asked."""
    assert home.may_serve(team) is may_be


def test_listed_names_the_workspace_of_an_organisation_only() -> None:
    """An org-wide token needs it, another one does not."""
    assert (ALONE.listed, LISTED.listed) == (None, None)
    assert (ORGANISATION.listed, UNNAMED.listed) == ("T0DEMO", None)
