"""What Slack's refusals mean to people, and what somebody has to do: one sentence per name.

The names are those that Slack documents for the methods that we call (docs.slack.dev/reference).
"""

from collections.abc import Mapping
from typing import Final

_LATE: Final = "Slack opens a form only within three seconds, and they were over. Try again."
_TAKEN: Final = "Slack opened a form for that already. Try again to have another."
_OUTSIDE: Final = "The bot is not in that channel: invite it there."
_UNKNOWN_CHANNEL: Final = (
    "Slack finds no such channel, or it is private and the bot is not in it: invite the bot there, "
    "or mend the channel's id in daypass.yaml."
)
_ARCHIVED: Final = "That channel is archived: bring it back, or name another one in daypass.yaml."
_MUTED: Final = "A setting of that channel or workspace keeps the bot from posting: let it post."
_TOO_LONG: Final = (
    "The message is longer than Slack takes: fewer levels or namespaces in one request make it "
    "shorter."
)
_UNKNOWN_BOT: Final = (
    "Slack does not take the bot's token any more: an administrator has to install the app again "
    "and give its new token to every process."
)
_RIGHTS: Final = (
    "The Slack app lacks a right that it needs: an administrator has to install it again from "
    "deploy/slack/manifest.yaml."
)
_BARRED: Final = (
    "The workspace does not let the Slack app do that: an administrator of the workspace has to "
    "approve it."
)

REMEDIES: Final[Mapping[str, str]] = {
    # views.open
    "expired_trigger_id": _LATE,
    "trigger_expired": _LATE,
    "invalid_trigger_id": _LATE,
    "exchanged_trigger_id": _TAKEN,
    "trigger_exchanged": _TAKEN,
    # Where a message is to go.
    "not_in_channel": _OUTSIDE,
    "channel_not_found": _UNKNOWN_CHANNEL,
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "restricted_action": _MUTED,
    "restricted_action_read_only_channel": _MUTED,
    "restricted_action_thread_only_channel": _MUTED,
    "restricted_action_non_threadable_channel": _MUTED,
    "restricted_action_thread_locked": _MUTED,
    "cannot_reply_to_message": _MUTED,
    "ekm_access_denied": _MUTED,
    "channel_is_limited_access": _MUTED,
    "messages_tab_disabled": (
        "The app takes no direct messages: an administrator has to turn on its Messages tab, as "
        "in deploy/slack/manifest.yaml."
    ),
    "external_channel_migrating": "That channel is being moved by Slack; it passes by itself.",
    # What a message says.
    "msg_too_long": _TOO_LONG,
    "msg_blocks_too_long": _TOO_LONG,
    "message_limit_exceeded": (
        "The workspace sends more messages than its plan allows: an administrator of the "
        "workspace can raise that."
    ),
    # Who we are.
    "account_inactive": _UNKNOWN_BOT,
    "invalid_auth": _UNKNOWN_BOT,
    "not_authed": _UNKNOWN_BOT,
    "token_expired": _UNKNOWN_BOT,
    "token_revoked": _UNKNOWN_BOT,
    "missing_scope": _RIGHTS,
    "no_permission": _RIGHTS,
    "not_allowed_token_type": _RIGHTS,
    "access_denied": _BARRED,
    "app_access_restricted": _BARRED,
    "two_factor_setup_required": _BARRED,
    "team_access_not_granted": _BARRED,
    "enterprise_is_restricted": _BARRED,
    "forbidden_team": _BARRED,
    "org_login_required": "Slack is moving this workspace to another plan; it passes by itself.",
    # Whom daypass.yaml names.
    "no_such_subteam": (
        "Slack has no such user group as daypass.yaml names: an administrator has to mend it there."
    ),
    "plan_upgrade_required": (
        "This workspace's plan has no user groups: an administrator has to name the people of "
        "that team by email in daypass.yaml."
    ),
}
"""Names that are not here are ours alone to mend, such as arguments that Slack cannot read."""


def remedy(code: str) -> str:
    """Return what people are told of a refusal; empty where there is nothing for them to do."""
    return REMEDIES.get(code, "")
