"""Training a model from the project in the current folder."""

from __future__ import annotations

from pathlib import Path

import rasa.model_training

from assistant.models import MODELS

MODEL_NAME = "prepayment"
CONFIG = Path("config.yml")
DOMAIN = Path("domain.yml")
DATA = Path("data")


class TrainingError(Exception):
    """Training was not possible; the message says why."""


def train(folder: Path = MODELS, name: str = MODEL_NAME) -> Path:
    """Train afresh and return the model's path, `folder`/`name`.tar.gz (replaced when it exists).

    Raises TrainingError when a project file is missing or Rasa refuses the inputs.
    """
    for path in (CONFIG, DOMAIN, DATA):
        if not path.exists():
            raise TrainingError(f"{path} is missing: run this in the project's folder.")
    result = rasa.model_training.train(
        str(DOMAIN), str(CONFIG), [str(DATA)], output=str(folder), fixed_model_name=name, force_training=True
    )
    if result.code != 0 or result.model is None:
        raise TrainingError("Rasa did not produce a model; its messages are above.")
    return Path(result.model)
