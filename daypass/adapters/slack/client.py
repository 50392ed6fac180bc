"""The Web API client: one address, one timeout, no waiting inside.

Slack's `Retry-After` belongs to the agenda, so the library's retries are off.
"""

from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from slack_sdk import WebClient

from daypass.domain.errors import SettingsError

SLACK: Final = "https://slack.com/api/"
CALL_TIMEOUT: Final = timedelta(seconds=5)
"""Slack answers within a second; behind one call wait others."""


def connect(token: str, base_url: str = SLACK, timeout: timedelta = CALL_TIMEOUT) -> WebClient:
    """Return a client that any number of threads may share; opens no connection.

    Raises SettingsError for an address that is neither Slack's nor on loopback: it would be
    handed our token.
    """
    address = base_url.rstrip("/") + "/"
    if address != SLACK and not _on_loopback(address):
        raise SettingsError([f"Slack's address {base_url} is not Slack's and not on loopback"])
    seconds = max(1, round(timeout.total_seconds()))
    return WebClient(token=token, base_url=address, timeout=seconds, retry_handlers=[])


def _on_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
