"""The Bolt app: who may speak to us at all, what hears what, and what happens to bugs."""

from collections.abc import Callable
from concurrent.futures import Executor
from http import HTTPStatus
from typing import Any, Final

import structlog
from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot import events
from bot.errors import Body, ErrorHandler
from bot.interactions import Interactions, register
from bot.payloads import Origin, read
from bot.responses import Responder
from bot.services import Services
from bot.texts import foreign
from daypass.adapters.slack.home import Home
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import PersonId
from daypass.ports import AskPorts

THREADS: Final = 32
"""For listeners, which wait for Slack and Redis; Bolt's own five let the sixth time out."""
_log = structlog.get_logger(__name__)


def build_app(
    ports: AskPorts,
    client: WebClient,
    executor: Executor,
    *,
    home: Home,
    command: str = "/access",
) -> App:
    """Return the app that answers `command` and our buttons; asks Slack once who it is.

    `executor` runs the listeners and is the caller's to shut down.
    """
    responder = Responder(client)
    services = Services(
        ports=ports, responder=responder, scene=Scene(command=command, catalog=ports.catalog)
    )
    app = App(client=client, listener_executor=executor, raise_error_for_unhandled_request=False)
    app.use(_Gate(home, responder, executor))
    errors = ErrorHandler(responder)
    app.error(errors.unheard)
    events.register(app, ports, errors)
    register(app, Interactions(services=services), errors)
    return app


class _Gate:
    """Middleware: lets through only what is meant for us, from who may be of our people (law 5)."""

    def __init__(self, home: Home, responder: Responder, executor: Executor) -> None:
        self._home = home
        self._responder = responder
        self._executor = executor

    def __call__(
        self,
        body: Body,
        context: BoltContext,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt injects by name.
    ) -> BoltResponse:
        if _is_ours(body, self._home):
            return next()
        _log.warning("bot.foreign", person=context.user_id, team=context.team_id)
        if "command" in body:
            return BoltResponse(status=HTTPStatus.OK, body=foreign(self._home)["text"])
        self._executor.submit(self._refuse, body, context.user_id or "")
        return BoltResponse(status=HTTPStatus.OK, body="")

    def _refuse(self, body: Body, person: str) -> None:
        if url := body.get("response_url"):
            self._responder.answer(str(url), PersonId(person), foreign(self._home))


def _is_ours(body: dict[str, Any], home: Home) -> bool:
    try:
        return read(Origin, body).is_from(home)
    except PermanentOutsideError:
        return False
