"""The refusals of the emulator, in Slack's own names."""

from collections.abc import Sequence

from daypass.adapters.slack.limits import Breach
from sandbox.slack.values import JSON


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}`, with whatever else Slack sends beside it."""

    def __init__(self, code: str, **details: object) -> None:
        """`code` is one of Slack's error names; `details` are further members of the answer."""
        super().__init__(code)
        self.code = code
        self.details = details

    def as_answer(self) -> JSON:
        """The body of the answer."""
        return {"ok": False, "error": self.code, **self.details}


class RateLimitedError(SlackError):
    """HTTP 429; `seconds` is what Retry-After says."""

    def __init__(self, seconds: int) -> None:
        """`seconds` is at least 1."""
        super().__init__("ratelimited")
        self.seconds = seconds


class ActingError(Exception):
    """A person tried what Slack's client would not let them do; the text says why."""


def invalid_blocks(breaches: Sequence[Breach]) -> SlackError:
    """What chat.* and views.* answer for blocks that break a limit."""
    messages = [f"[ERROR] {b.message} [json-pointer:{b.pointer}]" for b in breaches]
    return SlackError(
        "invalid_blocks",
        errors=[b.message for b in breaches],
        response_metadata={"messages": messages},
    )


def invalid_view(breaches: Sequence[Breach]) -> SlackError:
    """What views.* answer for a view that breaks a limit."""
    messages = [f"[ERROR] {b.message} [json-pointer:/view{b.pointer}]" for b in breaches]
    return SlackError("invalid_arguments", response_metadata={"messages": messages})
