"""auth.test and blocks.validate."""

from daypass.adapters.slack.limits import Breach, check_blocks, check_message, check_view
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import Call, Method
from sandbox.slack.seed import APP_USER, BOT_ID
from sandbox.slack.values import JSON


def auth_test(call: Call) -> JSON:
    """auth.test: whose token this is."""
    team = call.slack.workspace.team
    org_wide = team.is_enterprise_install
    named = {"enterprise_id": team.enterprise_id} if team.enterprise_id else {}
    return {
        "url": f"{call.slack.url}/",
        "team": team.enterprise_name if org_wide else team.name,
        "team_id": team.enterprise_id if org_wide else team.id,
        **named,
        "user": call.slack.manifest.bot_name,
        "user_id": APP_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": org_wide,
    }


def blocks_validate(call: Call) -> JSON:
    """blocks.validate: exactly one of blocks, message, view."""
    given = [name for name in ("blocks", "message", "view") if name in call.args]
    if len(given) != 1:
        words = "must provide exactly one of `blocks`, `view`, or `message`"
        raise SlackError("invalid_arguments", response_metadata={"messages": [words]})
    breaches = _judged(call, given[0])
    if breaches:
        raise SlackError(f"invalid_{given[0]}", errors=[b.as_error() for b in breaches])
    return {}


def _judged(call: Call, name: str) -> tuple[Breach, ...]:
    value = call.structure(name, "invalid_arguments")
    if name == "blocks":
        return check_blocks(value)
    if not isinstance(value, dict):
        raise SlackError("invalid_arguments")
    return check_message(value) if name == "message" else check_view(value)


METHODS = {
    "auth.test": Method(function=auth_test, tier="t5"),
    "blocks.validate": Method(function=blocks_validate, tier="t4"),
}
