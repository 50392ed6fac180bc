"""Slack's rules that need memory: triggers, response URLs, rate limits.

Numbers: docs.slack.dev, interactivity/handling-user-interaction and apis/web-api/rate-limits.
"""

import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from sandbox.slack.clock import Clock
from sandbox.slack.errors import RateLimitedError, SlackError

ACK_SECONDS = 3.0
TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES, RESPONSE_URL_SECONDS = 5, 30 * 60.0
MAX_SOCKETS = 10
MAX_STACK = 3
POSTED_TEXT, UPDATED_TEXT = 40_000, 4_000
POST_BURST = 30
"""Posts to one channel that are tolerated at once; Slack names no number ("short bursts")."""

TIERS: Mapping[str, int] = {"t1": 1, "t2": 20, "t3": 50, "t4": 100, "t5": 600}
"""Calls per minute. t5 stands for Slack's "special" methods, "several hundred per minute"."""


class Triggers:
    """trigger_id: three seconds, one use."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says when one has expired."""
        self._clock = clock
        self._issued: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def issue(self, user: str) -> str:
        """A fresh trigger for what this person just did."""
        trigger = f"{int(self._clock.now())}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._issued[trigger] = (user, self._clock.now())
        return trigger

    def use(self, trigger: str) -> str:
        """Whose trigger it is. Raises SlackError when it is unknown, expired or used."""
        if trigger in self._used:
            raise SlackError("exchanged_trigger_id")
        if trigger not in self._issued:
            raise SlackError("invalid_trigger_id")
        user, issued = self._issued[trigger]
        if self._clock.now() - issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger)
        return user


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Where a response_url leads: a person, a channel and the message they clicked on, if any."""

    user: str
    channel: str
    message_ts: str | None = None
    thread_ts: str | None = None
    is_ephemeral: bool = False
    until: float = 0.0
    uses_left: int = RESPONSE_URL_USES


class ResponseUrls:
    """response_url: thirty minutes, five uses."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says when one has expired."""
        self._clock = clock
        self._open: dict[str, Response] = {}

    def issue(self, response: Response) -> str:
        """The secret path of a fresh response_url."""
        path = secrets.token_urlsafe(24)
        self._open[path] = replace(response, until=self._clock.now() + RESPONSE_URL_SECONDS)
        return path

    def use(self, path: str) -> Response:
        """Where it leads. Raises SlackError `expired_url` or `used_url`."""
        response = self._open.get(path)
        if response is None or self._clock.now() > response.until:
            raise SlackError("expired_url")
        if response.uses_left == 0:
            raise SlackError("used_url")
        self._open[path] = replace(response, uses_left=response.uses_left - 1)
        return response


class RateLimits:
    """Calls per method and minute by tier, and one post per second and channel after a burst."""

    def __init__(self, clock: Clock, tiers: Mapping[str, int] = TIERS) -> None:
        """`tiers` without a tier's name means that this tier is unlimited."""
        self._clock = clock
        self._tiers = tiers
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, float]] = {}

    def count_call(self, method: str, tier: str) -> None:
        """One more call of this method. Raises RateLimitedError when its tier is used up."""
        limit = self._tiers.get(tier)
        if limit is None:
            return
        calls, now = self._calls[method], self._clock.now()
        while calls and now - calls[0] >= 60:  # noqa: PLR2004 - a tier counts per minute
            calls.popleft()
        if len(calls) >= limit:
            raise RateLimitedError(max(1, ceil(60 - (now - calls[0]))))
        calls.append(now)

    def count_post(self, channel: str) -> None:
        """One more post into this channel. Raises RateLimitedError when it is too fast."""
        if not self._tiers:
            return
        left, since = self._posts.get(channel, (float(POST_BURST), self._clock.now()))
        now = self._clock.now()
        left = min(float(POST_BURST), left + (now - since))
        if left < 1:
            self._posts[channel] = (left, now)
            raise RateLimitedError(1)
        self._posts[channel] = (left - 1, now)
