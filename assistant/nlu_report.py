"""The whole account of understanding: cross-validation, the test sets, small talk, pictures."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.core.agent import Agent

from assistant.cross_validation import cross_validate, labelled_examples
from assistant.labelled_messages import read_labelled
from assistant.nlu_evaluation import OUT_OF_SCOPE, Prediction, answered_as, by_intent, predict, summarize
from assistant.nlu_figures import (
    best_temperature,
    calibration_error,
    draw_confusion,
    draw_reliability,
    reliability,
)

TESTS = Path("tests/nlu")
TEST_SETS = (TESTS / "plain.tsv", TESTS / "hard.tsv")
SMALL_TALK = TESTS / "small_talk.txt"


def read_small_talk(path: Path = SMALL_TALK) -> list[tuple[str, str]]:
    """Return the lines of a file, each labelled out_of_scope."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(OUT_OF_SCOPE, line) for line in lines if line.strip()]


def wrongly_taken(small_talk: list[Prediction]) -> list[Prediction]:
    """Return what was taken for something the bot does, surest first."""
    taken = [prediction for prediction in small_talk if answered_as(prediction) != OUT_OF_SCOPE]
    return sorted(taken, key=lambda prediction: -prediction.confidence)


async def report(model: Path, folder: Path, folds: int) -> None:
    """Print the account as Markdown; write confusion.png, reliability.png and figures.json to `folder`.

    Cross-validation trains `folds` models, about a minute each. Raises TrainingError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    crossed = await cross_validate(labelled_examples(), folds)
    agent = Agent.load(model)
    sets = {path.stem: await predict(agent, read_labelled(path)) for path in TEST_SETS}
    taken = wrongly_taken(small_talk := await predict(agent, read_small_talk()))
    bins = reliability(crossed)
    draw_confusion(crossed, folder / "confusion.png")
    draw_reliability(bins, folder / "reliability.png")
    figures = {
        "cross_validation": summarize(crossed),
        **{name: summarize(predictions) for name, predictions in sets.items()},
        "small_talk": {"n": len(small_talk), "wrongly_taken": len(taken)},
        "calibration_error": round(calibration_error(bins), 4),
        "best_further_temperature": best_temperature(crossed),
    }
    (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(_tables(crossed, sets, taken, figures))


def _tables(
    crossed: list[Prediction],
    sets: dict[str, list[Prediction]],
    taken: list[Prediction],
    figures: dict[str, object],
) -> str:
    columns = {"cross-validation": crossed, **sets}
    shares = {name: by_intent(predictions) for name, predictions in columns.items()}
    understood: dict[str, int] = {}
    for prediction in crossed:
        understood[answered_as(prediction)] = understood.get(answered_as(prediction), 0) + 1
    lines = [f"| intent | precision | {' | '.join(columns)} |", "|---|---|" + "---|" * len(columns)]
    for intent, (right, _) in shares["cross-validation"].items():
        cells = [
            f"{found[0] / found[1]:.3f} ({found[1]})" if (found := share.get(intent)) else "-"
            for share in shares.values()
        ]
        precision = right / understood[intent] if intent in understood else 0.0
        lines.append(f"| {intent} | {precision:.3f} | {' | '.join(cells)} |")
    lines += ["", "Small talk wrongly taken, surest first:"]
    lines += [f"- {one.predicted} {one.confidence:.2f}: {one.text}" for one in taken]
    return "\n".join([*lines, "", json.dumps(figures, indent=2)])
