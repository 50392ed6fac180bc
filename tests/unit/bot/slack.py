"""Slack's side for tests of the bot: a Web API on loopback that writes down what it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

JSON = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Slack:
    """What arrived, in order; `faults` maps a method or `response` to the error that it answers."""

    url: str = ""
    calls: list[tuple[str, JSON]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    channels: dict[str, JSON] = field(default_factory=dict)
    identity: JSON = field(default_factory=dict)

    @property
    def api(self) -> str:
        """The base address of the Web API."""
        return f"{self.url}/api/"

    def told(self, method: str) -> list[JSON]:
        """Return what was sent to a method, or to response addresses (`response`)."""
        return [sent for name, sent in self.calls if name == method]

    def take(self, method: str, sent: JSON) -> tuple[int, JSON]:
        """Write a call down and answer it."""
        self.calls.append((method, sent))
        if method in self.faults:
            status = 404 if method == "response" else 200
            return status, {"ok": False, "error": self.faults[method]}
        answer: JSON = {"ok": True, "team_id": "T0DEMO", "user_id": "U0DAYPASS", "bot_id": "B0BOT"}
        if method == "auth.test":
            return 200, answer | self.identity
        if method == "conversations.info":
            found = self.channels.get(sent["channel"])
            return 200, {"ok": bool(found), "channel": found, "error": "channel_not_found"}
        return 200, answer


@contextmanager
def running_slack() -> Iterator[Slack]:
    """Serve a Slack on a free port of loopback."""
    slack = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            sent = json.loads(body) if body.startswith("{") else dict(parse_qsl(body))
            for name in ("view", "blocks"):
                if isinstance(sent.get(name), str):
                    sent[name] = json.loads(sent[name])
            method = "response" if "/response" in self.path else self.path.rpartition("/")[2]
            status, answer = slack.take(method, sent)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    slack.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
