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
    """One message: the intent it was labelled with, the one predicted, its confidence, the time taken."""

    expected: str
    predicted: str
    confidence: float
    text: str
    milliseconds: float


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
        predictions.append(Prediction(expected, name, float(intent["confidence"]), text, milliseconds))
    return predictions


def is_correct(prediction: Prediction) -> bool:
    """Tell whether the prediction is right; the fallback counts as out_of_scope."""
    predicted = prediction.predicted
    if predicted == DEFAULT_NLU_FALLBACK_INTENT_NAME:
        predicted = OUT_OF_SCOPE
    return predicted == prediction.expected


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
    """Print every error (expected, predicted, confidence, text) and, as the last line, the figures as JSON."""
    for prediction in predictions:
        if not is_correct(prediction):
            print(
                prediction.expected,
                prediction.predicted,
                f"{prediction.confidence:.2f}",
                prediction.text,
                sep="\t",
            )
    sys.stdout.write(json.dumps(summarize(predictions)) + "\n")
    sys.stdout.flush()


def _share(outcomes: list[bool]) -> float | None:
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None
