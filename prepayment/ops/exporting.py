"""``export``: the journal, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from prepayment.bootstrap import App
from prepayment.ops.asking import FirstDay, LastDay
from prepayment.ops.days import days_named, end_of, start_of
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened
from prepayment.service.export import BYTE_ORDER_MARK, to_beancount, to_csv


class Format(StrEnum):
    """What the journal is written as."""

    CSV = "csv"
    BEANCOUNT = "beancount"


def export(
    first: FirstDay,
    last: LastDay,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A new file; without it, standard output.")
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="CSV with a byte order mark, so that Excel reads it as UTF-8.")
    ] = False,
) -> None:
    """Write the journal of some days: a row per posting (csv), or a transaction per entry (beancount)."""
    if excel and format_ is not Format.CSV:
        raise Refusal("--excel goes with --format csv only.")
    with opened() as app, _whole(out) as file:
        for text in _texts(app, first, last, format_, excel=excel):
            file.write(text.encode())


def _texts(app: App, first: str, last: str, format_: Format, *, excel: bool) -> Iterator[str]:
    first_day, last_day = days_named(first, last, app.clock.now())
    with app.database(write=False) as unit:
        journal = unit.books.journal(start_of(first_day), end_of(last_day))
        if format_ is Format.BEANCOUNT:
            yield from to_beancount(journal, first_day, last_day)
            return
        if excel:
            yield BYTE_ORDER_MARK
        yield from to_csv(journal)


@contextmanager
def _whole(out: Path | None) -> Iterator[IO[bytes]]:
    """Give a file that gets to its place when all is written: nobody takes half a journal for a whole one.

    It also keeps the database from waiting for whoever reads standard output, a person with a pager maybe.
    """
    if out is None:
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            shutil.copyfileobj(file, typer.get_binary_stream("stdout"))
        return
    if out.exists():
        raise Refusal(f"{out} is there already; nothing was written.")
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            path = Path(file.name)
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                path.replace(out)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}.") from error
