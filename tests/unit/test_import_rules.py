"""Who may import what. The arrow points one way, towards a core that knows nothing but Python."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("actions", "assistant", "bench", "prepayment", "sandbox", "scripts", "tests", "web")
# Inside prepayment/, these touch the world: processes, files, the network, a database. All else is core.
EDGES = (
    "adapters",
    "bootstrap",
    "demo_conversation",
    "migrate",
    "migrations",
    "ops",
    "settings",
    "settings_checks",
    "worker",
)
# The use cases: they take the outside world through ports only, so they too are plain Python.
ALLOWED = {
    "actions": {"actions", "prepayment", "rasa_sdk"},
    "assistant": {"assistant", "prepayment.amounts"},
    "web": {"web", "prepayment"},
    "sandbox": {"sandbox"},
    "prepayment": {"prepayment"},
}
WORLD = {"asyncio", "http", "os", "socket", "sqlite3", "subprocess", "tempfile", "urllib"}


def imports(path: Path) -> Iterator[str]:
    """The full name of every module that the file imports, wherever in it, relative ones resolved."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            # "from prepayment import amounts" imports prepayment.amounts
            yield from (
                f"{module}.{alias.name}" if _is_module(module, alias.name) else module for alias in node.names
            )


def _is_module(package: str, name: str) -> bool:
    place = ROOT.joinpath(*package.split("."), name)
    return place.is_dir() or place.with_suffix(".py").is_file()


def files(room: str) -> list[Path]:
    """Every Python file of the room."""
    return sorted(path for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts)


def is_core(path: Path) -> bool:
    """Whether a file of prepayment/ belongs to the core."""
    return path.relative_to(ROOT / "prepayment").with_suffix("").parts[0] not in EDGES


def reaches(name: str, target: str) -> bool:
    """Whether importing `name` is importing something of `target`."""
    return name == target or name.startswith(target + ".")


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_no_room_but_those_it_may(room: str) -> None:
    assert files(room), f"{room}/ is empty"
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(room)
        for name in imports(path)
        if name.split(".")[0] in ROOMS and not any(reaches(name, allowed) for allowed in ALLOWED[room])
    ]
    assert wrong == []


def test_actions_use_no_library_but_rasa_sdk() -> None:
    """No SQL, no HTTP: reading slots, calling prepayment, choosing a response."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files("actions")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(reaches(name, allowed) for allowed in ALLOWED["actions"])
    ]
    assert wrong == []


def test_the_core_imports_nothing_but_the_standard_library_and_itself() -> None:
    core = [path for path in files("prepayment") if is_core(path)]
    assert len(core) > 5
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in core
        for name in imports(path)
        if not reaches(name, "prepayment") and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert wrong == []


def test_the_core_does_not_reach_the_world_through_the_standard_library() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files("prepayment")
        if is_core(path)
        for name in imports(path)
        if name.split(".")[0] in WORLD
    ]
    assert wrong == []


def test_the_core_imports_no_edge() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files("prepayment")
        if is_core(path)
        for name in imports(path)
        if any(reaches(name, f"prepayment.{edge}") for edge in EDGES)
    ]
    assert wrong == []


def test_amounts_import_nothing_of_ours_but_themselves() -> None:
    """They also run on Python 3.10, inside Rasa. Only the command line tells what the rules say the least is."""
    amounts = [path for path in files("prepayment") if path.relative_to(ROOT).parts[1].startswith("amounts")]
    assert amounts
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in amounts
        for name in imports(path)
        if not reaches(name, "prepayment.amounts")
        and not (path.name == "__main__.py" and reaches(name, "prepayment.rules"))
        and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert wrong == []


def test_parts_are_put_together_in_one_place() -> None:
    """Whoever needs an adapter asks bootstrap, or is an adapter."""
    may = {"adapters", "bootstrap", "migrate", "migrations"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in ("actions", "prepayment", "web")
        for path in files(room)
        if not (room == "prepayment" and path.relative_to(ROOT / room).with_suffix("").parts[0] in may)
        for name in imports(path)
        if reaches(name, "prepayment.adapters")
    ]
    assert wrong == []
