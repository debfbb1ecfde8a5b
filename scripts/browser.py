"""The browser for the browser tests, found or installed, and fonts that show Korean."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.paths import APP_PYTHON, SETUP_LOGS, app_command
from scripts.steps import StepFailed, run_logged

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/snap/bin/chromium",
)
PACKAGES = ("chromium", "fonts-noto-cjk")
SETTING = "PREPAY_CHROMIUM"
NO_BROWSER = """No Chromium can be had for the browser tests.
  Debian:    sudo apt-get install chromium fonts-noto-cjk
  Ubuntu:    sudo snap install chromium; sudo apt-get install fonts-noto-cjk
  macOS:     brew install --cask chromium
  anywhere:  set PREPAY_CHROMIUM to the path of a Chromium or Chrome
Then run make test again."""


def find_browser() -> Path | None:
    """The first Chromium here that starts: PREPAY_CHROMIUM, PATH, known places, Playwright's own."""
    named = os.environ.get(SETTING, "")
    if named:
        if not starts(Path(named)):
            raise StepFailed(f"{SETTING} is {named}, which does not start")
        return Path(named)
    found = [Path(path) for name in NAMES if (path := shutil.which(name))]
    candidates = [*found, *(Path(place) for place in PLACES), _playwright_place()]
    return next((path for path in candidates if starts(path)), None)


def ensure_browser() -> Path:
    """A Chromium that starts, installed when there is none and it can be. Raises StepFailed with what to do."""
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    browser = find_browser()
    if may_install and (browser is None or not _shows_korean()):
        print(f"      apt-get install {' '.join(PACKAGES)}", file=sys.stderr, flush=True)
        _try(["apt-get", "update"])
        _try(["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES])
        browser = find_browser()
    if browser is None:
        print("      playwright install chromium", file=sys.stderr, flush=True)
        _try(app_command("playwright", "install", "chromium"))
        browser = find_browser()
    if browser is None:
        raise StepFailed(NO_BROWSER)
    return browser


def starts(path: Path) -> bool:
    """True when the program at `path` runs and says its version."""
    if not path.is_file():
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _try(command: list[str]) -> None:
    """Run it; a failure is no end yet, there may be another way."""
    try:
        run_logged(command, SETUP_LOGS / "browser.log", {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    except StepFailed as error:
        print(error, file=sys.stderr, flush=True)


def _playwright_place() -> Path:
    """Where Playwright keeps, or would keep, its own Chromium."""
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    result = subprocess.run([APP_PYTHON, "-c", code], capture_output=True, text=True)
    return Path(result.stdout.strip() or "/nonexistent")


def _shows_korean() -> bool:
    """True when some font has Hangul; unknown counts as yes, tests do not depend on how letters look."""
    if not shutil.which("fc-list"):
        return True
    return bool(subprocess.run(["fc-list", ":lang=ko"], capture_output=True).stdout.strip())
