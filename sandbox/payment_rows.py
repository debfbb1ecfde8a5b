"""Finding and moving the attempts of a payment, inside the caller's transaction."""

from datetime import datetime

from sandbox.clock import stored
from sandbox.database import Connection, Row
from sandbox.errors import PortOneError

SUCCEEDED = ("PAID", "PARTIAL_CANCELLED", "CANCELLED")


def payment_not_found() -> PortOneError:
    """The refusal for a payment that has no attempt."""
    return PortOneError("PAYMENT_NOT_FOUND", "결제 건이 존재하지 않습니다.")


def by_tx(connection: Connection, tx_id: str) -> Row:
    """The attempt with this txId. Raises KeyError."""
    row: Row | None = connection.execute(
        "SELECT * FROM payment_attempts WHERE tx_id = ?", (tx_id,)
    ).fetchone()
    if row is None:
        raise KeyError(tx_id)
    return row


def by_window(connection: Connection, window_id: str) -> Row:
    """The attempt with this card page. Raises KeyError."""
    row: Row | None = connection.execute(
        "SELECT * FROM payment_attempts WHERE window_id = ?", (window_id,)
    ).fetchone()
    if row is None:
        raise KeyError(window_id)
    return row


def describing(connection: Connection, payment_id: str) -> Row:
    """The attempt that describes the payment: the successful one, else the newest.

    Raises PortOneError PAYMENT_NOT_FOUND.
    """
    row: Row | None = connection.execute(
        "SELECT * FROM payment_attempts WHERE payment_id = ? AND describes", (payment_id,)
    ).fetchone()
    if row is None:
        raise payment_not_found()
    return row


def has_succeeded(connection: Connection, payment_id: str) -> bool:
    """Whether an attempt of the payment was ever paid."""
    row = connection.execute(
        "SELECT 1 FROM payment_attempts WHERE payment_id = ?"
        " AND status IN ('PAID', 'PARTIAL_CANCELLED', 'CANCELLED')",
        (payment_id,),
    ).fetchone()
    return row is not None


def describe_by(connection: Connection, attempt: Row) -> None:
    """Let `attempt` describe its payment from now on."""
    connection.execute(
        "UPDATE payment_attempts SET describes = 0 WHERE payment_id = ? AND describes",
        (attempt["payment_id"],),
    )
    connection.execute("UPDATE payment_attempts SET describes = 1 WHERE tx_id = ?", (attempt["tx_id"],))


def set_status(connection: Connection, attempt: Row, status: str, at: datetime) -> Row:
    """Move an attempt; the row as it is then."""
    connection.execute(
        "UPDATE payment_attempts SET status = ?, status_changed_at = ? WHERE tx_id = ?",
        (status, stored(at), attempt["tx_id"]),
    )
    return by_tx(connection, attempt["tx_id"])


def record_movement(connection: Connection, attempt: Row, kind: str, amount: int, at: datetime) -> None:
    """Write down what moved on the card: a `charge` or a `refund` of `amount` won."""
    connection.execute(
        "INSERT INTO card_movements (payment_id, tx_id, kind, amount, at) VALUES (?, ?, ?, ?, ?)",
        (attempt["payment_id"], attempt["tx_id"], kind, amount, stored(at)),
    )


def cancellations_of(connection: Connection, *payment_ids: str) -> list[Row]:
    """The cancellations of payments, oldest first."""
    places = ",".join("?" * len(payment_ids))
    return connection.execute(
        f"SELECT * FROM cancellations WHERE payment_id IN ({places}) ORDER BY number",  # noqa: S608 - only "?"
        payment_ids,
    ).fetchall()
