"""The carrier's books: lines, what each used in a month, and what was prepaid of it."""

from datetime import datetime
from typing import Any

from sandbox.clock import SEOUL, Clock, iso_seoul, month_of
from sandbox.database import Connection, Database, Row
from sandbox.demo_customers import DemoCustomers
from sandbox.errors import CarrierError

Body = dict[str, Any]

PREPAYMENTS_IN_A_PAGE = 500


class Carrier:
    """Every call returns the JSON body of the answer and raises CarrierError for refusals."""

    def __init__(self, database: Database, clock: Clock, customers: DemoCustomers) -> None:
        self._database = database
        self._clock = clock
        self._customers = customers

    def line(self, line_id: str) -> Body:
        """The line. Raises line_not_found (404)."""
        with self._database.read() as connection:
            return _line_json(_line(connection, line_id))

    def month(self, line_id: str, month: str) -> Body:
        """What the line used and prepaid in `month` (YYYY-MM). Raises line_not_found (404)."""
        self._customers.seed_current_month()
        with self._database.read() as connection:
            line = _line(connection, line_id)
            charges = connection.execute(
                "SELECT id, at, merchant, amount_won FROM charges"
                " WHERE line_id = ? AND month = ? ORDER BY at, id",
                (line_id, month),
            ).fetchall()
            prepayments = connection.execute(
                "SELECT order_id, amount_won, applied_at FROM prepayments"
                " WHERE line_id = ? AND month = ? AND revoked_at IS NULL ORDER BY applied_at, rowid",
                (line_id, month),
            ).fetchall()
        return {
            "line_id": line_id,
            "month": month,
            "used_won": sum(charge["amount_won"] for charge in charges),
            "prepaid_won": sum(prepayment["amount_won"] for prepayment in prepayments),
            "limit_won": line["limit_won"],
            "blocked": line["limit_won"] == 0,
            "charges": [dict(charge) for charge in charges],
            "prepayments": [dict(prepayment) for prepayment in prepayments],
        }

    def apply(self, line_id: str, order_id: str, month: str, amount_won: int) -> tuple[bool, Body]:
        """Take a prepayment once; returns whether it is new, and the prepayment.

        Raises line_not_found (404), order_conflict or prepayment_revoked (409), month_closed or
        exceeds_outstanding (422). A repeat is answered even when the month has closed since.
        """
        self._customers.seed_current_month()
        now = self._clock.now()
        with self._database.write() as connection:
            _line(connection, line_id)
            known = _prepayment(connection, order_id)
            if known is not None:
                if (known["line_id"], known["month"], known["amount_won"]) != (line_id, month, amount_won):
                    raise CarrierError(409, "order_conflict", "This order id belongs to another prepayment.")
                if known["revoked_at"] is not None:
                    raise CarrierError(409, "prepayment_revoked", "This prepayment was revoked.")
                return False, _prepayment_json(known)
            if month != month_of(now):
                raise CarrierError(422, "month_closed", f"Only {month_of(now)} can be prepaid now.")
            if amount_won > _outstanding(connection, line_id, month):
                raise CarrierError(422, "exceeds_outstanding", "More than what is outstanding in this month.")
            connection.execute(
                "INSERT INTO prepayments VALUES (?, ?, ?, ?, ?, NULL, 1)",
                (order_id, line_id, month, amount_won, iso_seoul(now)),
            )
            return True, _prepayment_json(_need_prepayment(connection, line_id, order_id))

    def revoke(self, line_id: str, order_id: str) -> Body:
        """Take a prepayment back; repeating changes nothing.

        Raises line_not_found or prepayment_not_found (404).
        """
        now = self._clock.now()
        with self._database.write() as connection:
            _line(connection, line_id)
            _need_prepayment(connection, line_id, order_id)
            connection.execute(
                "UPDATE prepayments SET revoked_at = ? WHERE order_id = ? AND revoked_at IS NULL",
                (iso_seoul(now), order_id),
            )
            return _prepayment_json(_need_prepayment(connection, line_id, order_id))

    def list_prepayments(self, since: datetime, until: datetime, page: int) -> Body:
        """Page `page` (from 1) of what was booked or taken back from `since` until before `until`, oldest first.

        Only what was booked through this API: what came another way of the carrier's is not the shop's business.
        """
        window = {"since": since.astimezone(SEOUL).isoformat(), "until": until.astimezone(SEOUL).isoformat()}
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM prepayments WHERE by_api AND (applied_at >= :since AND applied_at < :until"
                " OR revoked_at >= :since AND revoked_at < :until)"
                " ORDER BY applied_at, order_id LIMIT :limit OFFSET :offset",
                window | {"limit": PREPAYMENTS_IN_A_PAGE + 1, "offset": (page - 1) * PREPAYMENTS_IN_A_PAGE},
            ).fetchall()
        return {
            "prepayments": [_prepayment_json(row) for row in rows[:PREPAYMENTS_IN_A_PAGE]],
            "page": page,
            "next_page": page + 1 if len(rows) > PREPAYMENTS_IN_A_PAGE else None,
        }

    def set_limit(
        self, line_id: str, limit_won: int, expected_won: int | None = None, change_id: str | None = None
    ) -> Body:
        """Set the monthly limit (0 blocks) and return the line; one `change_id` is decided once, however often sent.

        Raises line_not_found (404), limit_changed (409) when the limit is neither `expected_won` nor `limit_won`
        already, or change_conflict (409).
        """
        with self._database.write() as connection:
            now_won = _line(connection, line_id)["limit_won"]
            wish = (line_id, limit_won, expected_won)
            decided = _decided(connection, change_id, wish)
            if decided is None:
                fits = expected_won is None or now_won in (expected_won, limit_won)
                if change_id is not None:
                    connection.execute(
                        "INSERT INTO limit_changes VALUES (?, ?, ?, ?, ?)", (change_id, *wish, fits)
                    )
                if fits:
                    connection.execute(
                        "UPDATE lines SET limit_won = ? WHERE line_id = ?", (limit_won, line_id)
                    )
            else:
                fits = decided
            line = _line_json(_line(connection, line_id))
        # Raised out here: the decision has to be kept.
        if not fits:
            raise CarrierError(409, "limit_changed", "The limit is not the expected one.")
        return line


