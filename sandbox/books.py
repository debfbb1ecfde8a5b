"""The sandbox's own books, for tests and curious people: what really moved, whatever anybody answered."""

from typing import Any

from sandbox.database import Database
from sandbox.payment_rows import cancellations_of

Body = dict[str, Any]

_HIDDEN = ("window_id", "customer", "origin", "describes")


class Books:
    """Reads all books at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def payment(self, payment_id: str) -> Body:
        """Everything known of a payment."""
        with self._database.read() as connection:
            select = "SELECT * FROM {} WHERE payment_id = ? ORDER BY {}"
            attempts = connection.execute(
                select.format("payment_attempts", "number"), (payment_id,)
            ).fetchall()
            moves = connection.execute(select.format("card_movements", "id"), (payment_id,)).fetchall()
            cancellations = cancellations_of(connection, payment_id)
        charges = [row["amount"] for row in moves if row["kind"] == "charge"]
        refunds = [row["amount"] for row in moves if row["kind"] == "refund"]
        return {
            "payment_id": payment_id,
            "charges": len(charges),
            "charged_won": sum(charges),
            "refunds": len(refunds),
            "refunded_won": sum(refunds),
            "attempts": [{k: v for k, v in dict(row).items() if k not in _HIDDEN} for row in attempts],
            "cancellations": [dict(row) for row in cancellations],
        }

    def totals(self) -> dict[str, dict[str, Body]]:
        """`payments` by payment id and `orders` by order id, for an audit.

        A payment: charged_won, charges, refunded_won, refunds; those that never moved money are left out. An order is a
        prepayment made through the billing API: line_id, month, amount_won, applied_won (0 when taken back), revoked.
        """
        with self._database.read() as connection:
            payments = connection.execute(
                "SELECT payment_id,"
                " sum(CASE kind WHEN 'charge' THEN amount ELSE 0 END) AS charged_won, sum(kind = 'charge') AS charges,"
                " sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END) AS refunded_won, sum(kind = 'refund') AS refunds"
                " FROM card_movements GROUP BY payment_id"
            ).fetchall()
            orders = connection.execute(
                "SELECT order_id, line_id, month, amount_won, revoked_at FROM prepayments WHERE by_api"
            ).fetchall()
        return {
            "payments": {
                row["payment_id"]: {
                    "charged_won": row["charged_won"],
                    "charges": row["charges"],
                    "refunded_won": row["refunded_won"],
                    "refunds": row["refunds"],
                }
                for row in payments
            },
            "orders": {
                row["order_id"]: {
                    "line_id": row["line_id"],
                    "month": row["month"],
                    "amount_won": row["amount_won"],
                    "applied_won": row["amount_won"] if row["revoked_at"] is None else 0,
                    "revoked": row["revoked_at"] is not None,
                }
                for row in orders
            },
        }
