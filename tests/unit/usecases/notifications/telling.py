"""A desk at which Slack is told, and a chat that is interrupted; for the tests of notify."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.lease import Lease
from daypass.domain.notification import Notification, Receipt, Topic, Unsaid
from daypass.domain.request import Request
from daypass.ports import NOTIFICATIONS, Change, Claim, NotifyPorts, PromiseKind
from daypass.usecases.notifications.notify import notify
from daypass.usecases.shared.pauses import SPREAD
from daypass.usecases.shared.rows import card
from tests.builders import (
    World,
    a_request,
)

CHANNEL, ALICE = "C0APPROVE", "U0ALICE"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A world, and a chat to tell it to."""

    world: World
    chat: MemoryChat

    @property
    def ports(self) -> NotifyPorts:
        """The notifications worker's ports."""
        return self.world.notify(self.chat)

    def put(self, request: Request, *leases: Lease) -> None:
        """Commit what is so now, with its promise to tell it."""
        store = self.world.store
        known, held = store.request(request.id), {x.id: x for x in store.leases(request.lease_ids)}
        change = Change(
            move=self.world.ids.move(),
            requests=(replace(request, version=known.version if known else 0),),
            leases=tuple(replace(x, version=held[x.id].version if x.id in held else 0)
                         for x in leases),
            promises=(card(request.id, self.world.clock.now()),),
        )  # fmt: skip
        store.commit(change)

    def claim(self) -> Claim:
        """Claim the promise that is due."""
        (claim,) = self.world.agenda.claim(NOTIFICATIONS, 9)
        return claim

    def tell(self) -> Unsaid | None:
        """Do as the worker does with one promise."""
        return notify(self.claim(), self.ports)

    def due_in(self) -> timedelta | None:
        """Say when the promise is due again, None when it is kept."""
        rows = self.world.agenda.promises(NOTIFICATIONS)
        at = rows.get((PromiseKind.CARD, a_request().id))
        return None if at is None else at - self.world.clock.now()

    def waits(self, wait: timedelta) -> bool:
        """Whether the promise is due again after that wait, spread: never sooner."""
        due = self.due_in()
        return due is not None and wait <= due <= wait * (1 + SPREAD)

    def until_due(self) -> None:
        """Let time pass until the promise is due again."""
        self.world.clock.advance(self.due_in() or timedelta(0))

    def said(self, where: str) -> list[tuple[Topic, str]]:
        """Return topic and state of what stands in a channel or direct message."""
        found = self.chat.messages.get(where, [])
        return [(one.notification.topic, one.notification.request.state.value) for one in found]


class Interrupted(MemoryChat):
    """A chat in which, once, something else happens just before a call of ours lands."""

    def __init__(self, chat: MemoryChat, call: str, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.messages = chat.messages
        self._chat = chat
        self._call = call
        self._meanwhile: Callable[[], object] | None = meanwhile

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post, after whatever happens meanwhile."""
        self._happen("send")
        return self._chat.send(notification, thread)

    def edit(self, receipt: Receipt, notification: Notification) -> Receipt:
        """Edit, after whatever happens meanwhile."""
        self._happen("edit")
        return self._chat.edit(receipt, notification)

    def _happen(self, call: str) -> None:
        meanwhile = self._meanwhile
        if meanwhile is not None and call == self._call:
            self._meanwhile = None
            meanwhile()
