"""The page in a real browser: people act, others see it without reloading, nothing hostile runs."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack.client import Client
from sandbox.slack.server import Emulator
from tests.browser import complain
from tests.integration.slack.conftest import Connect
from tests.integration.slack.payloads import CARD, FORM, JSON, buttons, plain, section

pytestmark = pytest.mark.real
COMPOSER = "[data-composer=channel]"
HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror=window.hacked=1> "
    "<javascript:window.hacked=1|click> <data:text/html,x|data> *<b onclick=window.hacked=1>bold*"
)

# By hand there is time between the two for the choice to come back; here there is none.
CHOOSE_AND_OPEN = """(shorter) => {
  shorter.value = "10m";
  shorter.dispatchEvent(new Event("change"));
  document.querySelector("[data-action-id=more] button").click();
}"""
CONFIRM = {
    "title": plain("Sure?"), "text": plain("It is prod."), "confirm": plain("Yes"),
    "deny": plain("No"),
}  # fmt: skip


@pytest.fixture
def page(browser: Browser, emulator: Emulator, problems: list[str]) -> Iterator[Page]:
    """The page, acting as alice in #access-approvals; foreign requests are complaints."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    complain(opened, emulator.url, problems)
    opened.goto(f"{emulator.url}/?as=alice&channel=access-approvals")
    opened.wait_for_selector(COMPOSER)
    yield opened
    context.close()
    assert problems == []


def act_as(page: Page, name: str) -> None:
    page.click(f"[data-account={name}]")
    page.wait_for_selector(f"[data-account={name}].own")


def test_command_is_run_and_remembered_when_typed(page: Page, app: App, connect: Connect) -> None:
    """Hint, answer only for me, and the line again by the arrow key."""
    app.command("/access")(lambda ack, body: ack(f"got {body['text']}"))
    connect(app)
    page.fill(COMPOSER, "/ac")
    expect(page.locator(".hints")).to_contain_text("/access")
    page.fill(COMPOSER, "/access catalog")
    page.press(COMPOSER, "Enter")
    expect(page.locator("[data-ephemeral]")).to_contain_text("Only visible to you")
    expect(page.locator("[data-ephemeral]")).to_contain_text("got catalog")
    page.press(COMPOSER, "ArrowUp")
    expect(page.locator(COMPOSER)).to_have_value("/access catalog")
    act_as(page, "bob")
    expect(page.locator("[data-ephemeral]")).to_have_count(0)


def test_card_changes_for_everybody_when_somebody_confirms(
    page: Page, app: App, web: WebClient, connect: Connect
) -> None:
    """A confirm dialog stands before the click, and the card is edited in place, without reload."""
    approve = {**CARD[1]["elements"][0], "confirm": CONFIRM}

    clicks: list[str] = []

    def approved(ack: Any, body: JSON, client: WebClient) -> None:
        ack()
        clicks.append(body["user"]["name"])
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        client.chat_update(**place, text="x", blocks=[section("*Granted*")])
        client.chat_postMessage(channel=place["channel"], thread_ts=place["ts"], text="by bob")

    app.action("approve")(approved)
    connect(app)
    posted = web.chat_postMessage(
        channel="C0APPROVE", text="card", blocks=[section("Pending"), buttons(approve)]
    )
    card = page.locator(f"[data-ts='{posted['ts']}']")
    act_as(page, "bob")
    card.locator("[data-action-id=approve]").click()
    page.click("dialog [data-answer=deny]")
    expect(card).to_contain_text("Pending")
    card.locator("[data-action-id=approve]").click()
    page.click("dialog [data-answer=confirm]")
    expect(card.locator("b").nth(1)).to_have_text("Granted")
    expect(card.locator("[data-action-id]")).to_have_count(0)
    expect(card).to_contain_text("(edited)")
    card.locator(".replies").click()
    expect(page.locator("#thread")).to_contain_text("by bob")
    assert clicks == ["bob"]


