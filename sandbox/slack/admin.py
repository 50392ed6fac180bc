"""The part of the control API that changes the world: accounts, time, faults, sockets, traffic."""

import asyncio
import contextlib
from dataclasses import dataclass, fields, replace

from sandbox.slack.control import Action
from sandbox.slack.core import Slack
from sandbox.slack.delivery import Delivery
from sandbox.slack.names import account_named
from sandbox.slack.shapes import account_json
from sandbox.slack.sockets import REASONS, Sockets
from sandbox.slack.values import JSON, Account, Channel


@dataclass(slots=True, kw_only=True)
class Admin:
    """One method per action; each takes a JSON object and gives one back."""

    slack: Slack
    sockets: Sockets
    delivery: Delivery

    def actions(self) -> dict[str, Action]:
        """The actions by the last part of their address."""
        return {
            "account": self.account,
            "usergroup": self.usergroup,
            "channel": self.channel,
            "clock": self.clock,
            "faults": self.faults,
            "disconnect": self.disconnect,
            "traffic": self.traffic,
            "health": self.health,
        }

    async def account(self, wanted: JSON) -> JSON:
        """Change fields of an account (`email`, `deleted`, `is_restricted`, …)."""
        account = account_named(self.slack, str(wanted["user"]))
        changes = {name: value for name, value in wanted.items() if name != "user"}
        unknown = set(changes) - {f.name for f in fields(Account)} | ({"id"} & set(changes))
        if unknown:
            message = f"an account has no {', '.join(sorted(unknown))} to change"
            raise ValueError(message)
        if "teams" in changes:
            changes["teams"] = tuple(changes["teams"])
        changed = replace(account, **changes)
        self.slack.workspace.put_account(changed)
        user = account_json(changed, self.slack.manifest.scopes)
        self.delivery.announce({"type": "user_change", "user": user})
        return {"ok": True}

    async def usergroup(self, wanted: JSON) -> JSON:
        """Replace the members (`users`) of a user group."""
        group = self.slack.workspace.usergroups[str(wanted["id"])]
        users = tuple(account_named(self.slack, name).id for name in wanted["users"])
        self.slack.workspace.put_usergroup(replace(group, users=users))
        self.delivery.announce(
            {
                "type": "subteam_members_changed",
                "subteam_id": group.id,
                "team_id": self.slack.workspace.team.id,
                "added_users": [one for one in users if one not in group.users],
                "removed_users": [one for one in group.users if one not in users],
            }
        )
        return {"ok": True}

    async def channel(self, wanted: JSON) -> JSON:
        """Have people `join` or `leave` a channel; archive it, or bring it back (`archived`)."""
        channel = self.slack.workspace.channels[str(wanted["id"])]
        joins = [account_named(self.slack, name).id for name in wanted.get("join", [])]
        leaves = {account_named(self.slack, name).id for name in wanted.get("leave", [])}
        archived = bool(wanted.get("archived", channel.is_archived))
        members = (channel.members | set(joins)) - leaves
        self.slack.workspace.put_channel(replace(channel, members=members, is_archived=archived))
        for user in joins:
            self.delivery.announce(self._joined(channel, user))
        if channel.is_archived and not archived:
            kind = "group_unarchive" if channel.is_private else "channel_unarchive"
            self.delivery.announce({"type": kind, "channel": channel.id, "user": "U0BOB"})
        return {"ok": True}

    def _joined(self, channel: Channel, user: str) -> JSON:
        """docs.slack.dev/reference/events/member_joined_channel."""
        return {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self.slack.workspace.team.id,
        }

    async def clock(self, wanted: JSON) -> JSON:
        """Move time forward by `advance` seconds."""
        self.slack.clock.advance(float(wanted.get("advance", 0)))
        self.slack.workspace.tell(kind="clock")
        return {"ok": True, "now": self.slack.clock.now(), "offset": self.slack.clock.offset}

    async def faults(self, wanted: JSON) -> JSON:
        """Set the faults that are named; `{"clear": true}` takes all away."""
        if wanted.get("clear"):
            self.slack.faults.clear()
        else:
            self.slack.faults.change(wanted)
        if self.slack.faults.down:
            self.sockets.drop()
        self.slack.workspace.tell(kind="faults")
        return {"ok": True}

    async def disconnect(self, wanted: JSON) -> JSON:
        """End the sockets as Slack does (`reason`), or cut them (`drop`)."""
        reason = str(wanted.get("reason", "refresh_requested"))
        if reason == "drop":
            self.sockets.drop()
        elif reason in REASONS:
            await self.sockets.disconnect(reason)
        else:
            message = f"no such reason, only: drop, {', '.join(REASONS)}"
            raise ValueError(message)
        return {"ok": True}

    async def traffic(self, wanted: JSON) -> JSON:
        """The calls and deliveries after the number `since`."""
        return {"exchanges": self.slack.traffic.since(int(wanted.get("since") or 0))}

    async def health(self, wanted: JSON) -> JSON:
        """How many sockets the app has open, and opened in all; waits up to `within` s for both."""
        changed = asyncio.Event()
        stop = self.slack.workspace.watch(lambda _: changed.set())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(wanted.get("within", 0))):
                while not self._is_there(wanted):
                    changed.clear()
                    await changed.wait()
        stop()
        opened = {"sockets": len(self.sockets.open), "connections": self.sockets.connections}
        return {"ok": self._is_there(wanted), **opened}

    def _is_there(self, wanted: JSON) -> bool:
        enough = self.sockets.connections >= int(wanted.get("connections", 0))
        return enough and len(self.sockets.open) >= int(wanted.get("sockets", 0))
