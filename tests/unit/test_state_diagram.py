"""The page about an order's states: it is current, and it draws the table of steps, all of it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prepayment.orders import TRANSITIONS, State
from scripts import state_diagram
from scripts.state_diagram import MEANINGS, PAGE

STATES = {state.value for state in State}


@pytest.fixture(scope="module")
def written() -> str:
    """The page as it stands in the repository."""
    return PAGE.read_text(encoding="utf-8")


def members(drawing: list[str]) -> dict[str, set[str]]:
    """The states of each box and of each node that lists several; a box in a box counts in both."""
    found: dict[str, set[str]] = {}
    within: list[str] = []
    for line in drawing:
        if listed := re.fullmatch(r'state "(.+)" as (\w+)', line):
            found[listed[2]] = set(re.findall(r"[a-z]+", listed[1].replace("<br/>", " ")))
        elif box := re.fullmatch(r"state (\w+) {", line):
            within.append(box[1])
            found[box[1]] = set()
        elif line == "}":
            within.pop()
        elif line in STATES:
            for name in within:
                found[name].add(line)
    return found


def drawn_steps(drawing: list[str]) -> list[tuple[str, str]]:
    """Every step that the arrows of a drawing stand for."""
    groups = members(drawing)
    arrows = [line.split(" --> ") for line in drawing if " --> " in line and "[*]" not in line]
    return [(state, target) for source, target in arrows for state in groups.get(source, {source})]


def test_the_page_is_current(written: str) -> None:
    assert written == state_diagram.page(), "run: python -m scripts.state_diagram"


def test_the_drawings_together_show_every_step_of_the_table_once_and_no_other(written: str) -> None:
    drawings = re.findall(r"```mermaid\n(.+?)\n```", written, re.DOTALL)

    drawn = [
        step for drawing in drawings for step in drawn_steps([row.strip() for row in drawing.split("\n")])
    ]

    assert sorted(drawn) == sorted(
        (source.value, target.value) for source, targets in TRANSITIONS.items() for target in targets
    )


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_meaning_of_its_own(state: State) -> None:
    meaning = MEANINGS[state]

    assert meaning.endswith(".")
    assert list(MEANINGS.values()).count(meaning) == 1


def test_checking_says_no_to_a_page_that_is_not_current_and_leaves_it_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "order-states.md"
    page.write_text("an older page", encoding="utf-8")
    monkeypatch.setattr(state_diagram, "PAGE", page)
    monkeypatch.setattr(state_diagram, "ROOT", tmp_path)

    assert state_diagram.main(["--check"]) == 1
    assert "python -m scripts.state_diagram" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "an older page"
    assert state_diagram.main([]) == 0
    assert state_diagram.main(["--check"]) == 0
