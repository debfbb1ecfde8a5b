"""The manual knows every command and option that there is, and no other."""

from __future__ import annotations

import re

import typer.main

from prepayment.ops.cli import cli
from tests.integration.sandbox.harness import ROOT

MANUAL = (ROOT / "docs" / "operators.md").read_text()


def test_the_manual_names_every_command_and_every_option() -> None:
    group = typer.main.get_command(cli)
    commands = group.commands  # type: ignore[attr-defined]  # of the vendored command classes
    within = [one for command in commands.values() for one in getattr(command, "commands", {}).values()]
    options = {
        option
        for command in [*commands.values(), *within]
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }
    assert sorted(name for name in commands if not re.search(rf"^#.*\b{name}\b", MANUAL, re.MULTILINE)) == []
    assert sorted(option for option in options if option not in MANUAL) == []
    used = set(re.findall(r"prepayment\.ops ([a-z-]+)", MANUAL))
    assert used == set(commands)
    assert set(re.findall(r"`(--[a-z]+)", MANUAL)) <= options
