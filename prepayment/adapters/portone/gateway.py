"""The payment gateway: writes through PortOne's SDK, reads through our own reader."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import httpx
from portone_server_sdk import PaymentClient

from prepayment.adapters.http import guarded, make_client
from prepayment.adapters.portone.idempotency import add_idempotency_key, idempotency_key
from prepayment.adapters.portone.listing import every_payment
from prepayment.adapters.portone.reader import PortOneReader
from prepayment.adapters.portone.readings import FOREIGN_CHANNEL, identity_reading, payment_reading
from prepayment.adapters.portone.translation import translate_portone
from prepayment.adapters.portone.webhooks import WebhookVerifier
from prepayment.adapters.portone.windows import Windows
from prepayment.orders import Order
from prepayment.ports import IdentityReading, PaymentReading, WebhookNotice

# PortOne asks for at least 60 seconds: the bank behind it may take that long.
TIMEOUT: Final = httpx.Timeout(60, connect=5, pool=5)
NOT_FOUND: Final = "NOT_FOUND"

_logger = logging.getLogger(__name__)


class PortOneGateway:
    """Implements ``ports.PaymentGateway``. Safe to share between threads; ``close`` it at the end.

    All calls to PortOne raise ``NotSent``, ``OutcomeUnknown``, ``Refused`` or ``Misconfigured``, and nothing foreign.
    """

    def __init__(
        self,
        *,
        api_url: str,
        api_secret: str,
        store_id: str,
        channel_key: str,
        identity_channel_key: str,
        webhook_secrets: Sequence[str],
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        api_url = api_url.rstrip("/")
        self._http = make_client(
            api_url,
            timeout=timeout,
            headers={"Authorization": f"PortOne {api_secret}"},
            request_hooks=[add_idempotency_key],
        )
        self._payments = PaymentClient(secret=api_secret, base_url=api_url, store_id=store_id)
        # The SDK takes no client of ours, so its own is replaced: for the key header, the time-outs and close().
        self._payments._sync_client.close()
        self._payments._sync_client = self._http
        self._reader = PortOneReader(self._http, store_id)
        self._windows = Windows(store_id, channel_key, identity_channel_key)
        self._webhooks = WebhookVerifier(webhook_secrets)
        self._identity_channel_key = identity_channel_key

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def payment_window(self, order: Order, *, return_url: str, notice_url: str) -> Mapping[str, object]:
        """Return what ``PortOne.requestPayment`` needs, JSON-ready."""
        return self._windows.payment(order, return_url=return_url, notice_url=notice_url)

    def identity_window(self, identity_id: str, *, order_id: str, return_url: str) -> Mapping[str, object]:
        """Return what ``PortOne.requestIdentityVerification`` needs, JSON-ready."""
        return self._windows.identity(identity_id, order_id=order_id, return_url=return_url)

    def pre_register(self, payment_id: str, amount_won: int) -> None:
        """Fix the sum before the window opens; repeating it is harmless. Raises Refused("already_paid")."""
        guarded(
            "pre-register",
            lambda: self._payments.pre_register_payment(
                payment_id=payment_id, total_amount=amount_won, currency="KRW"
            ),
            translate_portone,
        )

    def read(self, payment_id: str) -> PaymentReading:
        """Read a payment; one that no window was opened for has the status NOT_FOUND."""
        body = self._reader.payment(payment_id)
        if body is None:
            return PaymentReading(payment_id=payment_id, status=NOT_FOUND)
        return payment_reading(payment_id, body)

    def list_payments(self, since: datetime, until: datetime) -> Iterator[PaymentReading]:
        """Yield the payments of our store whose status changed from ``since`` to ``until``; some of them twice.

        PortOne counts both ends in. A payment of which nothing can be read is a reading without id and status.

        Raises:
            OutsideError: while iterating; what was yielded before is true but not all.
            ValueError: a moment without a time zone.
        """
        return every_payment(partial(self._reader.payments_page, since, until))

    def confirm(self, payment_id: str, *, token: str, tx_id: str | None, amount_won: int, key: str) -> None:
        """Approve the payment of ``amount_won``: money moves now. ``key`` makes a repetition harmless for three hours.

        Raises:
            Refused: the card was not charged, or it was already (``already_paid``); read the payment.
            OutcomeUnknown: it may have been; repeat with the same key, then read the payment.
            NotSent: it was not.
            ValueError: the key is not 16 to 256 visible ASCII characters.
        """
        with idempotency_key(key):
            guarded(
                "confirm",
                lambda: self._payments.confirm_payment(
                    payment_id=payment_id,
                    payment_token=token,
                    tx_id=tx_id,
                    currency="KRW",
                    total_amount=amount_won,
                ),
                translate_portone,
            )

    def cancel(
        self, payment_id: str, *, amount_won: int, reason: str, key: str, by_customer: bool = True
    ) -> None:
        """Ask for a full refund of a payment of which ``amount_won`` is left, as the customer's wish or our own.

        PortOne takes a request before it is carried out, so a return is no proof: read the payment.

        Raises:
            Refused: such as ``already_cancelled``, or ``cancellable_amount_changed`` when another sum is left.
            OutcomeUnknown: repeat with the same key, then read the payment.
            NotSent: it was not asked for.
            ValueError: the key is not 16 to 256 visible ASCII characters.
        """
        with idempotency_key(key):
            guarded(
                "cancel",
                lambda: self._payments.cancel_payment(
                    payment_id=payment_id,
                    reason=reason,
                    requester="CUSTOMER" if by_customer else "ADMIN",
                    current_cancellable_amount=amount_won,
                ),
                translate_portone,
            )

    def read_identity(self, identity_id: str) -> IdentityReading:
        """Read an identity verification.

        Its status is PortOne's word, NOT_FOUND, or FOREIGN_CHANNEL for one that did not come through our channel.
        """
        body = self._reader.identity_verification(identity_id)
        if body is None:
            return IdentityReading(id=identity_id, status=NOT_FOUND)
        reading = identity_reading(identity_id, body, self._identity_channel_key)
        if reading.status == FOREIGN_CHANNEL:
            _logger.error("identity verification %s came through a channel that is not ours", identity_id)
        return reading

    def verify_webhook(self, body: str, headers: Mapping[str, str]) -> WebhookNotice:
        """Check the signature of a webhook's raw body. Raises Refused."""
        return self._webhooks.verify(body, headers)
