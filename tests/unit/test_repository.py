"""What must hold for the files of the repository as they are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("pypi", "python"),
    )
)
HOMES = re.compile("/(" + "home|Users" + r")/[a-z][\w.-]*/|/" + r"root/|/" + r"work/|C:\\Users\\")
IN_IMAGES = {"deploy/Dockerfile.app", "deploy/Dockerfile.rasa", "deploy/compose.yaml"}
LONGEST_FILE = 350


def files() -> list[str]:
    """Every file that is tracked, or would be: new ones count before they are added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(name for name in set(result.stdout.split("\0")) if name and (ROOT / name).is_file())


def texts() -> dict[str, str]:
    """The content of every file that is text."""
    found = {}
    for name in files():
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_a_package_registry() -> None:
    """Which registry a machine uses is that machine's business."""
    wrong = [
        f"{name}: {host}" for name, text in texts().items() for host in REGISTRIES if host in text.lower()
    ]
    assert wrong == []


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    wrong = [
        f"{name}: {match[0]}"
        for name, text in texts().items()
        if name not in IN_IMAGES and (match := HOMES.search(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["app", "dev", "rasa", "tools"])
def test_every_locked_package_is_exact_and_has_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    packages = re.split(
        r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    )
    assert packages
    wrong = [
        package.splitlines()[0]
        for package in packages
        if package.strip() and not (re.match(r"[\w.\-\[\],]+==\S+", package) and "--hash=sha256:" in package)
    ]
    assert wrong == []
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize("name", ["app", "dev", "rasa", "tools"])
def test_every_lock_holds_what_its_input_asks_for(name: str) -> None:
    """A requirement that was added without `make lock` shows here."""
    locked = set(
        re.findall(
            r"^([\w.\-]+)(?:\[[^\]]*\])?==", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
        )
    )
    wanted = set()
    pending = [f"{name}.in"]
    while pending:
        for line in (ROOT / "requirements" / pending.pop()).read_text().splitlines():
            if line.startswith("-r "):
                pending.append(line.removeprefix("-r ").strip())
            elif match := re.match(r"[A-Za-z][\w.\-]*", line):
                wanted.add(re.sub(r"[-_.]+", "-", match[0]).lower())
    assert wanted - {re.sub(r"[-_.]+", "-", package).lower() for package in locked} == set()


def test_decisions_are_numbered_without_gaps_and_say_why() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert "\n## Why\n" in text, path.name


def test_every_link_between_documents_leads_to_a_file() -> None:
    assert (ROOT / "README.md").is_file()
    wrong = []
    for name in files():
        if not name.endswith(".md"):
            continue
        text = (ROOT / name).read_text()
        for target in re.findall(r"\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"", text):
            link = "".join(target).partition("#")[0]
            ours = link and "://" not in link and not link.startswith("mailto:")
            if ours and not (ROOT / name).parent.joinpath(link).exists():
                wrong.append(f"{name}: {link}")
    assert wrong == []


def test_no_python_file_is_long() -> None:
    wrong = [
        f"{name}: {lines} lines"
        for name, text in texts().items()
        if name.endswith(".py") and (lines := text.count("\n")) > LONGEST_FILE
    ]
    assert wrong == []


def test_nothing_of_run_time_is_tracked() -> None:
    wrong = [
        name
        for name in files()
        if name == ".env"
        or name.endswith((".db", ".log", ".pyc"))
        or name.split("/")[0] in {"var", "models", "results"}
    ]
    assert wrong == []


def test_scripts_that_are_run_directly_are_executable() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
