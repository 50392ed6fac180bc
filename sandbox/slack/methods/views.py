"""views.*: modals and Homes."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import Call, Method
from sandbox.slack.shapes import view_json
from sandbox.slack.values import JSON, View
from sandbox.slack.views import checked_view, new_view, open_view, push_view, replace_view


def open_(call: Call) -> JSON:
    """views.open; costs a trigger."""
    payload = checked_view(call.slack, _view(call), "modal")
    user = call.slack.triggers.use(call.text("trigger_id"))
    return _shown(call, open_view(call.slack, user, payload))


def push(call: Call) -> JSON:
    """views.push; costs a trigger, three views at most."""
    payload = checked_view(call.slack, _view(call), "modal")
    user = call.slack.triggers.use(call.text("trigger_id"))
    return _shown(call, push_view(call.slack, user, payload))


def update(call: Call) -> JSON:
    """views.update by view_id or external_id; a stale hash is refused."""
    view = call.slack.workspace.view(call.text("view_id") or call.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    _same_hash(call, view)
    payload = checked_view(call.slack, _view(call), view.payload["type"])
    return _shown(call, replace_view(call.slack, view, payload))


def publish(call: Call) -> JSON:
    """views.publish: the Home of one person."""
    user = call.account("user_id", "invalid_arguments")
    payload = checked_view(call.slack, _view(call), "home")
    old = call.slack.workspace.homes.get(user.id)
    if old is not None:
        _same_hash(call, old)
        return _shown(call, replace_view(call.slack, old, payload))
    view = new_view(call.slack, user.id, payload)
    call.slack.workspace.put_home(view)
    return _shown(call, view)


def _view(call: Call) -> object:
    return call.structure("view", "invalid_arguments")


def _same_hash(call: Call, view: View) -> None:
    if call.text("hash") not in ("", view.hash):
        raise SlackError("hash_conflict")


def _shown(call: Call, view: View) -> JSON:
    return {"view": view_json(call.slack, view)}


METHODS = {
    "views.open": Method(function=open_, tier="t4", required=("trigger_id", "view")),
    "views.push": Method(function=push, tier="t4", required=("trigger_id", "view")),
    "views.update": Method(function=update, tier="t4", required=("view",)),
    "views.publish": Method(function=publish, tier="t4", required=("user_id", "view")),
}
