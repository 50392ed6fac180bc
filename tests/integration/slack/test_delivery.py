"""How commands reach the app: sockets, signed HTTP, acknowledgements, response_url."""

import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient, WebhookClient

from sandbox.slack.client import Client, RefusedError
from sandbox.slack.server import Emulator
from tests.integration.slack.conftest import Connect
from tests.integration.slack.payloads import JSON, TOKENS, Seen, config


def test_say_shows_the_ack_to_the_person_only_when_a_command_is_answered(
    app: App, slack: Client, connect: Connect
) -> None:
    """A command's answer is ephemeral, and mentions arrive as ids."""
    app.command("/access")(lambda ack, body: ack(f"got {body['text']}"))
    connect(app)
    answer = slack.say("alice", "#general", "/access to @bob <prod> & more")
    assert answer["ok"]
    (shown,) = slack.messages("alice", "#general")
    assert shown["text"] == "got to <@U0BOB> &lt;prod&gt; &amp; more"
    assert shown["is_ephemeral"]
    assert slack.messages("bob", "#general") == []


def test_say_shows_the_line_to_everybody_when_the_answer_is_in_channel(
    app: App, slack: Client, connect: Connect
) -> None:
    """`in_channel` shows the answer and what was typed, the reason included."""
    app.command("/access")(lambda ack: ack(response_type="in_channel", text="done"))
    connect(app)
    slack.say("alice", "#general", "/access now")
    texts = [m["text"] for m in slack.messages("bob", "#general")]
    assert texts == ["/access now", "done"]


def test_say_tells_operation_timeout_when_the_ack_is_late(
    app: App, slack: Client, connect: Connect
) -> None:
    """Three seconds without an ack are a failure that the person sees."""
    seen = Seen()

    def late(ack: Callable[[], object]) -> None:
        seen.release.wait(10)
        ack()

    app.command("/access")(late)
    connect(app)
    assert slack.say("alice", "#general", "/access now")["error"] == "operation_timeout"
    seen.release.set()
    assert "operation_timeout" in slack.text("alice", "#general")


def test_say_tells_operation_timeout_when_the_ack_is_lost(
    app: App, slack: Client, connect: Connect
) -> None:
    """A lost ack is no ack; the next one arrives."""
    app.command("/access")(lambda ack: ack())
    connect(app)
    slack.set_faults(lost_acks=1)
    assert not slack.say("alice", "#general", "/access one")["ok"]
    assert slack.say("alice", "#general", "/access two")["ok"]


def test_say_fails_when_no_app_is_connected(slack: Client) -> None:
    """Commands are not queued for an app that is away."""
    assert slack.say("alice", "#general", "/access now")["error"] == "dispatch_failed"


def test_say_refuses_what_a_person_cannot_do(slack: Client) -> None:
    """Unknown commands, foreign channels and deactivated people are refused."""
    assert slack.say("alice", "#general", "/acces now")["error"] == "unknown_command"
    with pytest.raises(RefusedError, match="not in this channel"):
        slack.say("eve", "#access-approvals", "hello")
    with pytest.raises(RefusedError, match="not in this channel"):
        slack.messages("eve", "#access-approvals")
    slack.change_account("carol", deleted=True)
    with pytest.raises(RefusedError, match="cannot sign in"):
        slack.say("carol", "#general", "hello")


def test_response_url_refuses_when_used_five_times_or_late(
    app: App, slack: Client, connect: Connect
) -> None:
    """A response_url takes five answers within thirty minutes."""
    seen = Seen()

    def command(ack: Any, body: JSON) -> None:
        seen.bodies.append(body)
        ack()

    app.command("/access")(command)
    connect(app)
    for _ in range(2):
        slack.say("alice", "#general", "/access")
    first, second = (WebhookClient(body["response_url"]) for body in seen.bodies)
    assert [first.send(text=str(n)).status_code for n in range(6)] == [200] * 5 + [404]
    slack.advance(31 * 60)
    assert "expired_url" in second.send(text="late").body


