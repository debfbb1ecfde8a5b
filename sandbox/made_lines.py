"""Lines made to measure: by the thousand for tests of size, and new charges on any line."""

from datetime import datetime
from typing import Any

from sandbox.clock import SEOUL, Clock, iso_seoul, month_of
from sandbox.database import Connection, Database
from sandbox.errors import ControlError

Body = dict[str, Any]

MOST_AT_ONCE = 100_000
MERCHANT = "모두의마켓"
# 010-1xxx-xxxx is given to nobody.
_FIRST_NUMBER = 10_000_000


class MadeLines:
    """Puts lines and charges into the carrier's books."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def make(self, count: int, used_won: int, limit_won: int, prefix: str) -> list[Body]:
        """Make `count` lines, each with a customer of its own and one charge of `used_won` (0: none) this month.

        Returns customer_id, name, line_id and phone_number of each. Nobody can log in as these customers by name.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            made = connection.execute("SELECT count(*) FROM lines WHERE NOT demo").fetchone()[0]
            lines = [_line(prefix, number) for number in range(made + 1, made + count + 1)]
            connection.executemany(
                "INSERT INTO lines (line_id, customer_id, phone_number, subscriber_name, limit_won, note)"
                " VALUES (:line_id, :customer_id, :phone_number, :name, :limit_won, '')",
                [line | {"limit_won": limit_won} for line in lines],
            )
            if used_won:
                connection.executemany(
                    "INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?)",
                    (_charge(f"{line['line_id']}-1", line["line_id"], now, used_won) for line in lines),
                )
        return lines

    def charge(self, line_id: str, amount_won: int) -> Body:
        """The customer buys something for `amount_won` now. Raises ControlError (404) for an unknown line."""
        now = self._clock.now()
        with self._database.write() as connection:
            if connection.execute("SELECT 1 FROM lines WHERE line_id = ?", (line_id,)).fetchone() is None:
                raise ControlError(404, "line_not_found", "No such line.")
            charge = _charge(f"{line_id}-{_charges(connection)}", line_id, now, amount_won)
            connection.execute("INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?)", charge)
        return dict(zip(("id", "line_id", "month", "at", "merchant", "amount_won"), charge, strict=True))


def _line(prefix: str, number: int) -> Body:
    return {
        "customer_id": f"{prefix}-customer-{number}",
        "name": f"시험고객{number}",
        "line_id": f"{prefix}-line-{number}",
        "phone_number": f"010{_FIRST_NUMBER + number:08d}",
    }


def _charge(id_: str, line_id: str, now: datetime, won: int) -> tuple[str, str, str, str, str, int]:
    return id_, line_id, month_of(now), iso_seoul(now.astimezone(SEOUL)), MERCHANT, won


def _charges(connection: Connection) -> str:
    row = connection.execute("SELECT coalesce(max(rowid), 0) + 1 FROM charges").fetchone()
    return f"more-{row[0]}"
