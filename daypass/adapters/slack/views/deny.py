"""The modal that asks for the reason of a no."""

from daypass.adapters.slack import actions as act
from daypass.adapters.slack import blocks as kit
from daypass.adapters.slack.blocks import View
from daypass.adapters.slack.text import code, inert, mention
from daypass.adapters.slack.views.card import wanted
from daypass.domain.catalog import MAX_REASON
from daypass.domain.ids import RequestId
from daypass.domain.request import Request


def deny_view(request: Request) -> View:
    """Return the modal for a request that was loaded."""
    asked = f"{mention(request.requester.id)} asks for {wanted(request)}"
    return _view(request.id, f"{asked} on {inert(request.cluster, 80)}.")


def deny_view_of(request: RequestId) -> View:
    """Return the modal for a request of which no more is known (a trigger lives three seconds)."""
    return _view(request, f"Request {code(request)}.")


def _view(request: RequestId, intro: str) -> View:
    return {
        "type": "modal",
        "callback_id": act.DENY_VIEW,
        "private_metadata": request,
        "title": kit.plain_text("Deny this request?", 24),
        "submit": kit.plain_text("Deny", 24),
        "close": kit.plain_text("Go back", 24),
        "blocks": [
            kit.section(intro),
            kit.text_input(
                act.DENY_REASON_BLOCK,
                act.DENY_REASON,
                label="Why not?",
                hint="The requester and this channel read it; it is kept in the audit trail.",
                most=MAX_REASON,
            ),
        ],
    }
