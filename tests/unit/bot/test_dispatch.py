"""Every verb is in the one table of commands, in what help says, and shortens what it shortens."""

import re

import pytest
from slack_sdk import WebClient

from bot.commands import COMMANDS
from bot.grammar.line import Line, Verb
from bot.responses import Responder
from bot.services import Services
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.ids import PersonId
from tests.builders import a_world
from tests.unit.bot.stage import Stage


def test_every_verb_has_its_function_and_nothing_else_is_in_the_table() -> None:
    """Nothing falls through to another verb's function: a new one without its own is missed."""
    assert set(COMMANDS) == set(Verb)
    assert list(COMMANDS) == list(Verb)


@pytest.mark.parametrize("verb", Verb)
def test_help_has_a_line_for_every_verb(stage: Stage, verb: Verb) -> None:
    """Who reads the help knows all that can be typed."""
    said = stage.say("alice", "help")
    assert re.search(rf"(^|, |/access ){verb}\b", said, re.MULTILINE)


def test_a_line_that_shortens_by_nothing_gives_no_time() -> None:
    """The grammar lets none through; if it did, less time would not become more."""
    ports = a_world().ask
    scene = Scene(command="/access", catalog=ports.catalog)
    services = Services(ports=ports, responder=Responder(WebClient()), scene=scene)
    with pytest.raises(BrokenInvariantError):
        COMMANDS[Verb.SHORTEN](Line(verb=Verb.SHORTEN), PersonId("U0ALICE"), services)