def _line(connection: Connection, line_id: str) -> Row:
    row: Row | None = connection.execute("SELECT * FROM lines WHERE line_id = ?", (line_id,)).fetchone()
    if row is None:
        raise CarrierError(404, "line_not_found", "No such line.")
    return row


def _line_json(line: Row) -> Body:
    names = ("line_id", "phone_number", "subscriber_name", "limit_won")
    return {name: line[name] for name in names} | {"blocked": line["limit_won"] == 0}


def _decided(connection: Connection, change_id: str | None, wish: tuple[str, int, int | None]) -> bool | None:
    """Whether a change was made or refused; None when it never came before. Raises change_conflict (409)."""
    row = connection.execute("SELECT * FROM limit_changes WHERE change_id = ?", (change_id,)).fetchone()
    if row is None:
        return None
    if (row["line_id"], row["limit_won"], row["expected_won"]) != wish:
        raise CarrierError(409, "change_conflict", "This change id belongs to another change.")
    return bool(row["made"])


def _prepayment(connection: Connection, order_id: str) -> Row | None:
    row: Row | None = connection.execute(
        "SELECT * FROM prepayments WHERE order_id = ?", (order_id,)
    ).fetchone()
    return row


def _need_prepayment(connection: Connection, line_id: str, order_id: str) -> Row:
    row = _prepayment(connection, order_id)
    if row is None or row["line_id"] != line_id:
        raise CarrierError(404, "prepayment_not_found", "No such prepayment on this line.")
    return row


def _prepayment_json(prepayment: Row) -> Body:
    body = {name: prepayment[name] for name in ("line_id", "order_id", "month", "amount_won", "applied_at")}
    return body | {"revoked_at": prepayment["revoked_at"]} if prepayment["revoked_at"] else body


def _outstanding(connection: Connection, line_id: str, month: str) -> int:
    row = connection.execute(
        "SELECT (SELECT coalesce(sum(amount_won), 0) FROM charges WHERE line_id = :line AND month = :month)"
        " - (SELECT coalesce(sum(amount_won), 0) FROM prepayments"
        "    WHERE line_id = :line AND month = :month AND revoked_at IS NULL)",
        {"line": line_id, "month": month},
    ).fetchone()
    return int(row[0])
