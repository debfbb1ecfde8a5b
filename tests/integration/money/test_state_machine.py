"""The state machine, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.money.machine import MoneyMachine
from tests.integration.money.machine_world import World
from tests.integration.money.own_sandbox import own_sandbox, scratch_directory
from tests.integration.money.quiet import without_logs
from tests.integration.money.rig import make_rig
from tests.integration.money.shop import make_settings
from tests.integration.sandbox.harness import Sandbox
from tests.support.databases import SqliteDatabases
from tests.support.postgres import PostgresServer

COMMON = settings(
    deadline=None,
    derandomize=False,
    print_blob=True,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """Where the files of this module's runs are."""
    with scratch_directory() as path:
        yield path


@pytest.fixture(scope="module")
def quick_sandbox(directory: Path) -> Iterator[Sandbox]:
    """A sandbox whose files are in memory."""
    with own_sandbox(directory / "sandbox") as sandbox:
        yield sandbox


def run(directory: Path, sandbox: Sandbox, database_url: str, examples: int) -> None:
    """Let the state machine think up so many stories on a database."""
    # What customers prepay elsewhere are differences, and must not pause our orders here.
    own = {"database_url": database_url, "pause_at_differences": 10_000}
    product = make_settings(directory, sandbox.url, sandbox.directory).model_copy(update=own)
    world: World
    with (
        without_logs(),
        make_rig(product, sandbox, apps=2, watch=lambda *call: world.watch(*call)) as rig,
    ):
        world = World(rig)
        machine = type("MoneyMachineOnDatabase", (MoneyMachine,), {"world": world})
        run_state_machine_as_test(machine, settings=settings(COMMON, max_examples=examples))


def test_money_moves_once_in_every_story_on_sqlite(directory: Path, quick_sandbox: Sandbox) -> None:
    (directory / "sqlite").mkdir()
    run(directory, quick_sandbox, SqliteDatabases(directory / "sqlite").migrated(), 500)


def test_money_moves_once_in_every_story_on_postgresql(
    directory: Path, quick_sandbox: Sandbox, postgres: PostgresServer
) -> None:
    run(directory, quick_sandbox, postgres.migrated(), 100)
