"""What Slack tells of people by itself: whoever changed, or left a group, is looked at now.

A shortcut only. The regular look comes whether or not Slack told us.
"""

from collections.abc import Iterable

import structlog
from slack_bolt import Ack, App

from bot.errors import Body, ErrorHandler
from bot.payloads import AccountChanged, GroupChanged, read
from daypass.domain.errors import OutsideError
from daypass.domain.ids import PersonId
from daypass.ports import Ledger
from daypass.usecases.incident.offboard import look_soon

_log = structlog.get_logger(__name__)


def register(app: App, ports: Ledger, errors: ErrorHandler) -> None:
    """Hear of accounts that changed and of people who left a user group."""

    def account_changed(ack: Ack, body: Body) -> None:
        ack()
        _look_at([read(AccountChanged, body).person], ports)

    def group_changed(ack: Ack, body: Body) -> None:
        ack()
        _look_at(read(GroupChanged, body).left, ports)

    app.event("user_change")(errors.guarded(account_changed))
    app.event("subteam_members_changed")(errors.guarded(group_changed))


def _look_at(people: Iterable[PersonId], ports: Ledger) -> None:
    try:
        for person in people:
            if look_soon(person, ports):
                _log.info("looked at soon", person=person)
    except OutsideError as error:
        _log.warning("looked at later", why=str(error))
