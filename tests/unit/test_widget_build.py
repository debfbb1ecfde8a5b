"""The committed widget build belongs to the sources beside it, keeps its size limits and has all its words."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WIDGET = ROOT / "widget"
STATIC = ROOT / "web" / "static"
LIMITS = {"loader.js": 5 * 1024, "chat.js": 60 * 1024}
LOCALES = [WIDGET / "src" / part / "locales" for part in ("chat", "loader")]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sources_hash() -> str:
    """One SHA-256 over the lines sha256sum prints for the sources, sorted by path."""
    files = [WIDGET / n for n in ("build.mjs", "package-lock.json", "package.json", "tsconfig.json")]
    files += [path for path in (WIDGET / "src").rglob("*") if path.is_file()]
    names = sorted(path.relative_to(WIDGET).as_posix() for path in files)
    lines = (f"{sha256((WIDGET / name).read_bytes())}  {name}\n" for name in names)
    return sha256("".join(lines).encode())


def strings(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text("utf-8")))


def test_the_manifest_names_the_current_sources() -> None:
    manifest = json.loads((STATIC / "build-manifest.json").read_text("utf-8"))
    assert manifest["sources"] == sources_hash(), "run `npm run build` in widget/"


def test_the_built_files_are_the_ones_in_the_manifest() -> None:
    manifest = json.loads((STATIC / "build-manifest.json").read_text("utf-8"))
    assert set(manifest["files"]) == {"loader.js", "chat.js", "chat.css", "enter-key.js"}
    for name, expected in manifest["files"].items():
        assert sha256((STATIC / name).read_bytes()) == expected["sha256"], name


@pytest.mark.parametrize("name", LIMITS)
def test_row_4_the_script_keeps_its_gzip_limit(name: str) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= LIMITS[name]


@pytest.mark.parametrize("folder", LOCALES, ids=["chat", "loader"])
def test_row_61_korean_and_english_have_the_same_words(folder: Path) -> None:
    """Neither language lacks a key or a placeholder."""
    korean, english = strings(folder / "ko.json"), strings(folder / "en.json")
    assert set(korean) == set(english)
    for key, text in korean.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[key])), key


def test_row_61_every_word_that_the_chat_asks_for_exists() -> None:
    """Keys stand in the sources as ``"group.name"``, or as ``group.${...}`` where the state decides."""
    known = strings(LOCALES[0] / "ko.json")
    code = "\n".join(path.read_text("utf-8") for path in (WIDGET / "src" / "chat").glob("*.ts"))
    groups = "|".join(sorted({key.partition(".")[0] for key in known}))
    named = set(re.findall(rf'"((?:{groups})\.\w+)"', code))
    families = tuple(re.findall(rf"`((?:{groups})\.)\$", code))
    assert len(named) > 40
    assert named <= set(known)
    assert {key for key in known if key not in named and not key.startswith(families)} == set()


if shutil.which("npm"):  # without Node the tests above are the proof

    @pytest.fixture(scope="module")
    def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A copy of the sources with a clean install of the locked packages."""
        root = tmp_path_factory.mktemp("widget")
        copy = root / "widget"
        shutil.copytree(WIDGET, copy, ignore=shutil.ignore_patterns("node_modules"))
        theme = root / "web" / "static" / "theme.css"
        theme.parent.mkdir(parents=True)
        shutil.copy(STATIC / "theme.css", theme)
        npm(copy, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        return copy

    def npm(folder: Path, *arguments: str) -> None:
        done = subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_building_again_gives_the_same_bytes(installed: Path, tmp_path: Path) -> None:
        """From a clean install of the locked packages."""
        npm(installed, "run", "build", "--", str(tmp_path))
        built = list(tmp_path.iterdir())

        assert built
        for path in built:
            assert path.read_bytes() == (STATIC / path.name).read_bytes(), path.name

    @pytest.mark.parametrize("script", ["check", "test"])
    def test_the_types_fit_and_the_widgets_own_tests_pass(installed: Path, script: str) -> None:
        npm(installed, "run", script)
