"""Pictures of what a test saw, kept when the run was asked to."""

from __future__ import annotations

import base64
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


# Edges of letters and corners are drawn a few shades differently from time to time, on one and the same page too.
_SHADES = 32
_DIFFERENT = """async ([one, other, shades]) => {
    const pixels = async (picture) => {
        const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
    };
    const [a, b] = [await pixels(one), await pixels(other)];
    if (a.width !== b.width || a.height !== b.height) return Infinity;
    const far = new Set();
    a.data.forEach((value, place) => Math.abs(value - b.data[place]) > shades && far.add(place >> 2));
    return far.size;
}"""


def different_pixels(page: Page, one: bytes, other: bytes) -> float:
    """Return how many pixels of two PNGs differ so that one could see it; ``page`` (any) does the reading."""
    both = [base64.b64encode(picture).decode() for picture in (one, other)]
    return float(page.evaluate(_DIFFERENT, [*both, _SHADES]))
