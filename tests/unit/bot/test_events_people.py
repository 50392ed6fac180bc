"""What Slack tells of people by itself makes the look at who holds leases come at once."""

from typing import Any

import pytest

from daypass.adapters.slack.home import Home
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.ports import NOTIFICATIONS, PromiseKind
from tests.unit.bot.slack import Slack
from tests.unit.bot.stage import HOME, Stage, a_stage
from tests.unit.bot.test_trouble import FailingStore
from tests.unit.usecases.scenes import grant

CHANGED = {"type": "user_change", "user": {"id": "U0ALICE", "deleted": True}}
LEFT = {"type": "subteam_members_changed", "subteam_id": "S0SRE", "removed_users": ["U0ALICE"]}


ELSEWHERE = {"team_id": "T0OTHER", "user_id": "U0DAYPASS", "is_bot": True}
SHARED = {"team_id": "T0DEMO", "user_id": "U0DAYPASS", "is_bot": True}
ORG_WIDE = {"team_id": None, "enterprise_id": "E0DEMO", "is_enterprise_install": True}
OTHER_ORG = {**ORG_WIDE, "enterprise_id": "E0OTHER"}
ORGANISATION = Home(team="T0DEMO", enterprise="E0DEMO", org_wide=True)


def tell(stage: Stage, event: dict[str, Any], team: str = "T0DEMO", **more: Any) -> int:
    """Deliver an event; return the status of the ack."""
    body = {
        "type": "event_callback",
        "team_id": team,
        "event_id": "Ev1",
        "event": event,
        "authorizations": [{"team_id": team, "user_id": "U0DAYPASS", "is_bot": True}],
    }
    return stage.dispatch({**body, **more}).status


def due(stage: Stage) -> bool:
    """Whether alice is looked at now."""
    at = stage.world.agenda.promises(NOTIFICATIONS).get((PromiseKind.HOLDER, PersonId("U0ALICE")))
    return at is not None and at <= stage.world.clock.now()


@pytest.mark.parametrize("event", [CHANGED, LEFT], ids=["account", "group"])
def test_event_makes_a_holder_looked_at_now(stage: Stage, event: dict[str, Any]) -> None:
    """Whoever changed or left a group, and holds something, is looked at now."""
    grant(stage.world)
    assert not due(stage)
    assert tell(stage, event) == 200
    assert due(stage)


@pytest.mark.parametrize(
    "event", [CHANGED, {**LEFT, "removed_users": []}], ids=["account", "group"]
)
def test_event_is_acked_when_there_is_nobody_to_look_at(
    stage: Stage, event: dict[str, Any]
) -> None:
    """Most events are about people who hold nothing."""
    assert tell(stage, event) == 200
    assert not stage.world.agenda.promises(NOTIFICATIONS)


def test_event_of_another_workspace_is_ignored(stage: Stage) -> None:
    """Law 5: what other workspaces say of their accounts is nothing to us."""
    grant(stage.world)
    tell(stage, CHANGED, team="T0OTHER")
    assert not due(stage)


@pytest.mark.parametrize(
    ("home", "meant_for", "is_ours"),
    [
        (HOME, SHARED, True),
        (HOME, ELSEWHERE, False),
        (HOME, ORG_WIDE, False),
        (ORGANISATION, ORG_WIDE, True),
        (ORGANISATION, OTHER_ORG, False),
        (ORGANISATION, ELSEWHERE, False),
    ],
)
def test_event_is_heard_by_the_install_that_it_is_meant_for(
    slack: Slack, home: Home, meant_for: dict[str, Any], *, is_ours: bool
) -> None:
    """Of a shared channel an event names the workspace of others as its own."""
    stage = a_stage(slack, home=home)
    grant(stage.world)
    tell(stage, CHANGED, "T0PARIS", enterprise_id="E0DEMO", authorizations=[meant_for])
    assert due(stage) is is_ours


def test_event_that_comes_while_redis_is_away_tells_nobody(slack: Slack) -> None:
    """The regular look comes anyway; the person did nothing and is told nothing."""
    stage = a_stage(slack, store=LosingStore())
    assert tell(stage, CHANGED) == 200
    assert {name for name, _ in slack.calls} <= {"auth.test"}


class LosingStore(FailingStore):
    """A store that is gone."""

    def __init__(self) -> None:
        super().__init__(TemporaryOutsideError("no answer"))

    def live_of(self, _person: PersonId) -> Any:
        """Fail."""
        raise TemporaryOutsideError("no answer")
