"""The payment gateway's rules: attempts of a payment and manual approval. Cancellations are in refunds.py.

A payment is identified by the shop's `paymentId`; every opened window is an attempt with its own `txId`; at
most one attempt ever succeeds. Money moves in `confirm` (manual approval), unless a fault makes the channel charge
at once; every movement is a row of `card_movements`.
"""

import hmac
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock, stored
from sandbox.database import Connection, Database, Row
from sandbox.errors import BrowserError, PortOneError
from sandbox.notices import Notices
from sandbox.payment_rows import (
    SUCCEEDED,
    by_tx,
    by_window,
    cancellations_of,
    describe_by,
    describing,
    has_succeeded,
    payment_not_found,
    record_movement,
    set_status,
)
from sandbox.practice_cards import PRACTICE_CARDS, PracticeCard
from sandbox.settings import Settings

TOKEN_LIFETIME = timedelta(minutes=30)
USER_CANCELLED = ("PAY_PROCESS_CANCELED", "사용자가 결제를 취소했어요.")


@dataclass(frozen=True)
class PaymentRequest:
    """What the shop's page asked the browser SDK for, checked. `customer` and `origin` are wire objects."""

    payment_id: str
    order_name: str
    total_amount: int
    customer: dict[str, str]
    custom_data: str | None
    redirect_url: str
    notice_urls: list[str]
    origin: dict[str, str]


