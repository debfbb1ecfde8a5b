"""What pipelines learn from when they are compared: an even sample of data/nlu, the same every time."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

from scripts.nlu_data import training_messages

SAMPLE = 5_000
SEED = 1


def write_training(path: Path, sample: int | None = SAMPLE) -> Path:
    """Write about `sample` training messages (None: all) to `path`, each intent with its share; return `path`."""
    messages = training_messages()
    share = min(1.0, sample / len(messages)) if sample else 1.0
    by_intent: dict[str, list[str]] = {}
    for intent, text in messages:
        by_intent.setdefault(intent, []).append(f"- {text}\n")
    chosen = random.Random(SEED)
    entries = [
        {"intent": intent, "examples": "".join(chosen.sample(lines, round(share * len(lines))))}
        for intent, lines in by_intent.items()
    ]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True), encoding="utf-8")
    print(
        f"learning from {sum(entry['examples'].count(chr(10)) for entry in entries):,} messages", flush=True
    )
    return path
