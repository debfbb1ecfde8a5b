"""The trained model: made when what it is made from has changed, judged by content because a clone has new dates."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from scripts.configuration import QUIET
from scripts.locks import locked
from scripts.paths import MODELS, ROOT, SETUP_LOGS, TOOLS, rasa_command
from scripts.steps import StepFailed, Steps, run_logged

INPUTS = (
    "domain.yml",
    "config.yml",
    "data",
    "assistant",
    "prepayment/amounts",
    "prepayment/amounts.py",
    "requirements/rasa.txt",
)
MODEL = MODELS / "prepayment.tar.gz"
STAMP = MODELS / "prepayment.inputs.sha256"
ABOUT_SECONDS = 40


def inputs_digest(root: Path = ROOT, inputs: tuple[str, ...] = INPUTS) -> str:
    """One hash over the names and contents of every file the model depends on."""
    total = hashlib.sha256()
    for path in sorted(path for name in inputs for path in _files(root / name)):
        total.update(
            f"{path.relative_to(root).as_posix()}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]


def is_current() -> bool:
    """True when the model was trained from the inputs as they are now."""
    return MODEL.is_file() and STAMP.is_file() and STAMP.read_text() == inputs_digest()


def ensure_model(steps: Steps) -> None:
    """Train if the inputs changed, one make at a time. Raises StepFailed with the end of Rasa's output."""
    with locked(TOOLS / "training.lock", wait=True, waiting="another make is training: waiting for it ..."):
        if is_current():
            steps.tell("trained model: up to date")
            return
        with steps.step("training the model", ABOUT_SECONDS):
            _train()


def _train() -> None:
    digest = inputs_digest()  # before training: a change made meanwhile trains again next time
    staging = MODELS / ".staging"
    shutil.rmtree(staging, ignore_errors=True)
    name = MODEL.name.removesuffix(".tar.gz")
    command = rasa_command("assistant", "train", "--out", staging, "--name", name)
    run_logged(command, SETUP_LOGS / "train.log", rasa_environment())
    made = staging / MODEL.name
    if not made.is_file():
        raise StepFailed(f"Rasa ended without a model; its whole output is in {SETUP_LOGS / 'train.log'}")
    STAMP.unlink(missing_ok=True)
    made.replace(MODEL)
    STAMP.write_text(digest)
    shutil.rmtree(staging, ignore_errors=True)


def rasa_environment() -> dict[str, str]:
    """The environment for Rasa's own commands, which touch no process and no setting of ours."""
    return {**os.environ, **QUIET}
