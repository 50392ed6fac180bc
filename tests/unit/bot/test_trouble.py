"""When something outside fails, the person is told what is known, and the log has the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from daypass.adapters.memory.store import MemoryStore
from daypass.adapters.slack import actions as act
from daypass.adapters.slack.errors import SlackRefusalError
from daypass.adapters.slack.remedies import REMEDIES
from daypass.domain.errors import (
    ConflictError,
    DaypassError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.ports import Change
from tests.builders import an_agenda
from tests.unit.bot.slack import Slack
from tests.unit.bot.stage import Stage, a_stage, read
from tests.unit.usecases.scenes import grant

ASK = "to prod -g debug because INC-42"
SECRET = "redis://user:hunter2@10.0.0.1 says no"
TOKEN = "ghp_" + "aB3dE5gH7j" * 4


class FailingStore(MemoryStore):
    """A store that is there until it has to write."""

    def __init__(self, error: Exception) -> None:
        super().__init__(an_agenda())
        self._error = error

    def commit(self, _change: Change) -> NoReturn:
        """Fail."""
        raise self._error


class LostStore(MemoryStore):
    """A store that is gone."""

    def once(self, _key: str, _ttl: timedelta, *, most: timedelta | None = None) -> NoReturn:  # noqa: ARG002 - The port's.
        """Fail."""
        raise TemporaryOutsideError(SECRET)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TemporaryOutsideError(SECRET), "Nothing was stored; try again soon."),
        (TemporaryOutsideError(SECRET, unknown=True), "may or may not be stored"),
        (PermanentOutsideError(SECRET), "Nothing was stored; tell an administrator."),
        (ConflictError(SECRET), "try again"),
    ],
)
def test_say_tells_what_is_known_when_store_fails(
    slack: Slack, error: DaypassError, said: str
) -> None:
    """An honest sentence with a reference that the log has too; never the error's own words."""
    stage = a_stage(slack, store=FailingStore(error))
    with capture_logs() as logged:
        answer = stage.say("alice", ASK)
    assert said in answer
    assert "hunter2" not in answer
    (reference,) = [one["reference"] for one in logged if "reference" in one]
    assert reference in answer


def test_say_tells_that_nothing_was_stored_when_redis_is_gone(slack: Slack) -> None:
    """Without a store nothing is done, not even once."""
    stage = a_stage(slack, store=LostStore(an_agenda()))
    for said in (stage.say("alice", ASK), stage.click("bob", act.APPROVE, "k7q2m9x4t1bd")):
        assert "Nothing was stored; try again soon." in said


def test_say_tells_that_nothing_was_stored_when_slack_knows_nobody(stage: Stage) -> None:
    """A look-up of a person that fails is not a no to that person."""
    stage.world.people.trouble = TemporaryOutsideError("ratelimited")
    assert "Nothing was stored" in stage.say("alice", ASK)
    stage.world.people.trouble = None
    assert "Pending" in stage.say("alice", ASK)


def test_deny_opens_bare_modal_when_store_cannot_be_read(slack: Slack) -> None:
    """A trigger lives three seconds: the modal opens with what is known, the id."""

    class Unreadable(MemoryStore):
        def request(self, _request: str) -> NoReturn:
            """Fail."""
            raise TemporaryOutsideError(SECRET)

    stage = a_stage(slack, store=Unreadable(an_agenda()))
    assert stage.click("bob", act.DENY, "k7q2m9x4t1bd") == ""
    assert slack.told("views.open")[0]["view"]["private_metadata"] == "k7q2m9x4t1bd"


@pytest.mark.parametrize("code", ["expired_trigger_id", "invalid_trigger_id", "view_too_large"])
def test_deny_that_came_late_offers_the_line_that_denies(stage: Stage, code: str) -> None:
    """Where no form opens, nothing is stored, and typing does the same."""
    request = stage.pending()
    stage.slack.faults["views.open"] = code
    answer = stage.click("bob", act.DENY, request)
    assert "Nothing was stored" in answer
    assert f'/access deny {request} --reason "…"' in answer
    assert ("three seconds" in answer) == (code in REMEDIES)
    assert "Denied" in stage.say("bob", f"deny {request} --reason no")


def test_form_of_which_no_answer_came_has_stored_nothing(stage: Stage) -> None:
    """A form that may or may not have opened changed nothing: nobody has to look whether it did."""
    request = stage.pending()
    stage.slack.faults["views.open"] = "fatal_error"
    answer = stage.click("bob", act.DENY, request)
    assert "Nothing was stored" in answer
    assert "may or may not" not in answer


