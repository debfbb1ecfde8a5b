"""The committed widget build belongs to the sources beside it and keeps its size limits."""

import gzip
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WIDGET = ROOT / "widget"
STATIC = ROOT / "web" / "static"
LIMITS = {"loader.js": 5 * 1024, "chat.js": 60 * 1024}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sources_hash() -> str:
    """One SHA-256 over the lines sha256sum prints for the sources, sorted by path."""
    files = [WIDGET / n for n in ("build.mjs", "package-lock.json", "package.json", "tsconfig.json")]
    files += [path for path in (WIDGET / "src").rglob("*") if path.is_file()]
    names = sorted(path.relative_to(WIDGET).as_posix() for path in files)
    lines = (f"{sha256((WIDGET / name).read_bytes())}  {name}\n" for name in names)
    return sha256("".join(lines).encode())


def test_the_manifest_names_the_current_sources() -> None:
    manifest = json.loads((STATIC / "build-manifest.json").read_text("utf-8"))
    assert manifest["sources"] == sources_hash(), "run `npm run build` in widget/"


def test_the_built_files_are_the_ones_in_the_manifest() -> None:
    manifest = json.loads((STATIC / "build-manifest.json").read_text("utf-8"))
    assert set(manifest["files"]) == {"loader.js", "chat.js", "chat.css"}
    for name, expected in manifest["files"].items():
        assert sha256((STATIC / name).read_bytes()) == expected["sha256"], name


@pytest.mark.parametrize("name", LIMITS)
def test_the_script_keeps_its_gzip_limit(name: str) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= LIMITS[name]


if shutil.which("npm"):  # without Node the hashes above are the proof

    def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
        """From a clean install of the locked packages."""
        copy = tmp_path / "widget"
        shutil.copytree(WIDGET, copy, ignore=shutil.ignore_patterns("node_modules"))
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=copy, check=True, capture_output=True)
        subprocess.run(
            ["node", "build.mjs", str(tmp_path / "built")], cwd=copy, check=True, capture_output=True
        )
        built = list((tmp_path / "built").iterdir())

        assert built
        for path in built:
            assert path.read_bytes() == (STATIC / path.name).read_bytes(), path.name
