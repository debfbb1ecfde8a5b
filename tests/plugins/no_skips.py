"""A run in which anything was skipped, or was expected to fail, has not passed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

_left_out: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that was skipped or marked as failing; the latter counts as skipped in pytest's reports."""
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a whole module that skipped itself."""
    _note(report)


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped:
        _left_out.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a passed run with holes into a failed one."""
    if _left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    for line in _lines(_left_out):
        terminalreporter.write_line(line, red=True)


def _lines(left_out: Iterable[str]) -> list[str]:
    return [f"NOT RUN (nothing may be skipped): {nodeid}" for nodeid in left_out]