def test_modal_that_ends_everything_comes_with_its_line_when_it_does_not_open(
    stage: Stage,
) -> None:
    """In an emergency nobody types a line twice."""
    grant(stage.world)
    stage.slack.faults["views.open"] = "expired_trigger_id"
    answer = stage.say("dan", "revoke all on prod because somebody is inside")
    assert "three seconds" in answer
    assert "/access revoke all on prod because somebody is inside" in answer


@pytest.mark.parametrize(
    ("click", "line"),
    [
        (lambda stage, it: stage.click("bob", act.APPROVE, it), "/access approve {it}"),
        (lambda stage, it: stage.choose("bob", it, "5m"), "/access approve {it} --duration 5m"),
        (lambda stage, it: stage.click("alice", act.CANCEL, it), "/access cancel {it}"),
    ],
    ids=["approve", "shorter", "cancel"],
)
def test_click_that_failed_comes_with_the_line_that_does_the_same(
    stage: Stage, click: Callable[[Stage, str], str], line: str
) -> None:
    """Whatever Slack does to buttons, the same can be typed."""
    request = stage.pending()
    stage.world.people.trouble = TemporaryOutsideError("ratelimited")
    assert line.format(it=request) in click(stage, request)


def test_line_that_does_not_fit_is_not_offered(stage: Stage) -> None:
    """A line that was cut does something else."""
    stage.world.people.trouble = TemporaryOutsideError("ratelimited")
    answer = stage.say("alice", f"to prod -g debug because {'x' * 2_600}")
    assert "The same by typing" not in answer


@pytest.mark.parametrize(
    "typed",
    ['to prod -g debug --reason "use {}"', "deny k7q2m9x4t1bd because {}", "{}"],
)
def test_line_with_a_secret_is_not_offered(slack: Slack, typed: str) -> None:
    """Nobody came to refuse it while the store is gone; it is repeated nowhere all the same."""
    stage = a_stage(slack, store=LostStore(an_agenda()))
    stage.say("alice", typed.format(TOKEN))
    assert TOKEN not in str(stage.slack.calls)


def test_reason_with_a_secret_is_refused_before_slack_is_asked(stage: Stage) -> None:
    """A form is answered by a direct message, which stays."""
    request = stage.pending()
    stage.world.people.trouble = TemporaryOutsideError("ratelimited")
    stage.send_off("bob", request, f"use {TOKEN}")
    told = str(stage.slack.calls)
    assert TOKEN not in told
    assert "GitHub token" in told


def test_error_that_an_administrator_can_mend_says_what_to_mend(stage: Stage) -> None:
    """Nobody has to ask an administrator to look into a log for what Slack said plainly."""
    stage.world.people.trouble = SlackRefusalError("usergroups.users.list", "no_such_subteam")
    answer = stage.say("alice", ASK)
    assert REMEDIES["no_such_subteam"] in answer
    assert "Nothing was stored" in answer


def test_answer_goes_direct_when_response_address_is_used_up(stage: Stage) -> None:
    """What was decided is told, if not here then in a direct message."""
    stage.slack.faults["response"] = "used_url"
    stage.say("alice", ASK)
    (told,) = stage.slack.told("chat.postMessage")
    assert told["channel"] == "U0ALICE"
    assert "Pending" in read(told)


def test_answer_is_logged_when_slack_takes_none(stage: Stage) -> None:
    """Slack down after the click: what was decided stands, and the log says who was not told."""
    request = stage.pending()
    stage.slack.faults |= {"response": "no", "chat.postMessage": "fatal_error"}
    with capture_logs() as logged:
        stage.click("bob", act.APPROVE, request)
    assert not stage.world.store.pending()
    assert [one["person"] for one in logged if one["event"] == "bot.answer_lost"] == ["U0BOB"]
    assert stage.slack.url not in str(logged)


def test_say_gives_reference_when_there_is_a_bug(slack: Slack) -> None:
    """A bug is loud in the log and a reference for the person; the app goes on."""
    stage = a_stage(slack, store=FailingStore(ZeroDivisionError("oops")))
    with capture_logs() as logged:
        answer = stage.say("alice", ASK)
    assert "went wrong inside Daypass" in answer
    assert "oops" not in answer
    (bug,) = [one for one in logged if one["event"] == "bot.broken"]
    assert bug["reference"] in answer
    assert isinstance(bug["exc_info"], ZeroDivisionError)


def test_modal_gives_reference_directly_when_there_is_a_bug(slack: Slack) -> None:
    """A modal has no address for answers: the person is told in a direct message."""
    stage = a_stage(slack, store=FailingStore(ZeroDivisionError("oops")))
    stage.send_off("bob", "k7q2m9x4t1bd", "no")
    (told,) = slack.told("chat.postMessage")
    assert "went wrong inside Daypass" in read(told)
