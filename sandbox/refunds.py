"""Cancellations: at once, or asked for now and settled by the acquirer later."""

import logging
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from sandbox.clock import Clock, stored
from sandbox.database import Connection, Database, Row
from sandbox.errors import ControlError, PortOneError
from sandbox.notices import Notices
from sandbox.payment_rows import SUCCEEDED, cancellations_of, describing, record_movement, set_status

logger = logging.getLogger(__name__)

OUTCOMES = ("SUCCEEDED", "FAILED")
_IDLE_POLL = 0.05


@dataclass(frozen=True)
class Cancelling:
    """What the shop's server asks for; sums in won.

    `amount` None: all that is left. `cancellable` is a compare-and-swap on what was left before. `notify`: whether the
    shop wants a webhook.
    """

    payment_id: str
    reason: str
    amount: int | None = None
    cancellable: int | None = None
    notify: bool = True


@dataclass(frozen=True)
class Later:
    """The acquirer settles in `seconds` of real time, with an outcome of OUTCOMES."""

    outcome: str
    seconds: float


class Refunds:
    """The gateway's books of cancellations."""

    def __init__(self, database: Database, clock: Clock, notices: Notices) -> None:
        self._database = database
        self._clock = clock
        self._notices = notices

    def cancel(self, wish: Cancelling, later: Later | None = None) -> Row:
        """Refund, or ask the acquirer to; returns the cancellation.

        What is asked for cannot be asked for again before it has failed. Raises PortOneError: PAYMENT_NOT_FOUND,
        PAYMENT_NOT_PAID, PAYMENT_ALREADY_CANCELLED, CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN,
        CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT.
        """
        with self._notices.booking() as connection:
            attempt = describing(connection, wish.payment_id)
            refund = self._allowed(connection, attempt, wish)
            cancellation_id = str(uuid.uuid4())
            connection.execute(
                "INSERT INTO cancellations (id, payment_id, amount, reason, notify, requested_at, status, due, outcome)"
                " VALUES (?, ?, ?, ?, ?, ?, 'REQUESTED', ?, ?)",
                (
                    cancellation_id,
                    wish.payment_id,
                    refund,
                    wish.reason,
                    wish.notify,
                    stored(self._clock.now()),
                    time.time() + later.seconds if later else None,
                    later.outcome if later else None,
                ),
            )
            if later is None:
                return self._settle(connection, _need(connection, cancellation_id), "SUCCEEDED")
            if wish.notify:
                self._notices.tell(
                    connection, attempt, "Transaction.CancelPending", cancellationId=cancellation_id
                )
            return _need(connection, cancellation_id)

    def settle(self, payment_id: str, outcome: str) -> None:
        """Let the acquirer settle what is asked for now. Raises ControlError (404) when nothing is."""
        with self._notices.booking() as connection:
            asked = [c for c in cancellations_of(connection, payment_id) if c["status"] == "REQUESTED"]
            if not asked:
                raise ControlError(404, "nothing_requested", "No cancellation of this payment is under way.")
            for cancellation in asked:
                self._settle(connection, cancellation, outcome)

    def settle_due(self) -> bool:
        """Settle one cancellation whose time has come; whether there was one."""
        due = "SELECT * FROM cancellations WHERE status = 'REQUESTED' AND due <= ? ORDER BY due LIMIT 1"
        with self._database.read() as connection:
            if connection.execute(due, (time.time(),)).fetchone() is None:
                return False
        with self._notices.booking() as connection:
            cancellation = connection.execute(due, (time.time(),)).fetchone()
            if cancellation is not None:
                self._settle(connection, cancellation, cancellation["outcome"])
        return cancellation is not None

    def _allowed(self, connection: Connection, attempt: Row, wish: Cancelling) -> int:
        if attempt["status"] not in SUCCEEDED:
            raise PortOneError("PAYMENT_NOT_PAID", "결제가 완료되지 않았습니다.")
        if attempt["status"] == "CANCELLED":
            raise PortOneError("PAYMENT_ALREADY_CANCELLED", "결제가 이미 취소되었습니다.")
        taken = [c for c in cancellations_of(connection, wish.payment_id) if c["status"] != "FAILED"]
        left: int = attempt["total_amount"] - sum(c["amount"] for c in taken)
        if wish.cancellable is not None and wish.cancellable != left:
            raise PortOneError("CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN", "취소 가능 잔액이 일치하지 않습니다.")
        refund = left if wish.amount is None else wish.amount
        if not 0 < refund <= left:
            raise PortOneError("CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT", "취소 가능 금액보다 큽니다.")
        return refund

    def _settle(self, connection: Connection, cancellation: Row, outcome: str) -> Row:
        now = self._clock.now()
        connection.execute(
            "UPDATE cancellations SET status = ?, settled_at = ? WHERE id = ?",
            (outcome, stored(now), cancellation["id"]),
        )
        if outcome == "SUCCEEDED":
            self._refund(connection, cancellation, now)
        return _need(connection, cancellation["id"])

    def _refund(self, connection: Connection, cancellation: Row, now: datetime) -> None:
        attempt = describing(connection, cancellation["payment_id"])
        record_movement(connection, attempt, "refund", cancellation["amount"], now)
        done = [c for c in cancellations_of(connection, attempt["payment_id"]) if c["status"] == "SUCCEEDED"]
        whole = sum(c["amount"] for c in done) == attempt["total_amount"]
        moved = set_status(connection, attempt, "CANCELLED" if whole else "PARTIAL_CANCELLED", now)
        if cancellation["notify"]:
            event = "Transaction.Cancelled" if whole else "Transaction.PartialCancelled"
            self._notices.tell(connection, moved, event, cancellationId=cancellation["id"])


def _need(connection: Connection, cancellation_id: str) -> Row:
    row: Row = connection.execute("SELECT * FROM cancellations WHERE id = ?", (cancellation_id,)).fetchone()
    return row


class RefundDesk:
    """The acquirer: settles in the background what was asked for, when its time has come."""

    def __init__(self, refunds: Refunds) -> None:
        self._refunds = refunds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="refunds", daemon=True)

    def start(self) -> None:
        """Start settling."""
        self._thread.start()

    def stop(self) -> None:
        """Stop soon; what is asked for waits for the next start."""
        self._stopping.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self._refunds.settle_due()
            except Exception as error:
                logger.error("a refund stumbled: %s", type(error).__name__)
                busy = False
            if not busy:
                self._stopping.wait(_IDLE_POLL)
