"""Environments are left alone while nothing they depend on changes; two makes do not get in each other's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import scripts.environments
from scripts.environments import APP, RASA, Environment
from scripts.locks import LockHeld, is_locked, locked
from scripts.prepare import VERBS
from scripts.steps import StepFailed, Steps, run_logged

ROOT = Path(__file__).parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """An environment that is installed: its interpreter is the one that runs this test."""
    monkeypatch.setattr(scripts.environments, "ROOT", tmp_path)
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "lock.txt").write_text("one==1\n")
    made = Environment("env", PYTHON, "lock.txt", "tests", 1)
    made.stamp.write_text(made.digest())
    return made


def test_an_installed_environment_is_current(environment: Environment) -> None:
    assert environment.is_current()


def test_a_changed_lock_file_makes_it_outdated(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("one==2\n")
    assert not environment.is_current()


def test_an_interrupted_installation_leaves_it_outdated(environment: Environment) -> None:
    environment.stamp.unlink()
    assert not environment.is_current()


def test_a_python_that_has_gone_makes_it_outdated(environment: Environment) -> None:
    environment.interpreter.unlink()
    environment.interpreter.symlink_to("/nonexistent/python")
    assert not environment.is_current()


def test_a_python_of_another_version_makes_it_outdated(environment: Environment) -> None:
    other = Environment(environment.folder, "3.1", environment.requirements, "tests", 1)
    other.stamp.write_text(other.digest())
    assert not other.is_current()


def test_both_environments_run_the_python_they_are_meant_to() -> None:
    for real in (APP, RASA):
        assert real.runs()


def test_both_pythons_stand_in_the_version_file() -> None:
    assert (ROOT / ".python-version").read_text().split() == [APP.python, RASA.python]


def test_a_python_that_cannot_be_had_is_named_with_what_to_do(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A uv that fails stands for a machine without network."""
    monkeypatch.setattr(scripts.environments, "find_uv", lambda: "/bin/false")
    impossible = Environment("env", "3.10", "lock.txt", "tests", 1)
    environment.interpreter.unlink()
    with pytest.raises(
        StepFailed, match=r"Python 3\.10 cannot be had(.|\n)*pyenv install 3\.10(.|\n)*brew install"
    ):
        scripts.environments.ensure(impossible, Steps(5, done=1))
    assert "[2/5] installing env (Python 3.10, tests) (about 1 s) ..." in capsys.readouterr().err


def test_every_verb_has_its_module_and_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for name, verb in VERBS.items():
        assert (ROOT / (verb.module.replace(".", "/") + ".py")).is_file()
        assert f"\n{name}: ##" in makefile


def test_a_lock_is_exclusive_and_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with locked(path, wait=False):
        assert is_locked(path)
        with pytest.raises(LockHeld) as caught, locked(path, wait=False):
            pytest.fail("held twice")
        assert caught.value.pid == os.getpid()
    assert not is_locked(path)


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from scripts.locks import locked\n"
        "with locked(Path(sys.argv[1]), wait=False): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(path)
        holder.kill()
    with locked(path, wait=False):
        assert is_locked(path)


def test_a_failed_command_shows_the_end_of_its_output_and_where_the_rest_is(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('line\\n' * 100 + 'the reason'); raise SystemExit(4)"]
    with pytest.raises(StepFailed, match=r"the reason\n(.|\n)*exit code 4") as caught:
        run_logged(command, tmp_path / "x.log")
    assert str(tmp_path / "x.log") in str(caught.value)
    assert str(caught.value).count("line") < 40


def test_ending_a_verb_ends_the_command_of_its_step(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import sys; from pathlib import Path; from scripts.steps import run_logged, verb\n"
        "def main(): run_logged(['sh', '-c', 'echo $$ > $0; exec sleep 600', sys.argv[1]], Path(sys.argv[2]))\n"
        "verb(main)()"
    )
    command = [sys.executable, "-c", code, str(note), str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT) as program:
        deadline = time.monotonic() + 30
        while not (note.exists() and note.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.02)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=30) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
