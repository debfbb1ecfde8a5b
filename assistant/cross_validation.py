"""Cross-validation of data/nlu with the product's pipeline: every message is judged by a model that never saw it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import rasa.model_training
from rasa.core.agent import Agent
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu_evaluation import Prediction, predict
from assistant.training import CONFIG, DATA, DOMAIN, TrainingError

Labelled = list[tuple[str, str]]
SEED = 20240531


def labelled_examples(data: Path = DATA) -> Labelled:
    """Return (intent, text) of every training message, in file order."""
    training = TrainingDataImporter.load_nlu_importer_from_config(str(CONFIG), str(DOMAIN), [str(data)])
    return [(example.get(INTENT), example.get(TEXT)) for example in training.get_nlu_data().intent_examples]


def folds(examples: Labelled, count: int) -> Iterator[tuple[Labelled, Labelled]]:
    """Yield `count` pairs (to learn, to judge): each message is judged once, intents are spread evenly."""
    shuffled = random.Random(SEED).sample(examples, len(examples))  # noqa: S311  # the same folds every time
    place: dict[str, int] = {}
    fold_of = []
    for intent, _ in shuffled:
        fold_of.append(place.get(intent, 0) % count)
        place[intent] = place.get(intent, 0) + 1
    for number in range(count):
        learn = [one for one, fold in zip(shuffled, fold_of, strict=True) if fold != number]
        judge = [one for one, fold in zip(shuffled, fold_of, strict=True) if fold == number]
        yield learn, judge


async def cross_validate(examples: Labelled, count: int = 5) -> list[Prediction]:
    """Train `count` models (a minute each) and return the prediction of every message. Raises TrainingError."""
    predictions: list[Prediction] = []
    for number, (learn, judge) in enumerate(folds(examples, count), start=1):
        print(f"fold {number} of {count}: learning from {len(learn)}, judging {len(judge)} ...", flush=True)
        with tempfile.TemporaryDirectory(prefix="prepayment-fold-") as folder:
            model = _train(learn, Path(folder))
            predictions += await predict(Agent.load(model), judge)
    return predictions


def _train(examples: Labelled, folder: Path) -> str:
    data = TrainingData([Message.build(text=text, intent=intent) for intent, text in examples])
    file = folder / "nlu.yml"
    RasaYAMLWriter().dump(str(file), data)
    model = rasa.model_training.train_nlu(str(CONFIG), str(file), str(folder), fixed_model_name="fold")
    if model is None:
        raise TrainingError("Rasa did not produce a model; its messages are above.")
    return model
