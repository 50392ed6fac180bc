"""A person before the page, acting as whom they choose; a picture of it if the test fails."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from daypass.domain.ids import RequestId
from tests.browser import PATIENCE, complain
from tests.talk import REQUEST
from tests.whole import FAILED, Whole

PICTURES: Final = "E2E_PICTURES"
"""Names a folder for the pictures that tests take; without it they go to the test's own folder."""
_COMPOSER: Final = "[data-composer=channel]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What one person sees and does on the page, 1280 by 800."""

    page: Page
    folder: Path

    def act_as(self, name: str) -> None:
        """Choose whom to be."""
        self.page.click(f"[data-account={name}]")
        self.page.wait_for_selector(f"[data-account={name}].own")

    def open(self, channel: str) -> None:
        """Choose a channel, or `app` for what Daypass wrote to this person."""
        self.page.click(f"[data-channel-name='{channel}']")
        self.page.wait_for_selector(f"[data-channel-name='{channel}'].own")

    def type(self, line: str) -> None:
        """Type a line and send it."""
        self.page.fill(_COMPOSER, line)
        self.page.press(_COMPOSER, "Enter")

    def asks(self, line: str) -> RequestId:
        """Type a request; return the id in its receipt, which only this person sees."""
        before = self.private.count()
        self.type(line)
        expect(self.private).to_have_count(before + 1)
        found = REQUEST.search(self.private.last.inner_text())
        assert found, self.private.last.inner_text()
        return RequestId(found[1])

    @property
    def private(self) -> Locator:
        """The answers that only this person sees, in the channel that is open."""
        return self.page.locator("#messages [data-ephemeral]")

    def card(self, request: RequestId) -> Locator:
        """The card of a request, or another message that names it."""
        return self.page.locator("#messages .message:not([data-ephemeral])", has_text=request).last

    def confirm(self) -> None:
        """Say yes to the dialog that stands before a click."""
        self.page.click("dialog [data-answer=confirm]")

    def picture(self, name: str, of: Locator | None = None) -> None:
        """Keep what is on the screen, and a part of it alone."""
        if of is not None:
            _picture(of, self.folder / f"{name}-alone.png")
        self.page.screenshot(path=self.folder / f"{name}.png")


def _picture(of: Locator, path: Path) -> None:
    """A message that is drawn anew at that moment is gone for Playwright; the next one is there."""
    for tries_left in (2, 1, 0):
        try:
            of.screenshot(path=path)
        except PlaywrightError:
            if not tries_left:
                raise
        else:
            return


@pytest.fixture
def screen(
    browser: Browser,
    whole: Whole,
    problems: list[str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Screen]:
    """The page, acting as alice in #general; foreign requests and script errors are complaints."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complain(page, whole.stack.page, problems)
    page.goto(f"{whole.stack.page}/?as=alice&channel=general")
    page.wait_for_selector(_COMPOSER)
    folder = Path(os.environ.get(PICTURES) or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    shown = Screen(page=page, folder=folder)
    yield shown
    if request.node.stash.get(FAILED, False):
        shown.picture(f"failed-{request.node.name}")
    context.close()
    assert problems == []
