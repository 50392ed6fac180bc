"""Slack out, in memory: keeps what was said where, and can be down or limit us as Slack does."""

import hashlib
from dataclasses import dataclass, replace

from daypass.domain.errors import OutsideError, PermanentOutsideError
from daypass.domain.ids import UNMOVED
from daypass.domain.notification import Announcement, Notification, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message as it stands: `thread` is the ts of the message that it answers."""

    ts: str
    notification: Notification
    thread: str = ""
    edits: int = 0


class MemoryChat:
    """Messages per channel or person.

    `trouble` is raised by every call while it is set; a channel in `closed` takes no message.
    """

    def __init__(self) -> None:
        self.messages: dict[str, list[Said]] = {}
        self.closed: set[str] = set()
        self.trouble: OutsideError | None = None
        self.announced: list[Announcement] = []
        self._count = 0

    def digest(self, notification: Notification) -> str:
        """Return what tells one rendering from another: all but what no reader sees."""
        shown = replace(
            notification,
            request=replace(notification.request, version=0, move=UNMOVED),
            leases=tuple(replace(lease, version=0, move=UNMOVED) for lease in notification.leases),
            lease=None,
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post a new message, in a thread if one is given."""
        where = thread.channel if thread else notification.to
        self._answer(where)
        self._count += 1
        ts = f"{self._count}.000000"
        said = Said(ts=ts, notification=notification, thread=thread.ts if thread else "")
        self.messages.setdefault(where, []).append(said)
        return Receipt(channel=where, ts=ts, digest=self.digest(notification))

    def edit(self, receipt: Receipt, notification: Notification) -> Receipt:
        """Bring a message that was sent up to date; posts anew where it was lost."""
        self._answer(receipt.channel)
        said = self.messages.get(receipt.channel, [])
        for at, one in enumerate(said):
            if one.ts == receipt.ts:
                said[at] = replace(one, notification=notification, edits=one.edits + 1)
                return replace(receipt, digest=self.digest(notification))
        return self.send(notification, None)

    def announce(self, announcement: Announcement) -> None:
        """Post what shifted on a cluster."""
        self._answer(announcement.to)
        self.announced.append(announcement)

    def lose(self, receipt: Receipt) -> None:
        """Delete a message, as a person may do in Slack."""
        said = self.messages[receipt.channel]
        self.messages[receipt.channel] = [one for one in said if one.ts != receipt.ts]

    def _answer(self, channel: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        if channel in self.closed:
            raise PermanentOutsideError(f"Slack takes no message for {channel}: not_in_channel")
