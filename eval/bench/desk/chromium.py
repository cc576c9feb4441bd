"""The system's Chromium under Playwright, which only developers have installed."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eval.errors import MeasurementError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Two pages are looked at at the same time, by two people; a browser would slow the one behind.
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
)


def find_chromium() -> str:
    """The browser's path.

    Raises:
        MeasurementError: Playwright or the browser is missing.
    """
    if importlib.util.find_spec("playwright") is None:
        raise MeasurementError("This benchmark drives a browser with Playwright.", hint="Run: pip install playwright")
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    raise MeasurementError("This benchmark needs Chromium.", hint="On Debian: apt-get install chromium")


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser; every context in it is another person's.

    Raises:
        MeasurementError: Playwright or the browser is missing.
    """
    path = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(_FLAGS), headless=True)
        try:
            yield opened
        finally:
            opened.close()
