"""The Web API over HTTP: arguments in every form that Slack takes, scopes, limits, faults."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.slack.core import Slack
from sandbox.slack.errors import RateLimitedError, SlackError
from sandbox.slack.methods import apps, chat, conversations, people, views
from sandbox.slack.methods.call import Call, Method
from sandbox.slack.sockets import Sockets
from sandbox.slack.values import JSON


def methods(sockets: Sockets) -> dict[str, Method]:
    """Every method by name."""

    def connections_open(call: Call) -> JSON:
        """apps.connections.open: a WebSocket address that works once."""
        address = call.slack.url.replace("http", "ws", 1)
        return {"url": f"{address}/link/?ticket={sockets.ticket()}&app_id=A0DAYPASS"}

    opening = Method(function=connections_open, tier="t3", app_token=True)
    families = (apps, chat, conversations, people, views)
    found = {name: method for family in families for name, method in family.METHODS.items()}
    return {**found, "apps.connections.open": opening}


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, slack: Slack, sockets: Sockets) -> None:
        """Nothing is served before `answer` is called."""
        self._slack = slack
        self._methods = methods(sockets)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call, from its bytes to its answer."""
        name = request.match_info["method"]
        started = self._slack.clock.now()
        args = await read_arguments(request)
        token = _token(request, args)
        await asyncio.sleep(self._slack.faults.hang_seconds)
        response, body = self._respond(name, token, args)
        self._slack.traffic.add(
            at=started,
            direction="in",
            name=name,
            sent={key: value for key, value in args.items() if key != "token"},
            answer=body,
            took=(self._slack.clock.now() - started) * 1000,
            status="ok" if body.get("ok") else str(body.get("error")),
        )
        if self._slack.faults.takes_answer() and request.transport is not None:
            request.transport.abort()
        return response

    def _respond(self, name: str, token: str, args: JSON) -> tuple[web.Response, JSON]:
        if self._slack.faults.down:
            body = {"ok": False, "error": "service_unavailable"}
            return web.json_response(body, status=503), body
        try:
            body = {"ok": True, **self._call(name, token, args)}
            return web.json_response(body, headers=self._headers(name)), body
        except RateLimitedError as error:
            headers = {"Retry-After": str(error.seconds)}
            return web.json_response(error.as_answer(), status=429, headers=headers), (
                error.as_answer()
            )
        except SlackError as error:
            return web.json_response(error.as_answer()), error.as_answer()

    def _call(self, name: str, token: str, args: JSON) -> JSON:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._authorize(method, token)
        self._slack.faults.raise_for(name)
        self._slack.rates.count_call(name, method.tier)
        missing = [f for f in method.required if args.get(f) in (None, "")]
        if missing:
            words = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", response_metadata={"messages": words})
        return method.function(Call(slack=self._slack, args=args))

    def _authorize(self, method: Method, token: str) -> None:
        tokens = self._slack.tokens
        if not token:
            raise SlackError("not_authed")
        if token not in (tokens.bot, tokens.app):
            raise SlackError("invalid_auth")
        if token != (tokens.app if method.app_token else tokens.bot):
            raise SlackError("not_allowed_token_type")
        scopes = self._slack.manifest.scopes
        if method.scopes and not scopes.intersection(method.scopes):
            provided = ",".join(sorted(scopes))
            raise SlackError("missing_scope", needed=method.scopes[0], provided=provided)

    def _headers(self, name: str) -> dict[str, str]:
        return {
            "X-OAuth-Scopes": ",".join(sorted(self._slack.manifest.scopes)),
            "X-Accepted-OAuth-Scopes": ",".join(self._methods[name].scopes),
        }


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """The arguments: query, and a body of JSON (may be empty), urlencoded or multipart."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        args |= _object(text) if text.strip() else {}
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args |= _strings(await request.post())
    return args


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _strings(form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _token(request: web.Request, args: Mapping[str, Any]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token") or "")
