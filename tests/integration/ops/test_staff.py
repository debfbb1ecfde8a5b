"""``staff``: the accounts of those who talk to customers."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.integration.ops.desk import Desk

PASSWORD = "tulip-harbour-92-wander"


def make(desk: Desk, staff_id: str = "hana", name: str = "이하나") -> str:
    """Make an account; returns the password that was shown."""
    printed = desk.done("staff", "add", staff_id, "--name", name, "--generate", "--as", "mina")
    found = re.search(r"password\s+(\S+)", printed)
    assert found, printed
    return found[1]


def at_terminal(desk: Desk, *arguments: str, typed: tuple[str, ...]) -> tuple[int, str]:
    """Run a command at a terminal and type a line whenever it asks; its exit code and all that was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "prepayment.ops", *arguments],
        cwd=desk.directory,
        env={**desk.environment(), "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown, answers = b"", list(typed)
    # A terminal that everybody has left is read as an error.
    with suppress(OSError):
        while select.select([ours], [], [], 60)[0] and (part := os.read(ours, 4096)):
            shown += part
            if answers and shown.endswith(b": "):  # by then it shows nothing that is typed
                os.write(ours, answers.pop(0).encode() + b"\n")
    code = process.wait(timeout=60)
    os.close(ours)
    return code, shown.decode()


def test_an_account_is_made_with_a_password_that_is_shown_once(desk: Desk) -> None:
    password = make(desk)
    staff = desk.shop.app.staff
    member = staff.log_in("hana", password)
    assert member is not None
    assert member.name == "이하나"
    assert [(one.kind, one.actor) for one in staff.events("hana")][-1] == ("added", "operator:mina")
    assert password not in desk.done("staff", "list") + desk.done("staff", "events", "hana")


def test_a_password_is_typed_twice_and_never_shown(desk: Desk) -> None:
    code, shown = at_terminal(desk, "staff", "add", "hana", "--name", "이하나", typed=(PASSWORD, PASSWORD))
    assert code == 0, shown
    assert PASSWORD not in shown
    assert desk.shop.app.staff.log_in("hana", PASSWORD) is not None


@pytest.mark.parametrize("typed", [("short", "short"), ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa")], ids=str)
def test_a_password_that_cannot_be_taken_makes_no_account(desk: Desk, typed: tuple[str, str]) -> None:
    code, shown = at_terminal(desk, "staff", "add", "hana", "--name", "이하나", typed=typed)
    assert code == 2, shown
    assert "Nothing was changed" in shown
    assert list(desk.shop.app.staff.all()) == []


def test_without_a_terminal_no_password_is_read(desk: Desk) -> None:
    assert "--generate makes one" in desk.refused("staff", "add", "hana", "--name", "이하나")


def test_passwords_are_no_arguments(desk: Desk) -> None:
    """Whoever lists processes reads those."""
    assert desk.run("staff", "add", "hana", PASSWORD, "--name", "이하나").code == 2
    assert desk.run("staff", "add", "hana", "--password", PASSWORD, "--name", "이하나").code == 2
    assert list(desk.shop.app.staff.all()) == []


@pytest.mark.parametrize(
    ("staff_id", "name", "words"),
    [
        ("Hana", "이하나", "log-in name"),
        ("h", "이하나", "log-in name"),
        ("../x", "이하나", "log-in name"),
        ("hana", "", "name has"),
        ("hana", "가" * 21, "name has"),
        ("hana", "이\n하나", "name has"),
    ],
)
def test_what_is_no_account_is_refused(desk: Desk, staff_id: str, name: str, words: str) -> None:
    assert words in desk.refused("staff", "add", staff_id, "--name", name, "--generate")


def test_an_account_is_made_once(desk: Desk) -> None:
    make(desk)
    assert "already" in desk.refused("staff", "add", "hana", "--name", "다른이", "--generate")
    assert [one.name for one in desk.shop.app.staff.all()] == ["이하나"]


def test_accounts_are_listed(desk: Desk) -> None:
    assert "staff add" in desk.done("staff", "list")
    make(desk)
    make(desk, "duri", "최두리")
    desk.done("staff", "disable", "duri")
    assert [line.split()[:3] for line in desk.done("staff", "list").splitlines()[2:]] == [
        ["duri", "최두리", "no"],
        ["hana", "이하나", "yes"],
    ]
    assert [(one["id"], one["active"]) for one in desk.read("staff", "list")] == [
        ("duri", False),
        ("hana", True),
    ]


def test_disabling_keeps_somebody_out_until_they_are_enabled(desk: Desk) -> None:
    password, staff = make(desk), desk.shop.app.staff
    member = staff.log_in("hana", password)
    assert member is not None
    desk.done("staff", "disable", "hana", "--as", "mina")
    assert staff.log_in("hana", password) is None
    assert staff.in_session(member.id, member.generation) is None
    desk.done("staff", "enable", "hana")
    assert staff.log_in("hana", password) is not None
    assert staff.in_session(member.id, member.generation) is None, "what was ended stays ended"


def test_another_password_and_ended_sessions_log_somebody_out(desk: Desk) -> None:
    old, staff = make(desk), desk.shop.app.staff
    printed = desk.done("staff", "password", "hana", "--generate")
    member = staff.log_in("hana", printed.split("password")[1].split()[0])
    assert member is not None
    assert staff.log_in("hana", old) is None
    desk.done("staff", "end-sessions", "hana")
    assert staff.in_session(member.id, member.generation) is None
    kinds = [one["kind"] for one in desk.read("staff", "events", "hana")]
    assert kinds == ["sessions_ended", "logged_in", "password_changed", "added"]


@pytest.mark.parametrize("command", ["disable", "enable", "end-sessions", "events"])
def test_an_account_that_is_not_there_is_said_to_be_so(desk: Desk, command: str) -> None:
    assert "no such account" in desk.refused("staff", command, "nobody")
    assert "no such account" in desk.refused("staff", "password", "nobody", "--generate")
