"""The stories for Rasa's own test are complete."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import ROOT

Step = dict[str, Any]


def answers(steps: list[Step]) -> Iterator[tuple[str, str]]:
    """Each intent with the action that follows it."""
    told = [step for step in steps if {"intent", "action"} & set(step)]
    for message, action in pairwise(told):
        if "intent" in message and "action" in action:
            yield str(message["intent"]), str(action["action"])


def told(files: list[Path], kind: str) -> set[tuple[str, str]]:
    """All such pairs in the rules or stories of some files."""
    return {
        pair
        for file in files
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))[kind]
        for pair in answers(one["steps"])
    }


def test_every_rule_is_told_in_a_story() -> None:
    """A rule that no story meets could be lost without anybody noticing."""
    rules = told(sorted((ROOT / "data" / "rules").glob("*.yml")), "rules")
    assert rules - told([ROOT / "tests" / "test_stories.yml"], "stories") == set()
