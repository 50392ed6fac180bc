"""Where bugs end: logged under a reference that the person is told, and the app goes on."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from slack_bolt import Ack, BoltContext, BoltResponse

from bot.responses import Responder
from bot.services import reference
from bot.texts import broken
from daypass.adapters.slack.blocks import Message
from daypass.domain.ids import PersonId

Body = dict[str, Any]
Listener = Callable[[Ack, Body], None]
_log = structlog.get_logger(__name__)


class ErrorHandler:
    """Guards listeners, and is Bolt's own error handler for what fails before one is reached."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder

    def guarded(self, listener: Listener) -> Callable[[Ack, Body, BoltContext], None]:
        """Return a listener that lets nothing out and always acks.

        Bolt forgets the ack of a listener that raises soon after it, and Slack shows a time-out.
        """
        return self.heard(lambda ack, body, _: listener(ack, body))

    def heard(
        self, listener: Callable[[Ack, Body, BoltContext], None]
    ) -> Callable[[Ack, Body, BoltContext], None]:
        """Return the same for a listener that wants to know whom Slack talks to."""

        def heard(ack: Ack, body: Body, context: BoltContext) -> None:
            try:
                listener(ack, body, context)
            except Exception as error:  # noqa: BLE001 - one of the outermost loops
                if ack.response is None:
                    ack()
                self._tell(self._noted(error, body, context), body, context)

        return heard

    def unheard(self, error: Exception, body: Body, context: BoltContext) -> BoltResponse:
        """Answer for what failed before a listener: a command shows it, the rest is told."""
        said = self._noted(error, body, context)
        if context.authorize_result is None:
            return BoltResponse(status=HTTPStatus.UNAUTHORIZED)
        if "command" in body:
            return BoltResponse(status=HTTPStatus.OK, body=said["text"])
        self._tell(said, body, context)
        return BoltResponse(status=HTTPStatus.OK, body="")

    def _tell(self, said: Message, body: Body, context: BoltContext) -> None:
        if context.user_id:
            url = str(body.get("response_url") or "")
            self._responder.answer(url, PersonId(context.user_id), said)

    def _noted(self, error: Exception, body: Body, context: BoltContext) -> Message:
        name = reference(str(body.get("trigger_id", "")))
        _log.error("bot.broken", reference=name, person=context.user_id, exc_info=error)
        return broken(name)
