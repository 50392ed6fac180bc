"""Slack's and its library's errors turned into ours: temporary or permanent, with their cause."""

import http.client
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from slack_sdk.errors import SlackApiError, SlackClientError, SlackTokenRotationError

from daypass.adapters.slack.remedies import remedy
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError

CREDENTIALS: Final = frozenset(
    {
        "access_denied",
        "account_inactive",
        "app_access_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""Wrong for every call until an administrator repairs the app: nothing is to be lost meanwhile."""
REPAIR: Final = timedelta(minutes=1)
"""Until it is tried again what an administrator has to mend first."""
PASSING: Final = frozenset(
    {
        "external_channel_migrating",
        "org_login_required",
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)
"""Slack's own trouble, or a limit: over after a while without anybody's doing."""
HALF_DONE: Final = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack says of these that a part may have been done all the same."""
_NAMED: Final = re.compile(r"[a-z0-9_]{1,80}")
"""What Slack's own names look like; anything else was said by something in between, or cut."""


class SlackRefusalError(PermanentOutsideError):
    """Slack's own no; `code` is its name for it, such as `not_in_channel`."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack refused {method}: {code}", remedy=remedy(code))
        self.code = code


def _writes(method: str) -> bool:
    """Whether a call changes something: only of those it matters that no answer came.

    A form that may have opened changed nothing.
    """
    return method.startswith("chat.")


@contextmanager
def asking_slack(method: str) -> Iterator[None]:
    """Let no error of Slack's library out: inside, only OutsideError is raised."""
    try:
        yield
    except SlackClientError as error:
        raise outside(method, error) from error
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise TemporaryOutsideError(
            f"Slack did not answer {method}: {error}", unknown=_writes(method)
        ) from error


def outside(method: str, error: SlackClientError) -> OutsideError:
    """Return our error for one of the library's."""
    if isinstance(error, SlackTokenRotationError):
        return outside(method, error.api_error)
    if not isinstance(error, SlackApiError):
        return PermanentOutsideError(f"{method} could not be asked: {error}")
    return _answered(method, error)


def _answered(method: str, error: SlackApiError) -> OutsideError:
    response = error.response
    status = int(getattr(response, "status_code", 0) or 0)
    code = str(response.get("error") or "no error was named") if response else "no answer"
    said = f"Slack answered {method} with {status} {code[:200]}"
    if code in HALF_DONE:
        return TemporaryOutsideError(said, unknown=_writes(method))
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in PASSING:
        return TemporaryOutsideError(said, delay=_retry_after(response), remedy=remedy(code))
    if (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or status not in (0, 200, 400, 403, 404)
        or not _NAMED.fullmatch(code)
    ):
        return TemporaryOutsideError(said, unknown=_writes(method))
    if code in CREDENTIALS:
        repair = remedy(code)
        return TemporaryOutsideError(f"{said}: the app needs repair", delay=REPAIR, remedy=repair)
    return SlackRefusalError(method, code)


def _retry_after(response: object) -> timedelta | None:
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    named = {name.lower(): value for name, value in headers.items()}
    wait = str(named.get("retry-after", ""))
    return timedelta(seconds=int(wait)) if wait.isdecimal() else None
