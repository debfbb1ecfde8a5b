"""The account of understanding: fair folds, what confidence is worth, pictures that can be opened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import matplotlib.image
import pytest

from assistant.cross_validation import folds
from assistant.nlu_evaluation import Prediction
from assistant.nlu_figures import (
    Bin,
    best_temperature,
    calibration_error,
    draw_confusion,
    draw_reliability,
    reliability,
)
from assistant.nlu_report import read_small_talk, wrongly_taken

EXAMPLES = [("greet", f"안녕 {number}") for number in range(23)] + [
    ("stop", f"그만 {number}") for number in range(7)
]


def guess(expected: str, *ranking: tuple[str, float]) -> Prediction:
    name, confidence = ranking[0]
    return Prediction(expected, name, confidence, "글", 1.0, ranking)


def test_every_message_is_judged_once_by_a_model_that_never_saw_it() -> None:
    parts = list(folds(EXAMPLES, 5))

    assert Counter(one for _, judge in parts for one in judge) == Counter(EXAMPLES)
    for learn, judge in parts:
        assert not set(learn) & set(judge)
        assert len(learn) + len(judge) == len(EXAMPLES)


def test_every_part_holds_its_share_of_every_intent() -> None:
    shares = [Counter(intent for intent, _ in judge) for _, judge in folds(EXAMPLES, 5)]

    assert {share["greet"] for share in shares} == {4, 5}
    assert {share["stop"] for share in shares} == {1, 2}


def test_the_parts_are_the_same_every_time() -> None:
    assert list(folds(EXAMPLES, 5)) == list(folds(EXAMPLES, 5))


def test_confidence_is_held_against_what_was_right() -> None:
    sure = [guess("greet", ("greet", 0.9))] * 3 + [guess("stop", ("greet", 0.9))]
    unsure = [guess("stop", ("greet", 0.32))]
    unreadable = [Prediction("greet", "nlu_fallback", 1.0, "", 1.0)]

    bins = reliability(sure + unsure + unreadable)

    assert bins == [Bin(1, pytest.approx(0.32), 0.0), Bin(4, pytest.approx(0.9), 0.75)]
    assert calibration_error(bins) == pytest.approx((1 * 0.32 + 4 * 0.15) / 5)


def test_full_confidence_has_a_bin() -> None:
    assert reliability([guess("greet", ("greet", 1.0))]) == [Bin(1, 1.0, 1.0)]


def test_a_too_sure_classifier_should_be_cooled_and_a_too_modest_one_warmed() -> None:
    right, wrong = ("greet", 0.9), ("stop", 0.1)
    too_sure = [guess("greet", right, wrong)] * 6 + [guess("stop", right, wrong)] * 4
    too_modest = [guess("greet", ("greet", 0.6), ("stop", 0.4))] * 19 + [
        guess("stop", ("greet", 0.6), ("stop", 0.4))
    ]

    assert best_temperature(too_sure) > 1.5
    assert best_temperature(too_modest) < 0.6


def test_small_talk_is_wrongly_taken_unless_it_is_rejected_or_falls_back(tmp_path: Path) -> None:
    file = tmp_path / "small_talk.txt"
    file.write_text("배고파\n\n졸려\n", encoding="utf-8")
    assert read_small_talk(file) == [("out_of_scope", "배고파"), ("out_of_scope", "졸려")]

    taken = wrongly_taken(
        [
            guess("out_of_scope", ("out_of_scope", 0.9)),
            Prediction("out_of_scope", "nlu_fallback", 0.8, "글", 1.0, (("greet", 0.2),)),
            guess("out_of_scope", ("greet", 0.4)),
            guess("out_of_scope", ("stop", 0.7)),
        ]
    )

    assert [prediction.predicted for prediction in taken] == ["stop", "greet"]


def test_the_pictures_can_be_opened(tmp_path: Path) -> None:
    predictions = [
        guess("greet", ("greet", 0.9)),
        guess("stop", ("greet", 0.6)),
        guess("stop", ("stop", 0.8)),
    ]

    draw_reliability(reliability(predictions), tmp_path / "reliability.png")
    draw_confusion(predictions, tmp_path / "confusion.png")

    for name in ("reliability.png", "confusion.png"):
        height, width, _ = matplotlib.image.imread(tmp_path / name).shape
        assert min(height, width) > 300
