"""Pictures of what a test saw, kept when the run was asked to."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = os.environ.get("PICTURES_FOLDER")


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page as ``<name>-<width>.png`` in PICTURES_FOLDER; none without that variable."""
    if FOLDER:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=Path(FOLDER) / f"{name}-{size['width']}.png", animations="disabled")
