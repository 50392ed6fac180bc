"""Logs: one event per line, and no secret in any of them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from daypass import logs


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Be a terminal."""
        return True


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What was logged; logging is left as it was found."""
    root, quiet = logging.getLogger(), [logging.getLogger(name) for name in logs._QUIET]
    before, level, levels = root.handlers[:], root.level, [one.level for one in quiet]
    written = io.StringIO()
    logs.configure("grants", written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    for one, was in zip(quiet, levels, strict=True):
        one.setLevel(was)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_log_writes_one_json_line_per_event(stream: io.StringIO) -> None:
    """A machine reads each line by itself; it knows the role and the time."""
    structlog.get_logger("x").info("granted", lease="k7q2m9x4t1bd-1", text="two\nlines")
    (line,) = _lines(stream)
    assert line["event"] == "granted"
    assert line["lease"] == "k7q2m9x4t1bd-1"
    assert (line["role"], line["level"]) == ("grants", "info")
    assert line["timestamp"].endswith("Z")


def test_log_takes_the_libraries_lines_too_when_they_warn(stream: io.StringIO) -> None:
    """What a library warns of is one of our lines; its chatter is not there at all."""
    logging.getLogger("slack_sdk.web").info("chatter")
    logging.getLogger("slack_sdk.web").warning("retrying %s", "soon")
    assert [line["event"] for line in _lines(stream)] == ["retrying soon"]


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123-abc",
        "xapp-1-A-abc",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
        "redis://:hunter2@redis:6379/0",
        "Authorization: Bearer hunter2",
    ],
)
@pytest.mark.parametrize("wrap", [str, lambda one: {"deep": [one]}, ValueError])
def test_log_hides_what_looks_like_a_secret_wherever_it_is(
    stream: io.StringIO, secret: str, wrap: Any
) -> None:
    """Tokens and passwords leave no trace, in words, in values or in errors."""
    structlog.get_logger("x").info(f"said {secret}", value=wrap(secret))
    text = stream.getvalue()
    assert logs.HIDDEN in text
    assert not any(part in text for part in ("-abc", "c2ln", "hunter2"))


def test_log_shows_a_name_that_holds_the_letters_of_a_token(stream: io.StringIO) -> None:
    """What is hidden for nothing is missing when somebody looks for a fault."""
    structlog.get_logger("x").info("seen", pod="foxapp-7c9d8", other="foxoxb-1")
    (line,) = _lines(stream)
    assert (line["pod"], line["other"]) == ("foxapp-7c9d8", "foxoxb-1")


def test_log_hides_a_value_when_its_key_says_it_is_a_secret(stream: io.StringIO) -> None:
    """A secret of no known form is known by its name."""
    structlog.get_logger("x").info("started", mac_key=b"k" * 32, app_token="odd", count=3)
    (line,) = _lines(stream)
    assert (line["mac_key"], line["app_token"], line["count"]) == (logs.HIDDEN, logs.HIDDEN, 3)


def test_log_hides_secrets_in_tracebacks(stream: io.StringIO) -> None:
    """A crash tells no secret either."""
    try:
        int("redis://:hunter2@redis")
    except ValueError:
        structlog.get_logger("x").exception("crashed")
    (line,) = _lines(stream)
    assert "ValueError" in line["exception"]
    assert "hunter2" not in line["exception"]


def test_log_is_for_people_when_written_to_a_terminal(stream: io.StringIO) -> None:
    """On a terminal a line is read by eyes."""
    terminal = _Terminal()
    logs.configure("bot", terminal)
    structlog.get_logger("y").info("listening", token="hunter2")
    assert "listening" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert "hunter2" not in terminal.getvalue()
    assert stream.getvalue() == ""
