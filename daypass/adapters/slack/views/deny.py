"""The modal that asks for the reason of a no."""

from collections.abc import Sequence

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import Block, View
from daypass.adapters.slack.text import code, mention
from daypass.adapters.slack.views.rows import rows
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.wanted import listed, places
from daypass.domain.catalog import MAX_REASON
from daypass.domain.ids import RequestId
from daypass.domain.request import Request


def deny_view(request: Request, scene: Scene) -> View:
    """Return the modal for a request that was loaded, with all that is asked for."""
    longer = "more time" if request.extends else "access"
    where = f"{code(request.cluster)}, {places(request)}"
    asked = f"{mention(request.requester.id)} asks for {longer} on {where}."
    return _view(request.id, [kit.section(asked), *listed(request), *rows(request, (), scene)])


def deny_view_of(request: RequestId) -> View:
    """Return the modal for a request of which no more is known (a trigger lives three seconds)."""
    return _view(request, [kit.section(f"Request {code(request)}.")])


def _view(request: RequestId, intro: Sequence[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": act.DENY_VIEW,
        "private_metadata": request,
        "title": kit.plain_text("Deny this request?", 24),
        "submit": kit.plain_text("Deny", 24),
        "close": kit.plain_text("Go back", 24),
        "blocks": [
            *intro,
            kit.text_input(
                act.DENY_REASON_BLOCK,
                act.DENY_REASON,
                label="Why not?",
                hint="The requester and this channel read it; it is kept in the audit trail.",
                most=MAX_REASON,
            ),
        ],
    }
