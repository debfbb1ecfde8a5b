"""The labelled messages of the repository, without Rasa: training data, test sets, reviewed contrasts."""

from __future__ import annotations

from pathlib import Path

import yaml

from scripts.paths import ROOT

TRAINING = ROOT / "data" / "nlu"
TESTS = ROOT / "tests" / "nlu"
TEST_SETS = (TESTS / "plain.tsv", TESTS / "hard.tsv")
CONTRASTS = TESTS / "contrasts.tsv"
SMALL_TALK = TESTS / "small_talk.txt"

OUT_OF_SCOPE = "out_of_scope"

Labelled = list[tuple[str, str]]


def training_messages(folder: Path = TRAINING) -> Labelled:
    """(intent, text) of every example in the NLU files of `folder`, in file order."""
    return [
        (entry["intent"], line.removeprefix("- ").strip())
        for path in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if "intent" in entry
        for line in entry["examples"].splitlines()
        if line.startswith("- ")
    ]
