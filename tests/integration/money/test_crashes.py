"""A process is killed with SIGKILL between any two steps, and another one makes up for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from prepayment.errors import PrepaymentError
from prepayment.limit_changes import ChangeState
from prepayment.orders import State
from tests.integration.money import customers
from tests.integration.money.crash_cases import CASES, Case
from tests.integration.money.crash_runner import CrashRunner, crash_runner
from tests.integration.money.crash_stories import AMOUNT_WON, newest
from tests.integration.money.limit_steps import changes, limit_won, told
from tests.integration.money.own_sandbox import own_sandbox, scratch_directory
from tests.integration.money.quiet import without_logs, work
from tests.integration.money.rig import Rig, make_rig
from tests.integration.money.shop import MINJI, make_settings
from tests.support.databases import Databases

Stage = tuple[Rig, CrashRunner]


@pytest.fixture(scope="module")
def stage(databases: Databases) -> Iterator[Stage]:
    """A process that can be killed, and the one that makes up for it, on one database."""
    with scratch_directory() as directory, own_sandbox(directory / "sandbox") as sandbox:
        settings = make_settings(directory, sandbox.url, sandbox.directory)
        settings = settings.model_copy(update={"database_url": _quick(databases, directory)})
        with without_logs(), make_rig(settings, sandbox) as rig, crash_runner(settings, sandbox) as runner:
            yield rig, runner


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_killed_process_left_is_finished_by_another(stage: Stage, case: Case) -> None:
    """At every boundary of the story, one process for each."""
    rig, runner = stage
    boundaries = _whole(rig, runner, case)
    wrong: list[str] = []
    for number in range(1, len(boundaries) + 1):
        problems = _kill(rig, runner, case, number)
        problems += rig.settle()
        charged = bool(rig.books().outside.movements)
        if charged and newest(rig).state not in (case.end, case.or_else):
            problems.append(f"ended as {newest(rig).state}")
        wrong += [f"killed {boundaries[number - 1]} ({number}): {problem}" for problem in problems]
    assert not wrong, "\n".join(wrong)


def test_a_customer_who_comes_back_after_a_crash_pays_once(stage: Stage) -> None:
    rig, runner = stage
    case = CASES[0]
    boundaries = _whole(rig, runner, case)
    wrong: list[str] = []
    for number in range(1, len(boundaries) + 1):
        problems = _kill(rig, runner, case, number)
        _persist(rig)
        problems += rig.settle()
        net_won = sum(moved.net_won for moved in rig.books().outside.movements.values())
        if rig.states().count(State.APPLIED) != 1 or net_won != AMOUNT_WON:
            problems.append(f"{net_won} won are charged, the orders ended as {rig.states()}")
        wrong += [f"killed {boundaries[number - 1]} ({number}): {problem}" for problem in problems]
    assert not wrong, "\n".join(wrong)


def test_a_block_whose_process_was_killed_is_made_and_told_by_another(stage: Stage) -> None:
    """Whatever was written down is done and told; before that nothing was asked of the carrier."""
    rig, runner = stage
    case = Case("block", "block", State.APPLIED)
    case.prepare(rig)
    boundaries = runner.run(case.story).boundaries
    assert len(boundaries) >= 4
    wrong: list[str] = []
    for number in range(1, len(boundaries) + 1):
        problems = _kill(rig, runner, case, number)
        left = changes(rig.shop)
        done_before = [change.state for change in left] == [ChangeState.DONE]
        work(rig.apps[0])
        if [change.state for change in changes(rig.shop)] != [ChangeState.DONE] * len(left):
            problems.append(f"ended as {changes(rig.shop)}")
        if (limit_won(rig.shop) == 0) != bool(left):
            problems.append(f"the limit is {limit_won(rig.shop)} with {len(left)} changes")
        heard = [told(rig.shop, change.conversation_id) for change in left]
        if heard != ([[]] if done_before else [[change.id] for change in left]):
            problems.append(f"told {heard}")
        wrong += [f"killed {boundaries[number - 1]} ({number}): {problem}" for problem in problems]
    assert not wrong, "\n".join(wrong)


def _whole(rig: Rig, runner: CrashRunner, case: Case) -> list[str]:
    """Let the story run to its end; the boundaries that it comes to."""
    case.prepare(rig)
    outcome = runner.run(case.story)
    assert not outcome.error, outcome.error
    assert not outcome.killed
    assert not outcome.lies
    assert newest(rig).state is case.end
    assert len(outcome.boundaries) > 10
    return outcome.boundaries


def _kill(rig: Rig, runner: CrashRunner, case: Case, number: int) -> list[str]:
    case.prepare(rig)
    outcome = runner.run(case.story, number)
    assert outcome.killed, f"boundary {number} was never reached: {outcome}"
    # Past the leases of the killed process, which had skipped time of its own.
    rig.clock.skip(hours=2)
    return outcome.lies


def _persist(rig: Rig) -> None:
    """The customer tries again and again, as long as it is not done."""
    for _ in range(8):
        if State.APPLIED in rig.states() or State.PAID in rig.states():
            return
        with suppress(PrepaymentError):
            customers.pay(rig.shop, MINJI, AMOUNT_WON)
        rig.clock.skip(minutes=10)
        rig.shop.advance(seconds=80)
        work(rig.apps[0])
    raise AssertionError(f"the customer gave up: {rig.states()}")


def _quick(databases: Databases, directory: Path) -> str:
    """A database that nothing has to reach the disk for."""
    url = databases.migrated()
    if not url.startswith("sqlite:///"):
        return url
    file = directory / "crashes.db"
    file.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    return f"sqlite:///{file}"
