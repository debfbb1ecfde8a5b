"""How commands print: sums, times, tables, JSON; nothing that could steer a terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from prepayment.calendar import SEOUL

# Into a pipe or a file no line is broken that a terminal of a usual width would show whole.
_WIDTH_ELSEWHERE: Final = 180


def console() -> Console:
    """Return the console of this command's output."""
    made = Console(markup=False, emoji=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _WIDTH_ELSEWHERE
    return made


def printable(text: object) -> str:
    """Return a text on one line without control characters."""
    return "".join(character if character.isprintable() else " " for character in str(text))


def won(amount_won: int | None) -> str:
    """Return ``50,000 won``, or ``-`` for none."""
    return "-" if amount_won is None else f"{amount_won:,} won"


def seoul(moment: datetime | None) -> str:
    """Return ``2031-05-17 12:00:00`` as of Seoul, or ``-`` for none."""
    return "-" if moment is None else f"{moment.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}"


def iso(moment: datetime | None) -> str | None:
    """Return ISO 8601 as of Seoul, for programs."""
    return None if moment is None else moment.astimezone(SEOUL).isoformat()


def say(text: object = "", *, title: bool = False) -> None:
    """Print one line."""
    console().print(Text(printable(text), style="bold" if title else ""), soft_wrap=True)


def say_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and values below each other."""
    shown = [(name, value) for name, value in pairs if value not in ("", None)]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        say(f"  {name:<{width}}  {value}")


def say_table(
    titles: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    whole: Collection[str] = (),
    sums: Collection[str] = (),
) -> None:
    """Print a table; the columns named in ``whole`` and ``sums`` are never cut or broken."""
    cells = [[printable(value) for value in row] for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, title in enumerate(titles):
        widest = max((len(row[number]) for row in cells), default=0)
        kept = title in whole or title in sums
        table.add_column(
            title,
            justify="right" if title in sums else "left",
            no_wrap=kept,
            overflow="fold",
            min_width=max(widest, len(title)) if kept else None,
        )
    for row in cells:
        table.add_row(*(Text(value) for value in row))
    console().print(table)


def say_json(value: Any) -> None:
    """Print a value for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
