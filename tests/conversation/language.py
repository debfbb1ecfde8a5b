"""The words of a transcript, and reading its files: what is misspelt there is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Final

import yaml

Shapes = tuple[type, ...]

# What somebody does, one of them in each turn; README.md tells what each means.
STEPS: Final[Mapping[str, Shapes]] = {
    "user": (str,),
    "types": (str,),
    "choose": (str,),
    "choose_old": (str,),
    "hurried": (list,),
    "log_in": (str,),
    "tab": (str,),
    "checkout": (list,),
    "clock": (str,),
    "pause": (str,),
    "fault": (dict, list, NoneType),
    "down": (str,),
    "held": (str,),
    "up": (str,),
    "operator": (str,),
    "agent": (str,),
    "pushed": (list,),
}
# What must hold after the step.
EXPECTATIONS: Final[Mapping[str, Shapes]] = {
    "bot": (list,),
    "says": (list,),
    "not_says": (list,),
    "buttons": (list,),
    "messages": (list,),
    "refused": (str,),
    "slots": (dict,),
    "order": (str,),
    "orders": (list,),
    "charged_won": (int,),
    "ledger": (dict,),
    "limit_won": (int,),
    "card": (str,),
    "ticket": (str,),
    "within_seconds": (int, float),
}
# After these the dialogue's answers are heard. After any other step what comes unasked waits for a ``pushed``.
ANSWERED: Final = frozenset({"user", "choose", "choose_old", "hurried", "log_in", "pushed"})
# After these the chat itself is looked at, for what others wrote there.
SHOWN: Final = ANSWERED | {"agent", "tab", "types"}
_NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "bot": ANSWERED - {"pushed"},
    "within_seconds": ANSWERED - {"pushed"} | {"types"},
    "says": SHOWN,
    "not_says": SHOWN,
    "messages": SHOWN,
    "refused": ANSWERED - {"pushed"},
}
_TRANSCRIPT: Final = {"title", "customer", "turns"}


class TranscriptError(ValueError):
    """A transcript says something that the runner does not know."""


@dataclass(frozen=True)
class Turn:
    """``step`` and its ``argument``, and what must hold after it: expectation by word."""

    number: int
    step: str
    argument: Any
    expected: Mapping[str, Any]


@dataclass(frozen=True)
class Transcript:
    """A conversation; ``customer`` is who is logged in from its beginning, None for a visitor."""

    file: str
    title: str
    customer: str | None
    turns: tuple[Turn, ...]


def load(path: Path) -> list[Transcript]:
    """Return the transcripts of a file. Raises TranscriptError."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise TranscriptError(f"{path.name}: not a list of transcripts")
    transcripts = [read(row, path.stem) for row in rows]
    titles = [transcript.title for transcript in transcripts]
    if len(set(titles)) < len(titles):
        twice = sorted({title for title in titles if titles.count(title) > 1})
        raise TranscriptError(f"{path.name}: two of them are called {twice}")
    return transcripts


def load_all(folder: Path) -> Iterator[Transcript]:
    """Yield the transcripts of every file of a folder, in the order of their names. Raises TranscriptError."""
    for path in sorted(folder.glob("*.yml")):
        yield from load(path)


def read(row: Any, file: str = "") -> Transcript:
    """Return one transcript. Raises TranscriptError."""
    if not isinstance(row, dict) or not {"title", "turns"} <= set(row) <= _TRANSCRIPT:
        raise TranscriptError(f"{file}: a transcript has title, turns, and may have customer: {row}")
    where = f"{file}, {row['title']!r}"
    turns = tuple(_turn(number, turn, where) for number, turn in enumerate(row["turns"], start=1))
    if not any(turn.expected or turn.step == "pushed" for turn in turns):
        raise TranscriptError(f"{where}: expects nothing")
    return Transcript(file, row["title"], row.get("customer"), turns)


def _turn(number: int, row: Any, where: str) -> Turn:
    where = f"{where}, turn {number}"
    if not isinstance(row, dict):
        raise TranscriptError(f"{where}: not a turn: {row!r}")
    unknown = sorted(set(row) - set(STEPS) - set(EXPECTATIONS))
    if unknown:
        raise TranscriptError(f"{where}: unknown words {unknown}")
    steps = [word for word in row if word in STEPS]
    if len(steps) != 1:
        raise TranscriptError(f"{where}: one step, not {steps}")
    for word, value in row.items():
        shapes = {**STEPS, **EXPECTATIONS}[word]
        if not isinstance(value, shapes):
            wanted = " or ".join(shape.__name__ for shape in shapes)
            raise TranscriptError(f"{where}: {word} is {wanted}, not {value!r}")
    (step,) = steps
    misplaced = [word for word in row if word != step and step not in _NEEDS.get(word, STEPS)]
    if misplaced:
        raise TranscriptError(f"{where}: {misplaced} cannot be known after {step}")
    return Turn(number, step, row[step], {word: value for word, value in row.items() if word != step})
