"""Waiting for a page. Playwright's own ``wait_for_function`` evaluates in the page, which a strict policy refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

SECONDS = 20


def wait_for(page: Page, condition: Callable[[], Any]) -> Any:
    """Poll until the condition gives something true, while the page goes on; returns it."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if result := condition():
            return result
        page.wait_for_timeout(25)
    raise AssertionError(f"not within {SECONDS} s")
