"""The pictures that answers show: there, of the size that is said, described in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PICTURES = [
    (response, wording["custom"]["image"])
    for file in sorted((ROOT / "data" / "responses").glob("*.yml"))
    for response, wordings in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
    for wording in wordings
    if "image" in wording.get("custom", {})
]


@pytest.mark.parametrize(("response", "image"), PICTURES, ids=[response for response, _ in PICTURES])
def test_a_picture_is_there_with_its_size_and_its_words(response: str, image: dict[str, Any]) -> None:
    assert set(image) == {"path", "alt", "width", "height"}
    assert re.fullmatch(r"/static/images/[a-z-]+\.svg", image["path"])
    svg = ElementTree.parse(ROOT / "web" / image["path"].removeprefix("/")).getroot()  # noqa: S314  # our own file
    assert (svg.get("width"), svg.get("height")) == (str(image["width"]), str(image["height"]))
    assert svg.get("viewBox") == f"0 0 {image['width']} {image['height']}"
    assert re.search("[가-힣]", image["alt"])


@pytest.mark.parametrize("file", sorted((ROOT / "web/static/images").glob("*")), ids=lambda file: file.name)
def test_a_picture_asks_for_nothing_and_runs_nothing(file: Path) -> None:
    """It comes from our own site, and nobody opens it for what else may be in it."""
    content = file.read_text(encoding="utf-8")
    assert not re.search(r"<script|<style|<foreignObject|<image|href|url\(|\bon\w+=", content)
    assert any(image["path"].endswith(file.name) for _, image in PICTURES)


def test_the_ways_that_have_screens_are_shown() -> None:
    assert {response for response, _ in PICTURES} == {"utter_faq_method_website", "utter_faq_method_app"}
