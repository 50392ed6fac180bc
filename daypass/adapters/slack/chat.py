"""Slack out: renders a notification, judges it by Slack's limits, posts or edits it."""

import hashlib
import json
from dataclasses import replace
from typing import Final

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.errors import SlackRefusalError, asking_slack
from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.render import render
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.shifted import announced
from daypass.domain.catalog import Catalog
from daypass.domain.errors import OutsideError, PermanentOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.notification import Announcement, Notification, Receipt, Topic

LOST: Final = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}
)
"""Slack's names for a message that can never be edited again."""
OURS: Final = "The message breaks a limit of Slack, which is a bug in Daypass"
_BROADCAST: Final = frozenset({Topic.CARD, Topic.REMINDED})
_MENTIONED: Final = 10
"""Accounts that one reminder looks up; Slack takes about 50 such questions a minute."""


class SlackChat:
    """`ports.Chat` on the real Slack; `command` is the slash command's name, `/access`."""

    def __init__(self, client: WebClient, catalog: Catalog, command: str) -> None:
        self._client = client
        self._scene = Scene(command=command, catalog=catalog)

    def digest(self, notification: Notification) -> str:
        """Return what tells one rendering from another, without sending."""
        return _digest(render(notification, self._scene))

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post a new message, in a thread if one is given; to a person it is a direct message."""
        scene = self._mentioning(notification)
        message = self._fitting(notification, scene)
        with asking_slack("chat.postMessage"):
            posted = self._client.chat_postMessage(
                channel=thread.channel if thread else notification.to,
                text=message["text"],
                blocks=message["blocks"],
                thread_ts=thread.ts if thread else None,
                # Nobody who could answer follows the thread yet: the channel sees it, too.
                reply_broadcast=thread is not None and notification.topic in _BROADCAST,
                unfurl_links=False,
                unfurl_media=False,
            )
        return _receipt(posted, message)

    def announce(self, announcement: Announcement) -> None:
        """Post what shifted on a cluster."""
        message = announced(announcement)
        about = f"what shifted on {announcement.cluster}"
        _must_fit(message, about)
        with asking_slack("chat.postMessage"):
            self._client.chat_postMessage(
                channel=announcement.to, text=message["text"], blocks=message["blocks"],
                unfurl_links=False, unfurl_media=False,
            )  # fmt: skip

    def edit(self, receipt: Receipt, notification: Notification) -> Receipt:
        """Bring a message that was sent up to date; posts anew where Slack lost it."""
        message = self._fitting(notification, self._scene)
        try:
            with asking_slack("chat.update"):
                posted = self._client.chat_update(
                    channel=receipt.channel,
                    ts=receipt.ts,
                    text=message["text"],
                    blocks=message["blocks"],
                )
        except SlackRefusalError as refusal:
            if refusal.code in LOST:
                return self.send(notification, None)
            raise
        return _receipt(posted, message)

    def _mentioning(self, notification: Notification) -> Scene:
        """Find the accounts of whom a reminder is for, as far as Slack says them now."""
        request = notification.request
        step = request.progress.step
        if notification.topic is not Topic.REMINDED or step is None:
            return self._scene
        heard = {
            request.requester.mailbox,
            *(approval.by.mailbox for approval in request.approvals),
        }
        named = dict.fromkeys(email for one in step.by for email in self._scene.emails_of(one))
        asked = [one for one in named if one not in heard]
        found = {email: self._account(email) for email in asked[:_MENTIONED]}
        return replace(self._scene, accounts={e: who for e, who in found.items() if who})

    def _account(self, email: str) -> PersonId:
        """Return the account with an email; empty where Slack does not say: a name does, too."""
        try:
            with asking_slack("users.lookupByEmail"):
                return PersonId(str(self._client.users_lookupByEmail(email=email)["user"]["id"]))
        except OutsideError:
            return PersonId("")

    def _fitting(self, notification: Notification, scene: Scene) -> Message:
        """Render; whoever waits is told of a message that Slack would refuse."""
        message = render(notification, scene)
        _must_fit(message, f"{notification.key} of {notification.request.id}")
        return message


def _must_fit(message: Message, about: str) -> None:
    breaches = check_message(message)
    if breaches:
        wrong = "; ".join(f"{breach.pointer} {breach.message}" for breach in breaches)
        remedy = f"{OURS}: {wrong}."
        raise PermanentOutsideError(f"{about} breaks Slack's limits: {wrong}", remedy=remedy)


def _receipt(posted: SlackResponse, message: Message) -> Receipt:
    return Receipt(channel=str(posted["channel"]), ts=str(posted["ts"]), digest=_digest(message))


def _digest(message: Message) -> str:
    written = json.dumps(message, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:32]
