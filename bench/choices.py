"""What each choice in config.yml pays: the same pipeline with one thing changed, judged on tests/nlu."""

from __future__ import annotations

import copy
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bench.processes import private_environment, run
from bench.training_sample import write_training
from scripts.nlu_data import OUT_OF_SCOPE, SMALL_TALK, TEST_SETS
from scripts.paths import ROOT, rasa_command

Config = dict[str, Any]
Change = Callable[[Config], None]


def _component(config: Config, ending: str, alias: str | None = None) -> Config:
    """The first component whose name ends so (and has that alias)."""
    found: Config = next(
        c for c in config["pipeline"] if c["name"].endswith(ending) and alias in (None, c.get("alias"))
    )
    return found


def _without(alias: str) -> Change:
    def change(config: Config) -> None:
        config["pipeline"].remove(_component(config, "TfidfFeaturizer", alias))

    return change


def _set(ending: str, alias: str | None = None, **values: Any) -> Change:
    def change(config: Config) -> None:
        _component(config, ending, alias).update(values)

    return change


def _whitespace(config: Config) -> None:
    config["pipeline"][0] = {"name": "WhitespaceTokenizer"}


CHOICES: dict[str, Change] = {
    "as it is": lambda config: None,
    "characters only": _without("morphemes"),
    "morphemes only": _without("characters"),
    "words between spaces instead of morphemes": _whitespace,
    "no user words": _set("KoreanTokenizer", user_words=[]),
    "single morphemes, no pairs": _set("TfidfFeaturizer", "morphemes", max_ngram=1),
    "characters up to 3": _set("TfidfFeaturizer", "characters", max_ngram=3),
    "characters up to 5": _set("TfidfFeaturizer", "characters", max_ngram=5),
    "characters seen once too": _set("TfidfFeaturizer", "characters", min_messages=1),
    "C 5": _set("KoreanIntentClassifier", C=5),
    "C 50": _set("KoreanIntentClassifier", C=50),
}


def measure() -> None:
    """Train every choice on the same sample, judge it (a minute each) and print a table."""
    header = (
        "choice",
        "plain in scope",
        "hard in scope",
        "out of scope",
        "small talk taken",
        "p50 ms",
        "train s",
    )
    with tempfile.TemporaryDirectory(prefix="prepayment-bench-") as name:
        folder = Path(name)
        small_talk = folder / "small_talk.tsv"
        lines = SMALL_TALK.read_text(encoding="utf-8").splitlines()
        small_talk.write_text("".join(f"{OUT_OF_SCOPE}\t{line}\n" for line in lines), encoding="utf-8")
        data = write_training(folder / "nlu.yml")
        print("| " + " | ".join(header) + " |\n" + "|---" * len(header) + "|", flush=True)
        env = {**private_environment(folder), "RASA_MAX_CACHE_SIZE": "0"}
        for choice, change in CHOICES.items():
            model, seconds = _train(change, data, env)
            plain, hard, talk = (_judge(file, model, env) for file in (*TEST_SETS, small_talk))
            rejected = (plain["out_of_scope_rejected"] + hard["out_of_scope_rejected"]) / 2
            taken = round((1 - talk["accuracy"]) * talk["n"])
            cells = (choice, plain["in_scope_accuracy"], hard["in_scope_accuracy"], f"{rejected:.3f}", taken)
            print("| " + " | ".join(map(str, (*cells, plain["p50_ms"], round(seconds)))) + " |", flush=True)


def _train(change: Change, data: Path, env: dict[str, str]) -> tuple[Path, float]:
    config = copy.deepcopy(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8")))
    change(config)
    folder = data.parent
    changed = folder / "config.yml"
    changed.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    training = ("--nlu", data, "--config", changed, "--domain", ROOT / "domain.yml")
    start = time.monotonic()
    command = rasa_command("rasa", "train", "nlu", *training, "--out", folder, "--fixed-model-name", "choice")
    run(command, env)
    return folder / "choice.tar.gz", time.monotonic() - start


def _judge(file: Path, model: Path, env: dict[str, str]) -> dict[str, float]:
    output = run(rasa_command("assistant", "nlu-eval", file, "--model", model), env)
    figures: dict[str, float] = json.loads(output.splitlines()[-1])
    return figures
