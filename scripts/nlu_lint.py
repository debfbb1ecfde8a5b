"""Lint of the labelled messages: duplicates, contradictions, near-duplicates across intents, tests near training.

    python -m scripts.nlu_lint               report, exit status 1 when there is anything to report
    python -m scripts.nlu_lint --contrasts   print the near-duplicates in the format of tests/nlu/contrasts.tsv

Two messages of different intents that differ by a letter or two are either a mistake or a contrast worth having
("차단해줘", "차단 해제"): whoever has looked at a pair lists it in tests/nlu/contrasts.tsv.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from assistant.labelled_messages import read_labelled
from assistant.text import normalize
from scripts.nlu_data import CONTRASTS, TEST_SETS, Labelled, training_messages

FAR = 2


@dataclass(frozen=True)
class Finding:
    """Something wrong with one or two messages, each as (intent, text)."""

    kind: str
    messages: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.kind}: " + " | ".join(f"{intent}: {text}" for intent, text in self.messages)


def letters(text: str) -> str:
    """Return what makes messages the same: normalised letters and digits; a text without any as it is."""
    normalized = normalize(text)
    return "".join(c for c in normalized if unicodedata.category(c)[0] in "LN") or normalized


def allowed_distance(length: int) -> int:
    """How many letters may differ between two messages (the longer one has `length`) that still count as near."""
    if length < 4:
        return 0
    return 1 if length < 9 else FAR


def near(text: str, others: list[str]) -> Iterator[int]:
    """Yield the places in `others` (letters only) of what is near to `text` (letters only)."""
    found = process.extract(text, others, scorer=Levenshtein.distance, score_cutoff=FAR, limit=None)
    for other, distance, place in found:
        if distance <= allowed_distance(max(len(text), len(other))):
            yield place


def duplicates(training: Labelled) -> list[Finding]:
    """Return messages that occur twice, and those that occur with two intents."""
    first: dict[str, tuple[str, str]] = {}
    findings = []
    for message in training:
        earlier = first.setdefault(letters(message[1]), message)
        if earlier is not message:
            kind = "duplicate" if earlier[0] == message[0] else "contradiction"
            findings.append(Finding(kind, (earlier, message)))
    return findings


def near_across_intents(training: Labelled, reviewed: frozenset[frozenset[str]]) -> list[Finding]:
    """Return pairs of different intents that are near and not `reviewed` (pairs of letters)."""
    keys = [letters(text) for _, text in training]
    findings = []
    for place, key in enumerate(keys):
        for other in near(key, keys[place + 1 :]):
            one, two = training[place], training[place + 1 + other]
            pair = frozenset({key, letters(two[1])})
            if one[0] != two[0] and len(pair) == 2 and pair not in reviewed:
                findings.append(Finding("near, other intent", (one, two)))
    return findings


def given_away(tests: Labelled, training: Labelled) -> list[Finding]:
    """Return test messages that a training message gives away."""
    keys = [letters(text) for _, text in training]
    findings = []
    for message in tests:
        place = next(near(letters(message[1]), keys), None)
        if place is not None:
            findings.append(Finding("test near training", (message, training[place])))
    return findings


def reviewed_contrasts() -> frozenset[frozenset[str]]:
    """Return the pairs that somebody has looked at: consecutive lines of the contrasts file."""
    texts = [letters(text) for _, text in read_labelled(CONTRASTS)]
    return frozenset(frozenset(pair) for pair in zip(texts[::2], texts[1::2], strict=True))


def findings() -> list[Finding]:
    """Return everything wrong with the repository's labelled messages."""
    training = training_messages()
    tests = [message for path in TEST_SETS for message in read_labelled(path)]
    return [
        *duplicates(training),
        *duplicates(tests),
        *near_across_intents(training, reviewed_contrasts()),
        *given_away(tests, training),
    ]


def main(arguments: list[str]) -> int:
    """Print what was found."""
    if arguments == ["--contrasts"]:
        for finding in near_across_intents(training_messages(), frozenset()):
            for intent, text in finding.messages:
                print(intent, text, sep="\t")
        return 0
    found = findings()
    for finding in found:
        print(finding)
    if found:
        print(f"{len(found)} to look at", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
