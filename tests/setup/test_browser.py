"""Finding a Chromium that starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.browser import SETTING, find_browser
from scripts.steps import StepFailed


def program(path: Path, code: int) -> Path:
    """A program that ends with the code."""
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_the_one_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = program(tmp_path / "mine", 0)
    monkeypatch.setenv(SETTING, str(browser))
    assert find_browser() == browser


def test_a_named_one_that_does_not_start_is_an_error_not_a_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, str(program(tmp_path / "mine", 1)))
    with pytest.raises(StepFailed, match="which does not start"):
        find_browser()


def test_one_on_path_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    program(tmp_path / "chromium", 1)
    works = program(tmp_path / "google-chrome", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() == works
