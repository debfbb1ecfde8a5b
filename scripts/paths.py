"""Where things stand in the repository."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
APP_PYTHON = ROOT / ".venv" / "bin" / "python"
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
SETUP_LOGS = TOOLS / "log"
MODELS = ROOT / "models"


def app_command(*arguments: str | Path) -> list[str]:
    """`python -m ...` in the environment of everything but Rasa."""
    return [str(APP_PYTHON), "-m", *map(str, arguments)]


def rasa_command(*arguments: str | Path) -> list[str]:
    """`python -m ...` in Rasa's environment."""
    return [str(RASA_PYTHON), "-m", *map(str, arguments)]
