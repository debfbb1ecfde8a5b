"""Whatever stands against a command: one clear message, exit code 2, no traceback, no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.ops.desk import Desk


def test_wrong_settings_are_named_without_a_traceback(desk: Desk) -> None:
    printed = desk.run("stuck", PREPAY_ENVIRONMENT="live", PREPAY_WEB_PORT="eighty")
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith("the settings cannot be used:")
    assert "PREPAY_WEB_PORT" in printed.err
    secret = desk.shop.settings.portone_api_secret.get_secret_value()
    assert secret not in printed.err


def test_a_database_that_was_never_migrated_is_named_as_that(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    printed = desk.run("find", "or", PREPAY_DATABASE_URL=url)
    assert printed.code == 2
    assert "no such table" in printed.err
    assert "python -m prepayment.migrate" in printed.err


def test_a_database_that_is_away_is_named_without_its_password(desk: Desk) -> None:
    url = "postgresql+psycopg://prepay:hidden-password@127.0.0.1:1/prepayment"
    printed = desk.run("find", "or", PREPAY_DATABASE_URL=url)
    assert printed.code == 2
    assert printed.err.startswith("The database cannot be used: ")
    assert "hidden-password" not in printed.err
    assert len(printed.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "wrong", [("shwo",), ("show",), ("stuck", "--josn"), ("export", "--from", "2031-05-01")]
)
def test_a_wrong_use_is_told_from_a_finding(desk: Desk, wrong: tuple[str, ...]) -> None:
    printed = desk.run(*wrong)
    assert printed.code == 2
    assert "Usage: " in printed.err


def test_help_names_every_command(desk: Desk) -> None:
    printed = desk.done("--help")
    commands = [
        "find",
        "show",
        "stuck",
        "cancel",
        "resolve",
        "alarms",
        "close-alarm",
        "reconcile",
        "reports",
        "export",
    ]
    assert [name for name in commands if f"  {name} " not in printed] == []


def test_as_a_program_of_its_own(desk: Desk) -> None:
    """What a monitor runs: output on one channel, nothing on the other, and the exit code."""
    order = desk.in_review(desk.applied())
    process = desk.start("stuck", "--json")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert order.id in out
