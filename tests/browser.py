"""A real browser for tests of pages; what it complains about fails the test.

Module-scoped: while Playwright's synchronous browser is open, its thread counts as running a loop.
"""

import shutil
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.conftest import require_real

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE: Final = 30_000.0
"""Milliseconds that anything may take on a busy machine; no test says how fast it has to be."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from the PATH."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        require_real("no Chromium or Chrome on the PATH")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained about; every test of a page expects nothing."""
    return []


def complain(page: Page, own: str, problems: list[str]) -> None:
    """Collect script errors, the console's errors, and every request that leaves this machine."""

    def failed(error: Exception) -> None:
        problems.append(str(error))

    def said(message: ConsoleMessage) -> None:
        problems.extend([message.text] if message.type == "error" else [])

    def sent(request: Request) -> None:
        problems.extend([] if request.url.startswith(own) else [request.url])

    page.on("pageerror", failed)
    page.on("console", said)
    page.on("request", sent)
