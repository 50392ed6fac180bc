"""One Slack for all tests of the bot, a fresh stage for each."""

from collections.abc import Iterator

import pytest

from tests.unit.bot.slack import Slack, running_slack
from tests.unit.bot.stage import Stage, a_stage


@pytest.fixture(scope="session")
def serving() -> Iterator[Slack]:
    """The Web API on loopback."""
    with running_slack() as slack:
        yield slack


@pytest.fixture
def slack(serving: Slack) -> Slack:
    """The same, with nothing written down yet."""
    serving.calls.clear()
    serving.faults.clear()
    serving.channels.clear()
    serving.identity = {}
    return serving


@pytest.fixture
def stage(slack: Slack) -> Stage:
    """A bot, a world in memory, and people."""
    return a_stage(slack)