class Payments:
    """The gateway's books."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, notices: Notices) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._notices = notices

    # -- reading

    def described(self, payment_id: str) -> tuple[Row, list[Row]]:
        """The attempt that describes the payment, and the payment's cancellations, oldest first.

        Raises PortOneError PAYMENT_NOT_FOUND when no window was ever opened for it.
        """
        with self._database.read() as connection:
            return describing(connection, payment_id), cancellations_of(connection, payment_id)

    def window(self, window_id: str) -> Row:
        """The attempt whose card page has this id. Raises KeyError."""
        with self._database.read() as connection:
            return by_window(connection, window_id)

    # -- the shop's server and page

    def pre_register(self, payment_id: str, total_amount: int | None, currency: str | None) -> None:
        """Fix the amount that a later window must ask for. Raises PortOneError ALREADY_PAID."""
        with self._database.write() as connection:
            if has_succeeded(connection, payment_id):
                raise PortOneError("ALREADY_PAID", "이미 결제가 완료된 결제 건입니다.")
            connection.execute(
                "INSERT OR REPLACE INTO preregistrations VALUES (?, ?, ?)",
                (payment_id, total_amount, currency),
            )

    def open_window(self, request: PaymentRequest, instead_won: int | None = None) -> Row:
        """Register an attempt, for `instead_won` in place of the asked sum where given.

        Raises BrowserError PaymentAlreadyPaid or AmountNotEqualToPredefined.
        """
        now = stored(self._clock.now())
        with self._notices.booking() as connection:
            if has_succeeded(connection, request.payment_id):
                raise BrowserError("PaymentAlreadyPaid", "이미 결제된 주문이에요.")
            fixed = connection.execute(
                "SELECT total_amount FROM preregistrations WHERE payment_id = ?", (request.payment_id,)
            ).fetchone()
            if fixed is not None and fixed["total_amount"] not in (None, request.total_amount):
                raise BrowserError("AmountNotEqualToPredefined", "미리 등록한 금액과 결제 금액이 달라요.")
            tx_id = str(uuid.uuid4())
            connection.execute(
                "UPDATE payment_attempts SET describes = 0 WHERE payment_id = ? AND describes",
                (request.payment_id,),
            )
            connection.execute(
                "INSERT INTO payment_attempts (tx_id, window_id, payment_id, status, order_name,"
                " total_amount, currency, customer, custom_data, redirect_url, notice_urls, origin, requested_at,"
                " status_changed_at) VALUES (?, ?, ?, 'READY', ?, ?, 'KRW', ?, ?, ?, ?, ?, ?, ?)",
                (
                    tx_id,
                    secrets.token_urlsafe(24),
                    request.payment_id,
                    request.order_name,
                    instead_won or request.total_amount,
                    json.dumps(request.customer, ensure_ascii=False),
                    request.custom_data,
                    request.redirect_url,
                    json.dumps(request.notice_urls),
                    json.dumps(request.origin),
                    now,
                    now,
                ),
            )
            attempt = by_tx(connection, tx_id)
            self._notices.tell(connection, attempt, "Transaction.Ready")
        return attempt

    # -- the card page

    def submit_card(self, window_id: str, card: PracticeCard, *, at_once: bool = False) -> Row:
        """The buyer sent a card: authorised (PAY_PENDING) or declined (FAILED).

        `at_once`: charged without a confirmation (PAID). A finished attempt is unchanged. Raises KeyError for an
        unknown window.
        """
        with self._notices.booking() as connection:
            attempt = by_window(connection, window_id)
            if attempt["status"] != "READY":
                return attempt
            if has_succeeded(connection, attempt["payment_id"]):
                return self._fail(connection, attempt, "PaymentAlreadyPaid", "", "이미 결제된 주문이에요.")
            connection.execute(
                "UPDATE payment_attempts SET practice_card = ? WHERE tx_id = ?", (card.name, attempt["tx_id"])
            )
            attempt = by_tx(connection, attempt["tx_id"])
            if card.declines_in_window or (at_once and card.pg_code):
                return self._fail(connection, attempt, "PGProviderError", card.pg_code, card.pg_message)
            if not at_once:
                return self._move(connection, attempt, "PAY_PENDING", "Transaction.PayPending")
            connection.execute(
                "UPDATE payment_attempts SET charged_at_once = 1 WHERE tx_id = ?", (attempt["tx_id"],)
            )
            return self._charge(connection, attempt, notify=True)

    def close_window(self, window_id: str) -> Row:
        """The buyer gave up. A finished attempt is unchanged. Raises KeyError for an unknown window."""
        with self._notices.booking() as connection:
            attempt = by_window(connection, window_id)
            if attempt["status"] != "READY":
                return attempt
            return self._fail(connection, attempt, "PGProviderError", *USER_CANCELLED)

    def payment_token(self, attempt: Row) -> str:
        """The token that lets the shop's server confirm this attempt; the same on every redirect."""
        message = f"payment-token:{attempt['tx_id']}".encode()
        return hmac.digest(self._settings.api_secret.encode(), message, "sha256").hex()

    # -- money

    def confirm(
        self,
        payment_id: str,
        token: str,
        expected: dict[str, Any],
        *,
        notify: bool,
        instead_won: Callable[[int], int] | None = None,
    ) -> Row:
        """Charge the card of the attempt that `token` belongs to, at most once for the payment.

        `expected` may hold txId, currency, totalAmount, taxFreeAmount, isTest: each must match. `instead_won` gives
        the sum that is charged in place of the right one. Raises
        PortOneError: PAYMENT_NOT_FOUND, ALREADY_PAID, INVALID_PAYMENT_TOKEN, INFORMATION_MISMATCH, PG_PROVIDER
        (then the payment is FAILED).
        """
        with self._notices.booking() as connection:
            attempts = connection.execute(
                "SELECT * FROM payment_attempts WHERE payment_id = ?", (payment_id,)
            ).fetchall()
            if not attempts:
                raise payment_not_found()
            if any(attempt["status"] in SUCCEEDED for attempt in attempts):
                raise PortOneError("ALREADY_PAID", "이미 결제가 완료된 결제 건입니다.")
            attempt = next((a for a in attempts if hmac.compare_digest(self.payment_token(a), token)), None)
            if attempt is None or not self._may_be_confirmed(attempt):
                raise PortOneError("INVALID_PAYMENT_TOKEN", "결제 토큰이 유효하지 않습니다.")
            facts = {
                "txId": attempt["tx_id"],
                "currency": attempt["currency"],
                "totalAmount": attempt["total_amount"],
                "taxFreeAmount": 0,
                "isTest": True,
            }
            wrong = [name for name, value in expected.items() if value != facts[name]]
            if wrong:
                raise PortOneError(
                    "INFORMATION_MISMATCH", f"결제 정보가 일치하지 않습니다: {', '.join(wrong)}"
                )
            card = PRACTICE_CARDS[attempt["practice_card"]]
            if not card.pg_code:
                if instead_won is not None:
                    attempt = _with_another_sum(connection, attempt, instead_won(attempt["total_amount"]))
                return self._charge(connection, attempt, notify)
            self._fail(connection, attempt, "PGProviderError", card.pg_code, card.pg_message)
        # Raised outside, because the refusal is a fact that must be committed.
        raise PortOneError(
            "PG_PROVIDER", "PG사에서 오류를 전달했습니다.", pgCode=card.pg_code, pgMessage=card.pg_message
        )

    def _may_be_confirmed(self, attempt: Row) -> bool:
        authorised_at = datetime.fromisoformat(attempt["status_changed_at"])
        return attempt["status"] == "PAY_PENDING" and self._clock.now() - authorised_at <= TOKEN_LIFETIME

    # -- moves, inside a transaction

    def _charge(self, connection: Connection, attempt: Row, notify: bool) -> Row:
        now = self._clock.now()
        connection.execute(
            "UPDATE payment_attempts SET pg_tx_id = ?, paid_at = ? WHERE tx_id = ?",
            (f"sandbox_{uuid.uuid4().hex}", stored(now), attempt["tx_id"]),
        )
        record_movement(connection, attempt, "charge", attempt["total_amount"], now)
        describe_by(connection, attempt)
        return self._move(connection, attempt, "PAID", "Transaction.Paid" if notify else None)

    def _fail(self, connection: Connection, attempt: Row, code: str, pg_code: str, message: str) -> Row:
        connection.execute(
            "UPDATE payment_attempts SET result_code = ?, failure_reason = ?, pg_code = ?, pg_message = ?"
            " WHERE tx_id = ?",
            (code, message, pg_code or None, message if pg_code else None, attempt["tx_id"]),
        )
        return self._move(connection, attempt, "FAILED", "Transaction.Failed")

    def _move(self, connection: Connection, attempt: Row, status: str, event: str | None) -> Row:
        moved = set_status(connection, attempt, status, self._clock.now())
        if event is not None:
            self._notices.tell(connection, moved, event)
        return moved


def _with_another_sum(connection: Connection, attempt: Row, won: int) -> Row:
    connection.execute(
        "UPDATE payment_attempts SET total_amount = ? WHERE tx_id = ?", (won, attempt["tx_id"])
    )
    return by_tx(connection, attempt["tx_id"])
