"""A failed conversation as a table: left what the transcript expected, right what happened, turn by turn."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.conversation.expectations import Finding
from tests.conversation.language import Transcript, Turn
from tests.conversation.stage import Said

COLUMN: Final = 62
MARK, NO_MARK = ">> ", "   "


@dataclass
class Taken:
    """A turn that was taken: what was said then, what was found, and why it could not be taken, if so."""

    turn: Turn
    answers: Sequence[Said] = ()
    findings: Sequence[Finding] = field(default_factory=list)
    impossible: str = ""

    @property
    def failed(self) -> bool:
        """Whether this turn went wrong."""
        return bool(self.impossible) or not all(finding.holds for finding in self.findings)


def render(transcript: Transcript, taken: Sequence[Taken]) -> str:
    """Return the whole transcript with what became of it; every line that is wrong is marked."""
    lines = [f"{transcript.file}: {transcript.title}", "", *_row("   ", "expected", "happened")]
    for turn in transcript.turns:
        of_it = next((one for one in taken if one.turn is turn), None)
        lines += [NO_MARK + "-" * (2 * COLUMN + 3), *_turn(turn, of_it)]
    return "\n".join(lines)


def _turn(turn: Turn, taken: Taken | None) -> list[str]:
    step = f"{turn.number}. {turn.step}: {turn.argument if turn.argument is not None else 'null'}"
    if taken is None:
        expected = [f"   {word}: {value}" for word, value in turn.expected.items()]
        return [
            *_row(NO_MARK, step, "not reached"),
            *(line for text in expected for line in _row(NO_MARK, text, "")),
        ]
    lines = _row(MARK if taken.failed else NO_MARK, step, taken.impossible)
    for finding in taken.findings:
        mark = NO_MARK if finding.holds else MARK
        left, right = f"   {finding.word}: {finding.expected}", f"{finding.word}: {finding.found}"
        lines += _row(mark, left, right)
    for answer in taken.answers:
        lines += _row(NO_MARK, "", f"({answer.response}) {answer.text}")
    return lines


def _row(mark: str, left: str, right: str) -> list[str]:
    lefts, rights = _wrapped(left), _wrapped(right)
    height = max(len(lefts), len(rights), 1)
    lefts += [""] * (height - len(lefts))
    rights += [""] * (height - len(rights))
    return [
        f"{mark if number == 0 else NO_MARK}{one}{' ' * (COLUMN - width(one))} | {other}".rstrip()
        for number, (one, other) in enumerate(zip(lefts, rights, strict=True))
    ]


def _wrapped(text: str) -> list[str]:
    """Cut a text into lines no wider than a column; Hangul is two places wide."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line, taken = "", 0
        for character in paragraph:
            wide = width(character)
            if taken + wide > COLUMN:
                lines.append(line)
                line, taken = "", 0
            line, taken = line + character, taken + wide
        if line:
            lines.append(line)
    return lines


def width(text: str) -> int:
    """Return how many places a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
