"""Somebody who stands before and after everything that the use cases do outside themselves.

The parts are the real ones; ``watch`` is called with the name of each boundary, such as ``before gateway.confirm`` or
``after commit in _move``, and may do what it likes there: count, let another worker act, or end the process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from prepayment.ports import UnitOfWork
from prepayment.service.parts import Parts

# Called with the name of a boundary and what the call is given.
Watch = Callable[[str, tuple[Any, ...], Mapping[str, Any]], None]

# The calls that leave the process, by part.
OUTSIDE: Final = {
    "gateway": ("pre_register", "read", "confirm", "cancel", "list_payments", "read_identity"),
    "carrier": ("line", "usage", "apply_prepayment", "revoke_prepayment", "set_limit", "list_prepayments"),
    "assistant": ("answer", "inject"),
    "bell": ("ring",),
}


class _Watched:
    def __init__(self, name: str, part: object, watch: Watch) -> None:
        self._name = name
        self._part = part
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._part, name)
        if name not in OUTSIDE[self._name]:
            return attribute

        def call(*args: Any, **kwargs: Any) -> Any:
            self._watch(f"before {self._name}.{name}", args, kwargs)
            try:
                return attribute(*args, **kwargs)
            finally:
                # An error says nothing about whether it had its effect.
                self._watch(f"after {self._name}.{name}", args, kwargs)

        return call


class _WatchedUnit:
    def __init__(self, unit: UnitOfWork, watch: Watch, has_written: Callable[[], bool]) -> None:
        self._unit = unit
        self._watch = watch
        self._has_written = has_written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def commit(self) -> None:
        if not self._has_written():
            self._unit.commit()  # it found nothing to do: not a step
            return
        who = sys._getframe(1).f_code.co_name
        self._watch(f"before commit in {who}", (), {})
        self._unit.commit()
        self._watch(f"after commit in {who}", (), {})


class _WatchedDatabase:
    """For one thread at a time."""

    def __init__(self, database: Any, watch: Watch) -> None:
        self._database = database
        self._watch = watch
        self._written = False
        sa.event.listen(database.engine, "after_cursor_execute", self._note)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def __call__(self, **how: bool) -> Iterator[_WatchedUnit]:
        self._written = False
        with self._database(**how) as unit:
            yield _WatchedUnit(unit, self._watch, lambda: self._written)

    def _note(self, connection: object, cursor: Any, statement: str, *_: object) -> None:
        changes = statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        self._written = self._written or (changes and cursor.rowcount != 0)


def watched(parts: Parts, watch: Watch, *, commits: bool = True) -> Parts:
    """Return the same parts with ``watch`` at their boundaries; at those of commits only when ``commits``."""
    around: dict[str, Any] = {
        name: _Watched(name, getattr(parts, name), watch) for name in OUTSIDE if hasattr(parts, name)
    }
    if commits:
        around["database"] = _WatchedDatabase(parts.database, watch)
    return replace(parts, **around)
