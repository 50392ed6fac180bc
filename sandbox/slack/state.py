"""The one mutable thing of the emulator: the workspace, its messages and views.

It keeps frozen values and tells its watchers what changed. It knows no rule of Slack's.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace

from sandbox.slack.seed import APP_USER, Seed
from sandbox.slack.values import JSON, SLACKBOT, Account, Channel, Message, UserGroup, View

Watcher = Callable[[JSON], None]


class Workspace:
    """Accounts, channels, messages, open modals and Homes of one team."""

    def __init__(self, seed: Seed, bot_name: str) -> None:
        """Starts with what the seed says, plus the app's own account and Slackbot."""
        self.team = seed.team
        self.accounts: dict[str, Account] = {a.id: a for a in seed.accounts}
        for user, name in ((APP_USER, bot_name), (SLACKBOT, "slackbot")):
            self.accounts[user] = Account(
                id=user, name=name, real_name=name.capitalize(), team_id=self.team.id, is_bot=True
            )
        self.channels: dict[str, Channel] = {c.id: c for c in seed.channels}
        self.usergroups: dict[str, UserGroup] = {g.id: g for g in seed.usergroups}
        self.stacks: dict[str, tuple[View, ...]] = {}
        self.homes: dict[str, View] = {}
        self.choices: dict[tuple[str, str, str], JSON] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._watchers: list[Watcher] = []
        self._numbers = itertools.count(1)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` after every change; the answer is what ends it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def tell(self, **change: object) -> None:
        """Tell everybody who watches that something changed."""
        for watcher in tuple(self._watchers):
            watcher(change)

    def next_id(self, prefix: str) -> str:
        """A fresh id like `V000012`."""
        return f"{prefix}{next(self._numbers):06d}"

    def put_account(self, account: Account) -> None:
        """Add or replace an account."""
        self.accounts[account.id] = account
        self.tell(kind="accounts")

    def put_usergroup(self, group: UserGroup) -> None:
        """Add or replace a user group."""
        self.usergroups[group.id] = group
        self.tell(kind="accounts")

    def put_channel(self, channel: Channel) -> None:
        """Add or replace a channel."""
        self.channels[channel.id] = channel
        self.tell(kind="channels")

    def direct(self, one: str, other: str) -> Channel:
        """The direct message between these two, opened if it was not there."""
        members = frozenset((one, other))
        for channel in self.channels.values():
            if channel.is_im and channel.members == members:
                return channel
        opened = Channel(id=self.next_id("D0"), name="", members=members, is_im=True)
        self.put_channel(opened)
        return opened

    def put_message(self, message: Message) -> None:
        """Add or replace a message."""
        self._messages.setdefault(message.channel, {})[message.ts] = message
        self.tell(kind="message", channel=message.channel, ts=message.ts)

    def drop_message(self, message: Message) -> None:
        """Remove a message."""
        del self._messages[message.channel][message.ts]
        self.tell(kind="message", channel=message.channel, ts=message.ts)

    def message(self, channel: str, ts: str) -> Message | None:
        """The message with this timestamp, ephemeral ones included."""
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str, viewer: str) -> list[Message]:
        """What this person sees in the channel, oldest first, thread replies included."""
        seen = (m for m in self._messages.get(channel, {}).values() if m.only_for in (None, viewer))
        return sorted(seen, key=lambda m: m.ts)

    def visible_channels(self, viewer: str) -> list[Channel]:
        """The channels that this person is a member of."""
        return [c for c in self.channels.values() if viewer in c.members]

    def stack(self, user: str) -> tuple[View, ...]:
        """The modals that this person has open, the top one last."""
        return self.stacks.get(user, ())

    def put_stack(self, user: str, views: Iterable[View]) -> None:
        """Replace the modals that this person has open."""
        self.stacks[user] = tuple(views)
        self.tell(kind="views", user=user)

    def put_home(self, view: View) -> None:
        """Publish a Home."""
        self.homes[view.user] = view
        self.tell(kind="home", user=view.user)

    def view(self, view_id: str) -> View | None:
        """The open modal or Home with this id or external_id."""
        for view in (*itertools.chain(*self.stacks.values()), *self.homes.values()):
            if view_id in (view.id, view.payload.get("external_id") or view.id):
                return view
        return None

    def put_view(self, view: View) -> None:
        """Replace an open modal or Home by its newer self."""
        if self.homes.get(view.user, view).id == view.id and view.payload["type"] == "home":
            self.put_home(view)
            return
        stack = self.stack(view.user)
        self.put_stack(view.user, (view if old.id == view.id else old for old in stack))

    def choose(self, place: tuple[str, str, str], choices: JSON) -> None:
        """Remember what was chosen in a message's menus; the place is (user, channel, ts)."""
        self.choices[place] = choices
        self.tell(kind="message", channel=place[1], ts=place[2])

    def edit(self, message: Message, **changes: object) -> Message:
        """Replace a message by a changed copy."""
        changed = replace(message, **changes)  # type: ignore[arg-type] # Any field.
        self.put_message(changed)
        return changed
