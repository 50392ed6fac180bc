"""What Slack tells of channels by itself: where we may speak again, what was unsaid is said now.

A shortcut only. It is tried again whether or not Slack told us.
"""

import structlog
from slack_bolt import Ack, App, BoltContext

from bot.errors import Body, ErrorHandler
from bot.payloads import ChannelOpened, read
from daypass.domain.errors import OutsideError
from daypass.ports import Ledger
from daypass.usecases.notifications.own_up import told_again

_log = structlog.get_logger(__name__)
_REOPENED = ("channel_unarchive", "group_unarchive")


def register(app: App, ports: Ledger, errors: ErrorHandler) -> None:
    """Hear of channels that we were invited to, and of those that were brought back."""

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


def _tell_again(channel: str, ports: Ledger) -> None:
    try:
        if count := told_again(channel, ports):
            _log.info("told again", channel=channel, requests=count)
    except OutsideError as error:
        _log.warning("told later", channel=channel, why=str(error))
