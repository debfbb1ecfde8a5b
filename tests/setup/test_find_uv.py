"""Finding a uv that works, when the one on PATH does not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKING = "#!/bin/sh\nexit 0\n"
SHIM = "#!/bin/sh\necho 'uv: command not found' >&2\nexit 127\n"  # as left by a manager of Python versions


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the script needs, and an empty folder for programs."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "scripts" / "find-uv.sh", tmp_path / "scripts")
    for name in ("sh", "dirname", "mkdir", "rm", "mv", "cat"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def program(path: Path, text: str) -> Path:
    """An executable script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def find(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the script where PATH has nothing but the programs of the checkout."""
    env = {"PATH": str(checkout / "bin"), "HOME": str(checkout / "home")}
    script = checkout / "scripts" / "find-uv.sh"
    return subprocess.run([str(shutil.which("sh")), str(script)], env=env, capture_output=True, text=True)


def test_a_working_uv_on_path_is_taken(checkout: Path) -> None:
    uv = program(checkout / "bin" / "uv", WORKING)
    assert find(checkout).stdout.strip() == str(uv)


def test_a_shim_that_does_not_run_is_passed_over(checkout: Path) -> None:
    program(checkout / "bin" / "uv", SHIM)
    program(checkout / ".tools" / "bin" / "uv", WORKING)
    assert find(checkout).stdout.strip() == ".tools/bin/uv"


def test_without_uv_it_is_installed_by_pip_with_hashes(checkout: Path) -> None:
    """A stand-in for Python notes what it was asked for and delivers what pip would."""
    text = WORKING.replace("\n", "\\n")
    delivers = f"#!/bin/sh\nuv=${{0%/*}}/uv\nprintf '{text}' > $uv\nchmod 755 $uv\n"
    program(checkout / "new-python", delivers + 'echo "$@" > asked\n')
    makes = 'case "$1 $2" in "-m venv") mkdir -p "$3/bin"; cp new-python "$3/bin/python";; esac\n'
    for name in ("cp", "chmod"):
        (checkout / "bin" / name).symlink_to(str(shutil.which(name)))
    program(checkout / "bin" / "python3", "#!/bin/sh\n" + makes)
    result = find(checkout)
    assert result.stdout.strip() == ".tools/bin/uv", result.stderr
    assert (
        checkout / "asked"
    ).read_text() == "-m pip install --quiet --require-hashes -r requirements/tools.txt\n"
    assert (checkout / ".tools" / "bin" / "uv").read_text() == WORKING
    assert [path.name for path in (checkout / ".tools").iterdir() if path.name.startswith("uv-")] == []


def test_when_nothing_works_the_message_names_the_commands(checkout: Path) -> None:
    result = find(checkout)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "uv cannot be had" in result.stderr
    assert "sudo apt-get install python3-venv" in result.stderr
    assert "brew install uv" in result.stderr
