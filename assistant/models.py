"""Trained models on disk."""

from __future__ import annotations

from pathlib import Path

from assistant.environment import SettingsError

MODELS = Path("models")


def newest_model(folder: Path = MODELS) -> Path:
    """Return the most recently written model, as Rasa would choose it. Raises SettingsError when there is none."""
    models = list(folder.glob("*.tar.gz"))
    if not models:
        raise SettingsError(f"There is no model in {folder}/: run `make train` first.")
    return max(models, key=lambda path: path.stat().st_mtime)
