"""The two Python environments: made by uv from hashed lock files, left alone while those do not change."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.paths import ROOT, SETUP_LOGS
from scripts.steps import StepFailed, Steps, run_logged

STAMP = "installed.sha256"


@dataclass(frozen=True)
class Environment:
    """One virtual environment: folder, Python, the lock file it is installed from, usual time in seconds."""

    folder: str
    python: str
    requirements: str
    purpose: str
    about_seconds: int

    @property
    def interpreter(self) -> Path:
        """The environment's own Python."""
        return ROOT / self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """Holds the digest of what was installed; absent while an installation is under way."""
        return ROOT / self.folder / STAMP

    def digest(self) -> str:
        """What the environment depends on, as one hash."""
        content = (ROOT / self.requirements).read_bytes()
        return hashlib.sha256(self.python.encode() + b"\n" + content).hexdigest()

    def is_current(self) -> bool:
        """True when it was installed from the lock file as it is now, and its Python still runs."""
        if not self.stamp.is_file() or self.stamp.read_text() != self.digest():
            return False
        return self.runs()

    def runs(self) -> bool:
        """True when its Python starts and is of the right version."""
        check = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != {self.python!r})"
        try:
            return subprocess.run([self.interpreter, "-c", check], capture_output=True).returncode == 0
        except OSError:
            return False


APP = Environment(".venv", "3.12", "requirements/dev.txt", "everything but Rasa", 20)
RASA = Environment(".venv-rasa", "3.10", "requirements/rasa.txt", "Rasa", 90)

NO_PYTHON = """Python {python} cannot be had: it is not on this machine and uv could not fetch it.
  Debian, Ubuntu, macOS with pyenv:  pyenv install {python}
  macOS:                             brew install python@{python}
  with network access:               uv python install {python}
Then run make again."""


def ensure(environment: Environment, steps: Steps) -> None:
    """Bring the environment to its lock file, if it is not there already. Raises StepFailed with what to do."""
    what = f"{environment.folder} (Python {environment.python}, {environment.purpose})"
    if environment.is_current():
        steps.tell(f"{what}: up to date")
        return
    with steps.step(f"installing {what}", environment.about_seconds):
        environment.stamp.unlink(missing_ok=True)
        uv = find_uv()
        _make(environment, uv)
        command = [uv, "pip", "sync", "--require-hashes", "--python", str(environment.interpreter)]
        run_logged(
            [*command, environment.requirements],
            SETUP_LOGS / f"{environment.folder.lstrip('.')}.log",
            _patient(),
        )
        environment.stamp.write_text(environment.digest())


def _make(environment: Environment, uv: str) -> None:
    """An empty environment with the right Python, unless there is one."""
    if environment.runs():
        return
    command = [uv, "venv", "--quiet", "--allow-existing", "--python", environment.python, environment.folder]
    try:
        run_logged(command, SETUP_LOGS / "venv.log", _patient())
    except StepFailed as error:
        raise StepFailed(f"{error}\n\n{NO_PYTHON.format(python=environment.python)}") from None
    if not environment.runs():
        raise StepFailed(NO_PYTHON.format(python=environment.python))


def find_uv() -> str:
    """The path of a working uv, installed into .tools if there was none. Raises StepFailed (the script said why)."""
    result = subprocess.run(["sh", "scripts/find-uv.sh"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise StepFailed("no uv")
    return result.stdout.strip()


def _patient() -> dict[str, str]:
    """The environment for uv: TensorFlow's wheel outlasts the usual 30 seconds on a slow line."""
    return {"UV_HTTP_TIMEOUT": "300", **os.environ}
