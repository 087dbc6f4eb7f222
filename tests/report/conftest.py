"""A real browser for the pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts import environments


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that MIGRATE_CHROMIUM names."""
    chromium = environments.browser()
    if not chromium:
        reason = "there is no Chromium: run `make env`, or set MIGRATE_CHROMIUM to one"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with sync_playwright() as tool:
        yield tool.chromium.launch(executable_path=chromium, args=environments.BROWSER_OPTIONS)
