"""How well the trained model understands a file of labelled messages."""

from __future__ import annotations

import json
import sys
import time
from typing import NamedTuple

import numpy as np
from rasa.core.agent import Agent
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME

OUT_OF_SCOPE = "out_of_scope"

Summary = dict[str, int | float | None]


class Prediction(NamedTuple):
    """One message: the intent it was labelled with, the one predicted, its confidence, the time taken.

    `ranking` holds the classifier's own (intent, confidence), best first, also where the fallback overruled it.
    """

    expected: str
    predicted: str
    confidence: float
    text: str
    milliseconds: float
    ranking: tuple[tuple[str, float], ...] = ()


async def predict(agent: Agent, pairs: list[tuple[str, str]]) -> list[Prediction]:
    """Parse every text once (after one uncounted warm-up) with the agent's model."""
    await agent.parse_message(pairs[0][1])
    predictions = []
    for expected, text in pairs:
        start = time.perf_counter()
        parsed = await agent.parse_message(text)
        milliseconds = (time.perf_counter() - start) * 1000
        intent = parsed["intent"]
        name = intent["name"] or DEFAULT_NLU_FALLBACK_INTENT_NAME
        ranking = tuple(
            (str(reading["name"]), float(reading["confidence"]))
            for reading in parsed["intent_ranking"]
            if reading["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME
        )
        confidence = float(intent["confidence"])
        predictions.append(Prediction(expected, name, confidence, text, milliseconds, ranking))
    return predictions


def answered_as(prediction: Prediction) -> str:
    """Return the predicted intent; the fallback counts as out_of_scope."""
    if prediction.predicted == DEFAULT_NLU_FALLBACK_INTENT_NAME:
        return OUT_OF_SCOPE
    return prediction.predicted


def is_correct(prediction: Prediction) -> bool:
    """Tell whether the prediction is right."""
    return answered_as(prediction) == prediction.expected


def by_intent(predictions: list[Prediction]) -> dict[str, tuple[int, int]]:
    """Return (right, all) messages of each labelled intent, in the alphabet's order."""
    counts: dict[str, tuple[int, int]] = {}
    for prediction in sorted(predictions, key=lambda one: one.expected):
        right, total = counts.get(prediction.expected, (0, 0))
        counts[prediction.expected] = (right + is_correct(prediction), total + 1)
    return counts


def summarize(predictions: list[Prediction]) -> Summary:
    """Return the figures; a share over no messages is None."""
    inside = [is_correct(prediction) for prediction in predictions if prediction.expected != OUT_OF_SCOPE]
    outside = [is_correct(prediction) for prediction in predictions if prediction.expected == OUT_OF_SCOPE]
    times = [prediction.milliseconds for prediction in predictions]
    return {
        "n": len(predictions),
        "accuracy": _share(inside + outside),
        "in_scope_accuracy": _share(inside),
        "out_of_scope_rejected": _share(outside),
        "p50_ms": round(float(np.percentile(times, 50)), 3),
        "p95_ms": round(float(np.percentile(times, 95)), 3),
    }


def report(predictions: list[Prediction]) -> None:
    """Print every error (expected, predicted, confidence, text), a table per intent and, last, the figures as JSON."""
    for prediction in predictions:
        if not is_correct(prediction):
            print(
                prediction.expected,
                prediction.predicted,
                f"{prediction.confidence:.2f}",
                prediction.text,
                sep="\t",
            )
    print(f"\n{'intent':30}  right  of  share")
    for intent, (right, total) in by_intent(predictions).items():
        print(f"{intent:30}  {right:5}  {total:2}  {right / total:.3f}")
    sys.stdout.write(json.dumps(summarize(predictions)) + "\n")
    sys.stdout.flush()


def _share(outcomes: list[bool]) -> float | None:
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None
