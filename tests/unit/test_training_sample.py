"""What pipelines learn from when they are compared."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bench.training_sample import SAMPLE, write_training
from scripts.nlu_data import training_messages


def test_the_sample_is_made_of_training_messages_and_keeps_every_intents_share(tmp_path: Path) -> None:
    everything = training_messages()

    (tmp_path / "sample").mkdir()
    write_training(tmp_path / "sample" / "nlu.yml")
    sample = training_messages(tmp_path / "sample")

    assert abs(len(sample) - SAMPLE) < 30
    assert set(sample) <= set(everything)
    all_counts, counts = (Counter(intent for intent, _ in one) for one in (everything, sample))
    assert all(
        abs(counts[intent] / len(sample) - all_counts[intent] / len(everything)) < 0.001
        for intent in all_counts
    )


def test_both_sides_can_learn_from_everything(tmp_path: Path) -> None:
    write_training(tmp_path / "nlu.yml", None)

    assert Counter(training_messages(tmp_path)) == Counter(training_messages())
