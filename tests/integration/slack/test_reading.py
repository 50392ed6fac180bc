"""What people typed, as the page shows it in a real browser."""

import pytest
from playwright.sync_api import Browser, expect
from slack_sdk import WebClient

from daypass.adapters.slack.text import code, inert, plain, quoted
from sandbox.slack.server import Emulator
from tests.integration.slack.payloads import JSON, section
from tests.unit.adapters.slack.test_as_typed import BACK, TYPED, said, typed

pytestmark = pytest.mark.real


def test_page_shows_what_was_typed(browser: Browser, emulator: Emulator, web: WebClient) -> None:
    """Fields, code, quotations and plain texts; the terminal's rendering reads the same."""
    texts = [f"{inert(one)} and {code(one)}" for one in TYPED]
    texts += ["\n".join(quoted(one)) for one in TYPED]
    blocks: list[JSON] = [section("\n\n".join(texts))]
    blocks.append({"type": "section", "text": {"type": "plain_text", "text": _plain()}})
    web.chat_postMessage(channel="C0APPROVE", text="as typed", blocks=blocks)
    page = browser.new_page()
    page.goto(f"{emulator.url}/?as=alice&channel=access-approvals")
    message = page.locator("#messages .message").last
    expect(message).to_contain_text(TYPED[0].replace("_", "\u02cd"))
    shown = " ".join(message.inner_text().translate(BACK).split())
    page.close()
    for one in TYPED:
        assert f"{typed(one)} and {typed(one)}" in shown, one
    assert said("\n\n".join(texts)) in shown


def _plain() -> str:
    return "; ".join(plain(one, 300) for one in TYPED)
