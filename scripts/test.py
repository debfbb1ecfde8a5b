"""`make test`: Rasa's own checks, the tests in Rasa's environment, then all others, which close the output."""

from __future__ import annotations

import os
import subprocess

from prepayment.settings import PREFIX
from scripts.browser import SETTING, ensure_browser
from scripts.configuration import QUIET
from scripts.model import MODEL, ensure_model
from scripts.paths import ROOT, SETUP_LOGS, app_command, rasa_command
from scripts.steps import Steps, run_logged, verb

VALIDATE = ("data", "validate", "--fail-on-warnings")
STORIES = ("test", "core", "--e2e", "--stories", "tests/test_stories.yml", "--fail-on-prediction-errors")
# Rasa 3.6 warns about its own 2021 dependencies at every import; its tests judge what we wrote, not those.
ASSISTANT = ("tests/assistant", "-p", "tests.plugins.no_skips", "-W", "default")


@verb
def main() -> int:
    """0 when everything passed. Settings in this machine's environment play no part."""
    steps = Steps(8, done=2)
    ensure_model(steps)
    with steps.step("looking for a Chromium"):
        browser = ensure_browser()
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    env = {**own, **QUIET, SETTING: str(browser)}
    with steps.step("rasa data validate", 15):
        run_logged(rasa_command("rasa", *VALIDATE), SETUP_LOGS / "validate.log", env)
    with steps.step("rasa test core on tests/test_stories.yml", 30):
        command = rasa_command("rasa", *STORIES, "--model", MODEL, "--out", "results")
        run_logged(command, SETUP_LOGS / "stories.log", env)
    with steps.step("tests inside Rasa's environment"):
        _pytest(rasa_command("pytest", *ASSISTANT), env)
    steps.tell("all other tests ...")
    _pytest(app_command("pytest", "--durations=15"), env)
    return 0


def _pytest(command: list[str], env: dict[str, str]) -> None:
    """Run pytest in plain sight; when it fails, end without another word after pytest's last."""
    code = subprocess.run(command, cwd=ROOT, env=env).returncode
    if code != 0:
        raise SystemExit(code)


if __name__ == "__main__":
    main()