def test_app_is_told_when_an_account_or_a_group_changes(
    app: App, slack: Client, connect: Connect
) -> None:
    """Whoever is deactivated or leaves a user group is told of to an app that asked for it."""
    told: SimpleQueue[JSON] = SimpleQueue()

    def changed(event: JSON) -> None:
        told.put(event)

    for kind in ("user_change", "subteam_members_changed"):
        app.event(kind)(changed)
    connect(app)
    slack.change_account("carol", deleted=True)
    left = told.get(timeout=10)
    assert (left["user"]["id"], left["user"]["deleted"]) == ("U0CAROL", True)
    slack.change_usergroup("S0SRE", ["bob", "alice"])
    moved = told.get(timeout=10)
    assert moved["subteam_id"] == "S0SRE"
    assert (moved["added_users"], moved["removed_users"]) == (["U0ALICE"], ["U0DAN"])


def test_app_is_told_when_it_is_invited_and_when_a_channel_is_brought_back(
    app: App, slack: Client, connect: Connect
) -> None:
    """An app that asked for it hears of who joined a channel, itself too, and of what returned."""
    told: SimpleQueue[JSON] = SimpleQueue()

    def changed(event: JSON) -> None:
        told.put(event)

    for kind in ("member_joined_channel", "channel_unarchive"):
        app.event(kind)(changed)
    connect(app)
    slack.change_channel("C0APPROVE", leave=["daypass"])
    slack.change_channel("C0APPROVE", join=["daypass"])
    joined = told.get(timeout=10)
    assert (joined["type"], joined["user"], joined["channel"]) == (
        "member_joined_channel",
        "U0DAYPASS",
        "C0APPROVE",
    )
    slack.change_channel("C0APPROVE", archived=True)
    slack.change_channel("C0APPROVE", archived=False)
    assert told.get(timeout=10)["type"] == "channel_unarchive"


@pytest.mark.parametrize("reason", ["refresh_requested", "drop"])
def test_app_comes_back_when_its_socket_ends(
    app: App, slack: Client, connect: Connect, reason: str
) -> None:
    """The SDK reconnects by itself after a refresh and after a cut line."""
    app.command("/access")(lambda ack: ack("here"))
    connect(app)
    slack.disconnect(reason)
    slack.wait_for_app(connections=2, within=30)
    assert slack.say("alice", "#general", "/access")["ok"]


def test_app_is_told_once_when_two_copies_are_connected(
    app: App, slack: Client, connect: Connect
) -> None:
    """Each envelope goes to one socket."""
    seen = Seen()

    def command(ack: Any, body: JSON) -> None:
        seen.bodies.append(body)
        ack()

    app.command("/access")(command)
    connect(app)
    connect(app)
    for _ in range(5):
        assert slack.say("alice", "#general", "/access")["ok"]
    assert len(seen.bodies) == 5


class BoltOverHttp(BaseHTTPRequestHandler):
    """Hands a request to the Bolt app of its server."""

    def do_POST(self) -> None:
        """One delivery."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers: dict[str, str | Sequence[str]] = dict(self.headers.items())
        answer = self.server.app.dispatch(  # type: ignore[attr-defined]
            BoltRequest(body=body, headers=headers)
        )
        self.send_response(answer.status)
        self.end_headers()
        self.wfile.write(answer.body.encode())

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.mark.parametrize(
    ("secret", "ok"),
    [(TOKENS.signing_secret, True), ("another", False)],
    ids=["its own", "another"],
)
def test_say_is_signed_when_delivered_by_http(secret: str, ok: bool) -> None:  # noqa: FBT001
    """Over HTTP Bolt takes what is signed with its secret, and nothing else."""
    server = HTTPServer(("127.0.0.1", 0), BoltOverHttp)
    address = f"http://127.0.0.1:{server.server_port}/slack/events"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    with Emulator(config(request_url=address)) as emulator:
        web = WebClient(TOKENS.bot, base_url=emulator.api_url)
        app = App(client=web, signing_secret=secret)
        app.command("/access")(lambda ack: ack("over http"))
        server.app = app  # type: ignore[attr-defined]
        thread.start()
        assert Client(emulator.url).say("alice", "#general", "/access")["ok"] is ok
    server.shutdown()
    server.server_close()
    thread.join(10)
