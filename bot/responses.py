"""Answers to one person: through the response address of what they did, else as a direct message.

What was decided stands whether or not the answer arrives, so nothing is raised from here.
"""

import http.client
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from daypass.adapters.slack.blocks import Message, View
from daypass.adapters.slack.errors import asking_slack
from daypass.adapters.slack.limits import check_message, check_view
from daypass.domain.errors import OutsideError
from daypass.domain.ids import PersonId

SECONDS: Final = 5
"""For an answer through a response address, as for any call of Slack's."""
_log = structlog.get_logger(__name__)


class Responder:
    """Safe to use from several threads."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def answer(self, response_url: str, person: PersonId, message: Message) -> None:
        """Show `message` to `person` alone; the message that was clicked stays as it is."""
        if not (response_url and self._responded(response_url, message)):
            self.direct(person, message)

    def direct(self, person: PersonId, message: Message) -> None:
        """Send a direct message; that it could not be sent is logged."""
        sound = _sound(message)
        try:
            with asking_slack("chat.postMessage"):
                self._client.chat_postMessage(
                    channel=person,
                    text=str(sound["text"]),
                    blocks=sound.get("blocks"),  # type: ignore[arg-type] # Theirs: no TypedDict.
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except OutsideError as error:
            _log.warning("bot.answer_lost", person=person, why=str(error))

    def open(self, trigger: str, view: View) -> None:
        """Open a modal; raises OutsideError when Slack does not (a trigger lives three seconds)."""
        for breach in check_view(view):
            _log.error("bot.view_over_limit", where=breach.pointer, what=breach.message)
        with asking_slack("views.open"):
            self._client.views_open(trigger_id=trigger, view=dict(view))

    def _responded(self, response_url: str, message: Message) -> bool:
        """The address is a secret: it is neither kept nor logged."""
        whole = {"response_type": "ephemeral", "replace_original": False, **_sound(message)}
        client = WebhookClient(response_url, timeout=SECONDS, retry_handlers=[])
        try:
            status = client.send_dict(whole).status_code
        except (SlackClientError, OSError, ValueError, http.client.HTTPException) as error:
            _log.warning("bot.response_failed", why=type(error).__name__)
            return False
        if status != HTTPStatus.OK:
            _log.warning("bot.response_refused", status=status)
        return status == HTTPStatus.OK


def _sound(message: Message) -> Mapping[str, object]:
    """A message that breaks Slack's limits is told by its text alone: better than not at all."""
    breaches = check_message(message)
    for breach in breaches:
        _log.error("bot.message_over_limit", where=breach.pointer, what=breach.message)
    return {"text": message["text"][:3_000]} if breaches else dict(message)
