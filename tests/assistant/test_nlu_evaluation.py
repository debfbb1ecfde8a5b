"""Figures of the evaluation, and the command on a real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import launch

from assistant.labelled_messages import FormatError, read_labelled
from assistant.nlu_evaluation import Prediction, summarize


def prediction(expected: str, predicted: str, milliseconds: float = 1.0) -> Prediction:
    return Prediction(expected, predicted, 0.9, "글", milliseconds)


def test_the_fallback_counts_as_out_of_scope() -> None:
    summary = summarize(
        [
            prediction("greet", "greet", 1.0),
            prediction("greet", "nlu_fallback", 2.0),
            prediction("greet", "deny", 3.0),
            prediction("out_of_scope", "nlu_fallback", 4.0),
            prediction("out_of_scope", "greet", 5.0),
        ]
    )

    assert summary == {
        "n": 5,
        "accuracy": 0.4,
        "in_scope_accuracy": 0.3333,
        "out_of_scope_rejected": 0.5,
        "p50_ms": 3.0,
        "p95_ms": 4.8,
    }


def test_a_share_over_nothing_is_null() -> None:
    assert summarize([prediction("greet", "greet")])["out_of_scope_rejected"] is None


@pytest.mark.parametrize("content", ["", "\n", "greet 안녕\n", "greet\t안녕\n\t안녕\n"])
def test_an_unreadable_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.tsv"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(FormatError):
        read_labelled(file)


def test_the_command_prints_errors_and_ends_with_the_figures(project: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.tsv"
    file.write_text("greet\t안녕하세요\n\nout_of_scope\t\ngreet\t선결제는 어떻게 하나요\n", encoding="utf-8")

    result = launch(project, "nlu-eval", str(file))

    assert result.returncode == 0, result.stderr
    errors, table = result.stdout.split("\n\n")
    *rows, last = table.splitlines()
    assert ["\t".join(line.split("\t")[:2]) for line in errors.splitlines()] == ["greet\tfaq_methods"]
    assert [row.split() for row in rows[1:]] == [
        ["greet", "1", "2", "0.500"],
        ["out_of_scope", "1", "1", "1.000"],
    ]
    figures = json.loads(last)
    assert tuple(
        figures[name] for name in ("n", "accuracy", "in_scope_accuracy", "out_of_scope_rejected")
    ) == (3, 0.6667, 0.5, 1.0)


def test_a_missing_file_is_reported_in_one_line(project: Path) -> None:
    result = launch(project, "nlu-eval", "missing.tsv")

    assert result.returncode == 1
    assert "missing.tsv" in result.stderr.splitlines()[-1]
