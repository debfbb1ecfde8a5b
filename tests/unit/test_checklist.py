"""Each of the 61 behaviours of docs/widget.md is tested under its number, and the guide names the right files."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from scripts.paths import ROOT

ROWS = range(1, 62)
GUIDE = (ROOT / "docs" / "widget.md").read_text("utf-8")
TEST_NAME = re.compile(r"""(?:^ *(?:async )?def |\b(?:test|it)\(\s*["'`])test_row_(\d+)_\w+""", re.MULTILINE)


def files_by_row() -> dict[int, set[str]]:
    """The files that hold a test named after a row, by row."""
    files: dict[int, set[str]] = defaultdict(set)
    for folder, pattern in (("tests", "test_*.py"), ("widget/test", "*.test.ts")):
        for path in (ROOT / folder).rglob(pattern):
            for number in TEST_NAME.findall(path.read_text("utf-8")):
                files[int(number)].add(path.relative_to(ROOT).as_posix())
    return files


TESTED = files_by_row()


def section(title: str) -> str:
    """The text under a heading of the guide."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def by_hand() -> dict[int, str]:
    """The rows that stand under "By hand", each with what is said of it."""
    rows: dict[int, str] = {}
    for entry in re.findall(r"^- (Rows? .*?)(?=^- |\Z)", section("By hand"), re.MULTILINE | re.DOTALL):
        numbers, said = entry.split(":", 1)
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", numbers):
            rows |= dict.fromkeys(range(int(first), int(last or first) + 1), said)
    return rows


def listed() -> dict[int, set[str]]:
    """The files that the guide names for each row."""
    lines = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]*) \|$", section("The 61 behaviours"), re.MULTILINE)
    return {int(number): set(re.findall(r"`([^`]+)`", files)) for number, files in lines}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_test_of_its_number_or_a_reason_why_a_person_has_to_look(row: int) -> None:
    assert TESTED.get(row) or "Why by hand" in " ".join(by_hand().get(row, "").split())


def test_no_test_is_named_after_a_row_that_there_is_not() -> None:
    assert set(TESTED) <= set(ROWS)


def test_what_is_done_by_hand_says_why() -> None:
    assert by_hand()
    for said in by_hand().values():
        assert re.search(r"Why by\s+hand: \S", said)


def test_the_guide_lists_every_row_with_the_files_of_its_tests() -> None:
    assert listed() == {row: TESTED.get(row, set()) for row in ROWS}
