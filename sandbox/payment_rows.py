"""Finding attempts and cancellations of a payment, inside the caller's transaction."""

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
        "SELECT * FROM payment_attempts WHERE payment_id = ?"
        " ORDER BY status IN ('PAID', 'PARTIAL_CANCELLED', 'CANCELLED') DESC, number DESC LIMIT 1",
        (payment_id,),
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


def cancellations_of(connection: Connection, payment_id: str) -> list[Row]:
    """The payment's cancellations, oldest first."""
    return connection.execute(
        "SELECT * FROM cancellations WHERE payment_id = ? ORDER BY rowid", (payment_id,)
    ).fetchall()
