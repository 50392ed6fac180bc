"""A secret that was typed by mistake goes no further than the message in which it was typed."""

import json

import pytest
import structlog

from tests.unit.bot.stage import Stage

SECRET = "ghp_" + "aB3dE5gH7j" * 4
TYPED = [
    'to prod --k8sGroup=debug --reason "use {} for it"',
    "to prod -g debug because {}",
    "to {} -g debug -r x",
    "to prod -g {} -r x",
    "to prod -g debug -n {} -r x",
    "to prod -g debug -d {} -r x",
    "to prod -g debug --token={} -r x",
    "to prod -g debug --{} x",
    "{}",
    "status {}",
    "catalog {}",
    "revoke all because {}",
    "revoke all of {}",
    "freeze prdo because {}",
    "thaw {}",
    "approve {} for soon",
    "deny {} because {}",
    "extend {} 30m",
    "help {}",
]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("name", ["alice", "dan"])
def test_secret_is_never_repeated_wherever_it_stands(stage: Stage, name: str, typed: str) -> None:
    """Not in the answer, the line to type, the audit trail or the log (law 9)."""
    with structlog.testing.capture_logs() as logged:
        said = stage.say(name, typed.replace("{}", SECRET))
    assert "seems to hold a secret (GitHub token)" in said
    everything = [said, json.dumps(stage.slack.calls), repr(stage.world.store.events), repr(logged)]
    assert not any(SECRET[4:] in text for text in everything)
    assert not stage.world.store.pending()


def test_secret_is_refused_in_a_form_too(stage: Stage) -> None:
    """The modal that asks why is a text like any other."""
    request = stage.pending()
    stage.send_off("bob", request, f"use {SECRET}")
    assert SECRET not in json.dumps(stage.slack.calls)
    assert SECRET not in repr(stage.world.store.events)
    assert "seems to hold a secret" in json.dumps(stage.slack.calls)


def test_name_that_holds_the_letters_of_a_token_is_a_name(stage: Stage) -> None:
    """What is asked for most is asked with the name of a deployment."""
    stage.say("alice", "to prod -g debug because deploy/foxapp-api and luxapp-7c9d8 hang")
    assert stage.world.store.pending()[0].ask.reason == "deploy/foxapp-api and luxapp-7c9d8 hang"
