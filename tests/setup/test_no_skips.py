"""A skipped test fails the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("def test_a(): pass", 0),
        ("def test_a(): pass\ndef test_b(): pytest.skip('later')", 1),
        ("def test_a(): pass\n@pytest.mark.skipif(True, reason='here')\ndef test_b(): pass", 1),
        ("def test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert False", 1),
        ("pytest.skip('all of it', allow_module_level=True)", 1),
    ],
)
def test_a_run_with_holes_fails(tmp_path: Path, body: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(f"import pytest\n{body}\n")
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    plugin = ["-p", "tests.plugins.no_skips", "-p", "no:cacheprovider"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *plugin,
        "--rootdir",
        str(tmp_path),
        "-c",
        str(tmp_path / "pytest.ini"),
    ]
    result = subprocess.run([*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == code, result.stdout
    assert ("NOT RUN (nothing may be skipped)" in result.stdout) is (code == 1)
