"""users.*, usergroups.*, team.info, bots.info: who is who."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import Call, Method
from sandbox.slack.methods.pages import page_of
from sandbox.slack.seed import APP_ID, APP_USER, BOT_ID
from sandbox.slack.shapes import account_json, usergroup_json
from sandbox.slack.values import JSON


def users_info(call: Call) -> JSON:
    """users.info."""
    return {"user": account_json(call.account(), call.slack.manifest.scopes)}


def users_list(call: Call) -> JSON:
    """users.list, in pages."""
    scopes, workspace = call.slack.manifest.scopes, call.slack.workspace
    _is_of_a_team(call)
    members = [a for a in workspace.accounts.values() if workspace.team.has(a)]
    everyone = [account_json(a, scopes) for a in members]
    found, cursor = page_of(call, everyone, 200)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(call: Call) -> JSON:
    """users.lookupByEmail; deactivated accounts are not found."""
    wanted = call.text("email").casefold()
    for account in call.slack.workspace.accounts.values():
        if not account.deleted and account.email and account.email.casefold() == wanted:
            return {"user": account_json(account, call.slack.manifest.scopes)}
    raise SlackError("users_not_found")


def usergroups_list(call: Call) -> JSON:
    """usergroups.list; members only when asked for."""
    _is_of_a_team(call)
    team = call.slack.workspace.team.id
    groups = [usergroup_json(g, team) for g in call.slack.workspace.usergroups.values()]
    if call.text("include_users").lower() not in ("true", "1"):
        groups = [{k: v for k, v in g.items() if k != "users"} for g in groups]
    return {"usergroups": groups}


def usergroup_users(call: Call) -> JSON:
    """usergroups.users.list."""
    _is_of_a_team(call)
    group = call.slack.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def team_info(call: Call) -> JSON:
    """team.info."""
    team = call.slack.workspace.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain}}


def bots_info(call: Call) -> JSON:
    """bots.info of our own bot."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    name = call.slack.manifest.bot_name
    return {"bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": APP_USER, "name": name}}


def _is_of_a_team(call: Call) -> None:
    """Of an org-wide token the methods that list want to know the workspace."""
    team = call.slack.workspace.team
    if team.is_enterprise_install and call.text("team_id") != team.id:
        raise SlackError("invalid_team" if call.text("team_id") else "missing_argument")


_READ, _GROUPS = ("users:read",), ("usergroups:read",)
METHODS = {
    "users.info": Method(function=users_info, tier="t4", scopes=_READ, required=("user",)),
    "users.list": Method(function=users_list, tier="t2", scopes=_READ),
    "users.lookupByEmail": Method(
        function=lookup_by_email, tier="t3", scopes=("users:read.email",), required=("email",)
    ),
    "usergroups.list": Method(function=usergroups_list, tier="t2", scopes=_GROUPS),
    "usergroups.users.list": Method(
        function=usergroup_users, tier="t2", scopes=_GROUPS, required=("usergroup",)
    ),
    "team.info": Method(function=team_info, tier="t3", scopes=("team:read",)),
    "bots.info": Method(function=bots_info, tier="t3", scopes=_READ),
}  # fmt: skip
