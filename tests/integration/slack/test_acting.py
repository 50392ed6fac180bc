"""Buttons, forms and Home, with a real Bolt app."""

import threading
from threading import Timer
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack.client import Client
from tests.integration.slack.conftest import Connect
from tests.integration.slack.payloads import CARD, FORM, JSON, Seen, error_of


def test_click_lets_the_app_edit_answer_and_open_a_form(
    app: App, slack: Client, web: WebClient, connect: Connect
) -> None:
    """A click carries the button's value; a trigger opens one form, a second use is refused."""
    seen = Seen()
    refusals: list[JSON] = []

    def approve(ack: Any, body: JSON, respond: Any, client: WebClient) -> None:
        ack()
        seen.bodies.append(body)
        respond("noted", replace_original=False)
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        second = lambda: client.views_open(trigger_id=body["trigger_id"], view=FORM)  # noqa: E731
        refusals.append(error_of(second))
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="done")

    app.action("approve")(approve)
    connect(app)
    ts = web.chat_postMessage(channel="C0APPROVE", text="card", blocks=CARD)["ts"]
    web.chat_postMessage(channel="C0APPROVE", text="Pending for an hour", thread_ts=ts)
    slack.click("bob", "#access-approvals", match="Pending", action="approve", value="forged")
    slack.wait("bob", "#access-approvals", "done")
    assert [a["value"] for a in seen.bodies[0]["actions"]] == ["k7q2"]
    assert seen.bodies[0]["container"]["message_ts"] == ts
    assert [r["error"] for r in refusals] == ["exchanged_trigger_id"]
    assert [v["callback_id"] for v in slack.views("bob")] == ["deny"]
    assert [m["is_ephemeral"] for m in slack.messages("bob", "#access-approvals")] == [
        False,
        False,
        True,
    ]
    assert slack.messages("bob", "#access-approvals")[0]["edited"]
    assert len(slack.messages("dan", "#access-approvals")) == 2


def test_submit_keeps_the_form_open_until_the_app_is_content(
    app: App, slack: Client, connect: Connect
) -> None:
    """Whoever submits waits for the form; errors come back by block; a yes closes it.

    An empty required input never reaches the app.
    """
    seen = Seen()

    def submitted(ack: Any, body: JSON) -> None:
        seen.bodies.append(body)
        typed = body["view"]["state"]["values"]["reason"]["text"]["value"]
        if typed == "no":
            ack(response_action="errors", errors={"reason": "Say more"})
        else:
            ack()

    def opened(ack: Any, body: JSON, client: WebClient) -> None:
        ack()
        assert seen.release.wait(10)
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    app.shortcut("request_access")(opened)
    app.view("deny")(submitted)
    connect(app)
    slack.run_shortcut("bob", "request_access")
    assert slack.views("bob") == []
    Timer(0.2, seen.release.set).start()
    assert slack.submit("bob", {"reason": ""})["errors"].keys() == {"reason"}
    assert slack.submit("bob", {"reason": "no"})["errors"] == {"reason": "Say more"}
    assert len(slack.views("bob")) == 1
    assert slack.submit("bob", {"reason": "use staging"})["ok"]
    assert slack.views("bob") == []
    assert len(seen.bodies) == 2


def test_close_tells_the_app_when_it_asked_to_know(
    app: App, slack: Client, connect: Connect
) -> None:
    """view_closed is sent for notify_on_close."""
    closed, opened = threading.Event(), threading.Event()

    def shortcut(ack: Any, body: JSON, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        opened.set()

    def close(ack: Any) -> None:
        ack()
        closed.set()

    app.shortcut("request_access")(shortcut)
    app.view_closed("deny")(close)
    connect(app)
    slack.run_shortcut("bob", "request_access")
    assert opened.wait(10)
    slack.close("bob")
    assert closed.wait(10)


def test_home_is_published_when_somebody_opens_it(
    app: App, slack: Client, connect: Connect
) -> None:
    """Opening Home is an event; what is published is that person's alone."""
    published = threading.Event()

    def home(event: JSON, client: WebClient) -> None:
        view = {"type": "home", "blocks": CARD}
        client.views_publish(user_id=event["user"], view=view)
        published.set()

    app.event("app_home_opened")(home)
    connect(app)
    slack.open_home("alice")
    assert published.wait(10)
    shown = slack.home("alice")
    assert shown is not None
    assert "Pending" in shown["as_text"]
    assert slack.home("bob") is None
