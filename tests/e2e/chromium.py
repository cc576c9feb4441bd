"""The system's Chromium under Playwright. The browsers that Playwright downloads are not used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A stream ends with its page, and a read that a reload overtakes is given up: neither is a failure.
ENDED = "net::ERR_ABORTED"


def find_chromium() -> str:
    """The browser's path. Without one the test is skipped, except under CI, where nothing may be left out."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    message = "no Chromium (on Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def browsing(profile: Path, *, locale: str) -> Iterator[BrowserContext]:
    """A headless browser with a new, empty profile."""
    executable = find_chromium()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=executable, args=FLAGS, headless=True, locale=locale
        )
        try:
            yield context
        finally:
            context.close()


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser without a profile: every context that is made in it is another person's browser."""
    executable = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page and what went wrong on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def abroad(self, home: str) -> list[str]:
        """Addresses asked for that are not below `home`."""
        return [url for url in self.requests if not url.startswith(f"{home}/")]

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)

    def _failed(self, request: Request) -> None:
        if request.failure != ENDED:
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _answered(self, reply: Response) -> None:
        if reply.status >= 400:
            self.faults.append(f"{reply.status} {reply.url}")

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(f"console: {said.text}")
