"""Every verb is in the one table of commands and in what help says, and answers as it should."""

import re
from collections.abc import Mapping
from typing import Final

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
from tests.drawing import VIEW, draw
from tests.unit.bot.stage import Stage
from tests.unit.usecases.scenes import work


def test_every_verb_has_its_function_and_nothing_else_is_in_the_table() -> None:
    """Nothing falls through to another verb's function: a new one without its own is missed."""
    assert set(COMMANDS) == set(Verb)
    assert list(COMMANDS) == list(Verb)


ASK: Final = ("alice", "to prod --k8sGroup=debug because INC-42")
GRANTED: Final = (ASK, ("bob", "approve 000000000001"))
TRANSCRIPTS: Final[Mapping[Verb, tuple[tuple[tuple[str, str], ...], str]]] = {
    Verb.TO: ((ASK,), "team:sre (bob, dan)"),
    Verb.CATALOG: ((("alice", "catalog"),), "/access to prod --k8sGroup=debug"),
    Verb.REQUESTS: ((ASK, ("bob", "requests")), "INC-42"),
    Verb.STATUS: ((ASK, ("alice", "status")), "Pending"),
    Verb.LEASES: ((*GRANTED, ("alice", "leases")), "Granted"),
    Verb.DISCOVER: ((("alice", "discover prod view"),), "ClusterRole `view`"),
    Verb.WHO: ((("alice", "who prod payments"),), "nobody by standing bindings"),
    Verb.CAN_I: ((("alice", "can-i get pods -n payments --on prod"),), "--k8sGroup=debug"),
    Verb.DETAILS: ((("alice", "details prod debug"),), "adds on prod for you: 1 right"),
    Verb.APPROVE: (GRANTED, "Approved: debug"),
    Verb.DENY: ((ASK, ("bob", "deny because no")), "Denied*: debug"),
    Verb.CANCEL: ((ASK, ("alice", "cancel")), "Cancelled"),
    Verb.EXTEND: ((*GRANTED, ("alice", "extend 30m")), "Extending*: `debug`"),
    Verb.SHORTEN: ((*GRANTED, ("alice", "shorten 30m")), "Shortened*: `debug`"),
    Verb.RELEASE: ((*GRANTED, ("alice", "release")), "Ending"),
    Verb.REVOKE: ((*GRANTED, ("bob", "revoke 000000000001")), "Ending"),
    Verb.FREEZE: ((("dan", "freeze prod because INC-42"),), "nothing new is granted on"),
    Verb.THAW: ((("dan", "freeze because INC-42"), ("dan", "thaw")), "again"),
    Verb.WHOAMI: ((("alice", "whoami"),), "alice@example.com"),
    Verb.HELP: ((("alice", "help"),), "who you are to every cluster"),
}
"""What people type, one after the other, and what the last of them reads."""


@pytest.mark.parametrize("verb", Verb)
def test_verb_answers_as_it_should(stage: Stage, verb: Verb) -> None:
    """Each verb does its own thing, all the way from Slack and back."""
    typed, expected = TRANSCRIPTS[verb]
    said = ""
    draw(stage.world, VIEW)
    for name, line in typed:
        said = stage.say(name, line)
        work(stage.world)
    assert typed[-1][1].startswith(verb)
    assert expected in said


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
