"""Each error of Slack and its library becomes one of ours, and says whether to try again."""

import http.client
import inspect
import ssl
from datetime import timedelta
from urllib.error import URLError

import pytest
import slack_sdk.errors
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError, SlackTokenRotationError
from slack_sdk.web import SlackResponse

from daypass.adapters.slack.client import connect
from daypass.adapters.slack.errors import SlackRefusalError, asking_slack
from daypass.domain.errors import (
    OutsideError,
    PermanentOutsideError,
    SettingsError,
    TemporaryOutsideError,
)

LIBRARY = [
    kind
    for _, kind in inspect.getmembers(slack_sdk.errors, inspect.isclass)
    if issubclass(kind, SlackClientError)
]
NETWORK = [
    URLError("no route"),
    TimeoutError("timed out"),
    ConnectionResetError("reset"),
    ssl.SSLError("bad certificate"),
    http.client.IncompleteRead(b""),
    http.client.RemoteDisconnected("gone"),
]


def answered(status: int, code: str | None, **headers: str) -> SlackApiError:
    """Return the library's error for one answer of Slack."""
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.update",
        req_args={},
        data={"ok": False, "error": code} if code else {"ok": False},
        headers=headers,
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


def outcome(error: BaseException) -> OutsideError:
    """Return what comes out where `error` happens inside."""
    with pytest.raises(OutsideError) as caught, asking_slack("chat.update"):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


@pytest.mark.parametrize("kind", LIBRARY)
def test_asking_lets_no_error_of_the_library_out(kind: type[SlackClientError]) -> None:
    """Whatever class the library has, ours comes out, with the library's as its cause."""
    refused = answered(200, "not_in_channel")
    if kind is SlackApiError:
        assert isinstance(outcome(refused), PermanentOutsideError)
    elif kind is SlackTokenRotationError:
        assert isinstance(outcome(SlackTokenRotationError(refused)), PermanentOutsideError)
    else:
        assert isinstance(outcome(kind("wrong")), PermanentOutsideError)


@pytest.mark.parametrize("error", NETWORK, ids=lambda error: type(error).__name__)
def test_asking_is_unknown_when_no_answer_came(error: Exception) -> None:
    """Without an answer it may have been done or not, and may be tried again."""
    found = outcome(error)
    assert isinstance(found, TemporaryOutsideError)
    assert found.unknown


def test_asking_carries_retry_after_when_slack_limits() -> None:
    """Slack says how long to wait, and that is how long we wait."""
    found = outcome(answered(429, "ratelimited", **{"Retry-After": "7"}))
    assert isinstance(found, TemporaryOutsideError)
    assert found.delay == timedelta(seconds=7)
    nameless = outcome(answered(429, None))
    assert isinstance(nameless, TemporaryOutsideError)
    assert nameless.delay is None


@pytest.mark.parametrize(
    ("status", "code"), [(503, "service_unavailable"), (500, None), (200, "internal_error")]
)
def test_asking_is_temporary_when_slack_is_unwell(status: int, code: str | None) -> None:
    """A server's own trouble passes."""
    assert isinstance(outcome(answered(status, code)), TemporaryOutsideError)


@pytest.mark.parametrize("code", [None, "Received a response in a non-JSON format: <html>…"])
def test_asking_is_temporary_when_it_was_not_slack_that_answered(code: str | None) -> None:
    """A page of something in between is no refusal: nobody loses access for it."""
    assert isinstance(outcome(answered(200, code)), TemporaryOutsideError)


def test_asking_is_unknown_when_slack_may_have_done_a_part() -> None:
    """Slack's own failure does not say that nothing happened."""
    found = outcome(answered(200, "fatal_error"))
    assert isinstance(found, TemporaryOutsideError)
    assert found.unknown


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "missing_scope"])
def test_asking_waits_for_repair_when_credentials_are_wrong(code: str) -> None:
    """Nothing is lost while an administrator repairs the app."""
    found = outcome(answered(200, code))
    assert isinstance(found, TemporaryOutsideError)
    assert found.delay == timedelta(minutes=1)


def test_asking_keeps_slacks_name_when_refused() -> None:
    """The code says what to do about it."""
    found = outcome(answered(200, "is_archived"))
    assert isinstance(found, SlackRefusalError)
    assert found.code == "is_archived"


@pytest.mark.parametrize(
    "address", ["https://slack.example.com/api/", "http://10.0.0.1/api/", "nonsense"]
)
def test_connect_refuses_address_that_is_not_slacks(address: str) -> None:
    """Our token is handed to Slack, or to this machine, and to nobody else."""
    with pytest.raises(SettingsError):
        connect("xoxb-example", address)


@pytest.mark.parametrize(
    "address", ["https://slack.com/api", "http://127.0.0.1:1/api/", "http://localhost:1/api/"]
)
def test_connect_waits_in_no_handler(address: str) -> None:
    """The client has a timeout and never sleeps: waiting belongs to the clock."""
    client = connect("xoxb-example", address)
    assert client.retry_handlers == []
    assert client.timeout == 5
    assert client.base_url.endswith("/api/")