def test_form_shows_errors_and_keeps_what_was_typed_when_refused(
    page: Page, app: App, connect: Connect
) -> None:
    """Errors stand at their input, what was typed stays, and a yes closes the form."""

    def submitted(ack: Any, view: JSON) -> None:
        typed = view["state"]["values"]["reason"]["text"]["value"]
        if len(typed) < 5:
            ack(response_action="errors", errors={"reason": "Say more"})
        else:
            ack()

    def opened(ack: Any, body: JSON, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    app.shortcut("request_access")(opened)
    app.view("deny")(submitted)
    connect(app)
    page.click("[data-shortcut=request_access]")
    page.click("dialog [data-submit]")
    error = page.locator("dialog [data-block-id=reason] .error")
    expect(error).to_contain_text("required")
    page.fill("dialog [data-action-id=text]", "no")
    page.click("dialog [data-submit]")
    expect(error).to_have_text("Say more")
    expect(page.locator("dialog [data-action-id=text]")).to_have_value("no")
    page.fill("dialog [data-action-id=text]", "use staging")
    page.click("dialog [data-submit]")
    expect(page.locator("dialog")).to_have_count(0)


def test_menus_tell_the_app_when_somebody_chooses(
    page: Page, app: App, web: WebClient, connect: Connect
) -> None:
    """Selects and overflow menus deliver the chosen option, and a select keeps it."""
    chosen: list[str] = []
    told = threading.Semaphore(0)

    def choose(ack: Any, body: JSON) -> None:
        ack()
        chosen.append(body["actions"][0]["selected_option"]["value"])
        told.release()

    app.action("shorter")(choose)
    app.action("more")(choose)
    connect(app)
    options = [{"text": plain(text), "value": text} for text in ("5m", "10m")]
    shorter = {"type": "static_select", "action_id": "shorter", "options": options}
    more = {"type": "overflow", "action_id": "more", "options": options}
    web.chat_postMessage(channel="C0APPROVE", text="x", blocks=[buttons(shorter, more)])
    page.select_option("[data-action-id=shorter]", "10m")
    assert told.acquire(timeout=10)
    page.click("[data-action-id=more] button")
    page.click("[role=menuitem][data-value='5m']")
    assert told.acquire(timeout=10)
    assert chosen == ["10m", "5m"]
    expect(page.locator("[data-action-id=shorter]")).to_have_value("10m")


def test_open_menu_stays_when_something_else_comes(
    page: Page, app: App, web: WebClient, slack: Client, connect: Connect
) -> None:
    """A choice just made, or news elsewhere, draws nothing anew under somebody's hand."""
    app.event("app_home_opened")(lambda: None)
    app.action("shorter")(lambda ack: ack())
    connect(app)
    options = [{"text": plain(text), "value": text} for text in ("5m", "10m")]
    shorter = {"type": "static_select", "action_id": "shorter", "options": options}
    blocks = [buttons(shorter, {"type": "overflow", "action_id": "more", "options": options})]
    web.views_publish(user_id="U0ALICE", view={"type": "home", "blocks": blocks})
    web.chat_postMessage(channel="C0APPROVE", text="x", blocks=blocks)
    for tab in ("messages", "home"):
        if tab == "home":
            page.click("[data-direct=app], [data-channel-name=app]")
            page.click("[data-tab=home]")
        with page.expect_response("**/click"):
            page.locator("[data-action-id=shorter]").evaluate(CHOOSE_AND_OPEN)
        with page.expect_response("**/views"):  # the last that a refresh asks for
            slack.say("bob", "#general", "news")
        expect(page.locator("[role=menuitem]")).to_have_count(2)
        expect(page.locator("[data-action-id=shorter]")).to_have_value("10m")


def test_hostile_text_is_inert_when_shown(page: Page, web: WebClient, slack: Client) -> None:
    """Whatever anybody writes stays text: no element, no script, no dangerous link."""
    button = {"type": "button", "action_id": "b", "text": plain("<i>x"), "url": "javascript:1"}
    image = {"type": "image", "image_url": "https://example.com/track.png", "alt_text": "<u>pic"}
    blocks = [section(HOSTILE), {"type": "header", "text": plain(HOSTILE[:150])}, image]
    web.chat_postMessage(channel="C0APPROVE", text=HOSTILE, blocks=[*blocks, buttons(button)])
    web.chat_postMessage(channel="C0APPROVE", text=HOSTILE)
    slack.say("bob", "#access-approvals", HOSTILE)
    expect(page.locator("#messages .message")).to_have_count(3)
    inside = page.locator("#messages")
    for selector in ("script", "img", "[onclick]", "a[href^=javascript]", "a[href^=data]", "u"):
        expect(inside.locator(selector)).to_have_count(0)
    expect(inside).to_contain_text("<script>window.hacked=1</script>")
    assert page.evaluate("window.hacked") is None


def test_person_sees_the_timeout_when_the_app_is_away(page: Page) -> None:
    """A command without an app fails visibly."""
    page.fill(COMPOSER, "/access catalog")
    page.press(COMPOSER, "Enter")
    expect(page.locator("[data-toast=dispatch_failed]")).to_be_visible()
    expect(page.locator("[data-ephemeral]")).to_contain_text("dispatch_failed")


def test_page_says_what_it_is_and_fits_when_narrow(page: Page) -> None:
    """It never claims to be Slack, and nothing is cut off on a phone."""
    expect(page.locator("#notice")).to_contain_text("not Slack")
    page.set_viewport_size({"width": 390, "height": 780})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.click("#menu")
    page.click("[data-channel-name='#general']")
    expect(page.locator("#head")).to_contain_text("general")


def test_unread_is_marked_and_cleared_when_somebody_is_written_to(
    page: Page, web: WebClient
) -> None:
    """A direct message from the app appears in the sidebar as unread until it is opened."""
    web.chat_postMessage(channel="U0ALICE", text="You have *debug* on `prod`")
    entry = page.locator("[data-channel-name=app]")
    expect(entry).to_have_attribute("data-unread", "")
    entry.click()
    expect(page.locator("#messages code")).to_have_text("prod")
    expect(page.locator("[data-unread]")).to_have_count(0)


def test_channels_are_theirs_as_soon_as_somebody_else_acts(page: Page, web: WebClient) -> None:
    """Whoever acts chooses among their own channels, however slowly the messages come."""
    for person in ("U0ALICE", "U0BOB"):
        web.chat_postMessage(channel=person, text=f"for {person}")
    expect(page.locator("[data-channel-name=app]")).to_be_visible()
    slow, held = threading.Event(), list[Route]()
    slow.set()
    page.route("**/_/messages", lambda one: held.append(one) if slow.is_set() else one.continue_())
    act_as(page, "bob")
    page.click("[data-channel-name=app]")
    slow.clear()
    for route in held:
        route.continue_()
    page.wait_for_selector("[data-channel-name=app].own")
    expect(page.locator("#messages")).to_contain_text("for U0BOB")
