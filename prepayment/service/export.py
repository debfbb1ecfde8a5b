"""The journal as text for other programs: CSV for spreadsheets and scripts, beancount for an accountant.

Both are made line by line, so that a journal of any length needs no memory, and hold no personal data: orders,
payments and lines are named by ids.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Final

from prepayment.calendar import SEOUL
from prepayment.ledger import Account
from prepayment.ports import JournalLine

# Excel takes a file without it for one in the machine's old code page.
BYTE_ORDER_MARK: Final = "\ufeff"

COLUMNS: Final = (
    "order_id",
    "payment_id",
    "line_id",
    "month",
    "event",
    "at",
    "state",
    "cause",
    "actor",
    "account",
    "amount_won",
)

# Money comes from the customers and goes to the carrier; what is in between is held for them at the gateway.
BEANCOUNT_ACCOUNTS: Final = {
    Account.CUSTOMER: "Equity:Customer",
    Account.GATEWAY: "Assets:Gateway",
    Account.CARRIER: "Equity:Carrier",
}

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Returned:
    """A file for ``csv.writer``, whose ``writerow`` returns what ``write`` does."""

    def write(self, text: str) -> str:
        return text


def to_csv(journal: Iterable[JournalLine]) -> Iterator[str]:
    """Yield a header and a row for each posting, as RFC 4180 has them; times are ISO 8601 of Seoul.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    writer = csv.writer(_Returned())
    yield writer.writerow(COLUMNS)
    for line in journal:
        texts = [line.order_id, line.payment_id, line.line_id, str(line.month)]
        step = [line.target.value, line.cause, line.actor, line.account.value]
        yield writer.writerow(
            [*map(_cell, texts), line.event_number, _moment(line), *map(_cell, step), line.amount_won]
        )


def to_beancount(journal: Iterable[JournalLine], first: date, last: date) -> Iterator[str]:
    """Yield a ledger of the days from ``first`` to ``last``, with one transaction for each entry of the journal.

    The lines of an entry must follow each other. Accounts begin empty on the first day: what they held before it is
    not part of the file.
    """
    yield f"; The journal of prepayments from {first} to {last}, days in Seoul.\n"
    yield f'option "title" "Prepayments {first} to {last}"\n'
    yield 'option "operating_currency" "KRW"\n\n'
    for account in BEANCOUNT_ACCOUNTS.values():
        yield f"{first} open {account} KRW\n"
    for _, entry in groupby(journal, key=lambda line: (line.order_id, line.event_number)):
        yield _transaction(list(entry))


def _transaction(entry: list[JournalLine]) -> str:
    line = entry[0]
    metadata = {
        "order": line.order_id,
        "payment": line.payment_id,
        "line": line.line_id,
        "month": str(line.month),
        "event": str(line.event_number),
        "at": _moment(line),
        "actor": line.actor,
    }
    return "".join(
        (
            f"\n{line.at.astimezone(SEOUL).date()} * {_quoted(line.target.value)} {_quoted(line.cause)}\n",
            *(f"  {name}: {_quoted(value)}\n" for name, value in metadata.items()),
            *(f"  {BEANCOUNT_ACCOUNTS[part.account]}  {part.amount_won} KRW\n" for part in entry),
        )
    )


def _moment(line: JournalLine) -> str:
    return line.at.astimezone(SEOUL).isoformat()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _quoted(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    escaped = printable.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
