"""What is found out before the bot listens: which channels hear us."""

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk import WebClient

from daypass.adapters.slack.errors import SlackRefusalError, asking_slack
from daypass.domain.catalog import Catalog
from daypass.domain.errors import OutsideError


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A channel of a workflow where a card may not be seen, or by too many, and why."""

    channel: str
    why: str


def unheard(catalog: Catalog, client: WebClient) -> Iterator[Unheard]:
    """Yield the channels that need an administrator's look; never raises."""
    for channel in dict.fromkeys(flow.channel for flow in catalog.workflows if flow.channel):
        why = _trouble(channel, client)
        if why:
            yield Unheard(channel=channel, why=why)


def _trouble(channel: str, client: WebClient) -> str:
    try:
        with asking_slack("conversations.info"):
            found = client.conversations_info(channel=channel)["channel"]
    except SlackRefusalError as error:
        return f"Slack says {error.code}; is the id right, and was the bot invited?"
    except OutsideError as error:
        if "missing_scope" in str(error):
            return "cannot be checked: the app lacks channels:read (groups:read if it is private)"
        return f"could not be checked: {error}"
    if found.get("is_archived"):
        return "is archived"
    if not found.get("is_member"):
        return "the bot is not a member; invite it"
    return "is shared with another workspace" if found.get("is_ext_shared") else ""
