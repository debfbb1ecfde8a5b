"""Words the groups of unanswered questions: for reading, and as the draft of a file for data/nlu/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from assistant.unanswered_groups import Group

SHOWN_TEXTS = 8
SHOWN_LENGTH = 120
SHOWN_GUESSES = 3

SEOUL = timezone(timedelta(hours=9))
"""Korea has no summer time; not every system that Rasa runs on has a time zone database."""

# Rasa reads [..](..) as an entity and, in a file of ASCII alone, \uXXXX as a character. The assistant's normalisation
# turns these full-width signs back, so that it learns the very text that was typed.
_MARKUP = str.maketrans({"[": "［", "\\": "＼"})

YAML_HEAD = """\
# To label: put one of the domain's intents in the place of each CHOOSE, delete what is no good example (or is half a
# mask, like ［카드번호 가림］), split groups that ask different things, and move the rest to the files in data/nlu/.
version: "3.1"
"""


class Section(NamedTuple):
    """A part of the report: its heading, the groups shown, and remarks on what is not."""

    heading: str
    groups: Sequence[Group]
    remarks: Sequence[str]


def as_text(sections: Sequence[Section]) -> str:
    """Return the report for reading; ends with a line break."""
    return "\n".join(_section_as_text(section) for section in sections)


def as_yaml(sections: Sequence[Section]) -> str:
    """Return the report as training data that Rasa can read, every group with the intent CHOOSE."""
    lines = [
        *YAML_HEAD.splitlines(),
        "",
        "nlu:" if any(section.groups for section in sections) else "nlu: []",
    ]
    for section in sections:
        lines += [f"  # {line}" for line in (section.heading, *section.remarks)]
        for number, group in enumerate(section.groups, start=1):
            lines += ["", *(f"  # {line}" for line in (f"{number}. {_asked(group)}", *_about(group)))]
            lines += ["  - intent: CHOOSE", "    examples: |"]
            lines += [f"      - {question.text.translate(_MARKUP)}" for question in group.questions]
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _section_as_text(section: Section) -> str:
    lines = [section.heading, *section.remarks]
    for number, group in enumerate(section.groups, start=1):
        lines += ["", f"{number}. {_asked(group)}", *(f"   {line}" for line in _about(group))]
        lines += [
            f"   {question.times:5} x  {_shortened(question.text)}"
            for question in group.questions[:SHOWN_TEXTS]
        ]
        more = len(group.questions) - SHOWN_TEXTS
        lines += [f"           and {more} more"] if more > 0 else []
    return "\n".join(lines) + "\n"


def _asked(group: Group) -> str:
    times, conversations = plural(group.times, "time"), plural(group.conversations, "conversation")
    last = datetime.fromtimestamp(group.last_asked, SEOUL).strftime("%Y-%m-%d %H:%M")
    return f"asked {times} in {conversations}, last seen {last} (Seoul)"


def _about(group: Group) -> list[str]:
    outcomes = ", ".join(f"{outcome} {plural(times, 'time')}" for outcome, times in group.outcomes)
    guesses = ", ".join(
        f"{guess.intent} {plural(guess.times, 'time')} (mean confidence {guess.confidence:.2f})"
        for guess in group.guesses[:SHOWN_GUESSES]
    )
    return [f"outcome: {outcomes}", f"best guess: {guesses or 'none'}"]


def plural(count: int, thing: str) -> str:
    """Return "1 time", "1,200 times"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
