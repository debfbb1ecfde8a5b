"""Pictures of what a test saw, kept when the run was asked to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

FOLDER = os.environ.get("PICTURES_FOLDER")
Theme = Literal["light", "dark"]


def picture(page: Page, name: str, themes: Sequence[Theme] = ()) -> None:
    """Keep a picture of a page as ``<name>-<width>.png`` in PICTURES_FOLDER; none without that variable.

    With ``themes`` there is one of each, ``<name>-<theme>-<width>.png``; the page is left in the last.
    """
    if not FOLDER:
        return
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        _keep(page, f"{name}-{theme}")
    if not themes:
        _keep(page, name)


def _keep(page: Page, name: str) -> None:
    size = page.viewport_size or {"width": 0}
    page.screenshot(
        path=Path(FOLDER or "") / f"{name}-{size['width']}.png", animations="disabled", scale="css"
    )
