"""What Slack tells by itself: people who changed or left a group, channels that are open again.

Shortcuts only: the regular look at people, and the next try to say what was unsaid, come whether
or not Slack told us.
"""

from collections.abc import Iterable
from typing import Final

import structlog
from slack_bolt import Ack, App, BoltContext

from bot.errors import Body, ErrorHandler
from bot.payloads import AccountChanged, ChannelOpened, GroupChanged, read
from daypass.domain.errors import OutsideError
from daypass.domain.ids import PersonId
from daypass.ports import Ledger
from daypass.usecases.incident.offboard import look_soon
from daypass.usecases.notifications.own_up import told_again

_REOPENED: Final = ("channel_unarchive", "group_unarchive")
_log = structlog.get_logger(__name__)


def register(app: App, ports: Ledger, errors: ErrorHandler) -> None:
    """Tie what Slack tells to what follows from it."""
    _hear_of_people(app, ports, errors)
    _hear_of_channels(app, ports, errors)


def _hear_of_people(app: App, ports: Ledger, errors: ErrorHandler) -> None:
    def account_changed(ack: Ack, body: Body) -> None:
        ack()
        _look_at([read(AccountChanged, body).person], ports)

    def group_changed(ack: Ack, body: Body) -> None:
        ack()
        _look_at(read(GroupChanged, body).left, ports)

    app.event("user_change")(errors.guarded(account_changed))
    app.event("subteam_members_changed")(errors.guarded(group_changed))


def _hear_of_channels(app: App, ports: Ledger, errors: ErrorHandler) -> None:
    def invited(ack: Ack, body: Body, context: BoltContext) -> None:
        ack()
        told = read(ChannelOpened, body)
        if told.person == context.bot_user_id:
            _tell_again(told.channel, ports)

    def reopened(ack: Ack, body: Body, _context: BoltContext) -> None:
        ack()
        _tell_again(read(ChannelOpened, body).channel, ports)

    app.event("member_joined_channel")(errors.heard(invited))
    for kind in _REOPENED:
        app.event(kind)(errors.heard(reopened))


def _look_at(people: Iterable[PersonId], ports: Ledger) -> None:
    try:
        for person in people:
            if look_soon(person, ports):
                _log.info("bot.looked_at_soon", person=person)
    except OutsideError as error:
        _log.warning("bot.looked_at_later", why=str(error))


def _tell_again(channel: str, ports: Ledger) -> None:
    try:
        if count := told_again(channel, ports):
            _log.info("bot.told_again", channel=channel, requests=count)
    except OutsideError as error:
        _log.warning("bot.told_later", channel=channel, why=str(error))
