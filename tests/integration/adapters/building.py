"""Adapters, orders and wire objects for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from portone_server_sdk._generated.common.customer import Customer
from portone_server_sdk._generated.common.selected_channel import SelectedChannel
from portone_server_sdk._generated.identity_verification.identity_verification import (
    _serialize_identity_verification,
)
from portone_server_sdk._generated.identity_verification.identity_verification_verified_customer import (
    IdentityVerificationVerifiedCustomer,
)
from portone_server_sdk._generated.identity_verification.verified_identity_verification import (
    VerifiedIdentityVerification,
)
from portone_server_sdk._generated.payment.paid_payment import PaidPayment
from portone_server_sdk._generated.payment.payment import _serialize_payment
from portone_server_sdk._generated.payment.payment_amount import PaymentAmount
from portone_server_sdk._generated.payment.payment_method_card import PaymentMethodCard
from portone_server_sdk._generated.payment.payment_origin import PaymentOrigin

from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.portone.gateway import TIMEOUT
from prepayment.calendar import Month
from prepayment.orders import Order, State
from tests.integration.sandbox.harness import (
    API_SECRET,
    CHANNEL_KEY,
    IDENTITY_CHANNEL_KEY,
    STORE_ID,
    WEBHOOK_SECRET,
    new_payment_id,
)

RASA_TOKEN = "rasa-token-of-the-tests"
NAME = "홍길동"
PHONE = "01098765432"
CARD = "4242-4242-4242-4242"
NUMBERS = (PHONE, CARD, "98765432", "42424242")
"""Nothing of this may be found anywhere in an error, nothing of it or of NAME in an error's text."""

MOMENT = "2026-11-22T03:00:00.123Z"


def make_gateway(
    api_url: str,
    *,
    api_secret: str = API_SECRET,
    webhook_secrets: Sequence[str] = (WEBHOOK_SECRET,),
    timeout: httpx.Timeout = TIMEOUT,
) -> PortOneGateway:
    """The payment adapter for the shop that the sandbox knows."""
    return PortOneGateway(
        api_url=api_url,
        api_secret=api_secret,
        store_id=STORE_ID,
        channel_key=CHANNEL_KEY,
        identity_channel_key=IDENTITY_CHANNEL_KEY,
        webhook_secrets=webhook_secrets,
        timeout=timeout,
    )


def make_order(payment_id: str | None = None) -> Order:
    """An order of 50,000 won about to be paid."""
    now = datetime.now(UTC)
    return Order(
        id="order0001",
        line_id="line-1001",
        customer_id="minji",
        conversation_id="conversation",
        month=Month.of(now),
        amount_won=50_000,
        state=State.VERIFIED,
        payment_id=payment_id or new_payment_id(),
        checkout_token="checkout-token",
        created_at=now,
        expires_at=now + timedelta(minutes=15),
        updated_at=now,
    )


def paid_payment(payment_id: str) -> dict[str, Any]:
    """A paid payment as the SDK itself writes it, with a person's data in it."""
    channel = SelectedChannel(
        type="LIVE", pg_provider="KCP_V2", pg_merchant_id="M", id="c", key=CHANNEL_KEY, name="card"
    )
    amount = PaymentAmount(
        total=50_000, tax_free=0, discount=0, paid=50_000, cancelled=0, cancelled_tax_free=0, vat=4_545
    )
    payment = PaidPayment(
        id=payment_id,
        transaction_id="tx-1",
        merchant_id="m",
        store_id=STORE_ID,
        channel=channel,
        version="V2",
        requested_at=MOMENT,
        updated_at=MOMENT,
        status_changed_at=MOMENT,
        order_name="소액결제 선결제",
        amount=amount,
        currency="KRW",
        customer=Customer(name=NAME, phone_number=PHONE),
        origin=PaymentOrigin(platform_type="PC", ip_address="203.0.113.7"),
        paid_at=MOMENT,
        disputes=[],
        method=PaymentMethodCard(),
        custom_data='{"orderId": "order0001"}',
        pg_response=f'{{"card": "{CARD}", "name": "{NAME}"}}',
    )
    return dict(_serialize_payment(payment))


def verified_identity(identity_id: str, channel_key: str | None) -> dict[str, Any]:
    """A verified identity as the SDK itself writes it."""
    identity = VerifiedIdentityVerification(
        id=identity_id,
        verified_customer=IdentityVerificationVerifiedCustomer(name=NAME, phone_number=PHONE),
        requested_at=MOMENT,
        updated_at=MOMENT,
        status_changed_at=MOMENT,
        verified_at=MOMENT,
        pg_tx_id="pg-1",
        pg_raw_response=NAME,
        version="V2",
        channel=SelectedChannel(type="LIVE", pg_provider="KCP_V2", pg_merchant_id="M", key=channel_key),
    )
    return dict(_serialize_identity_verification(identity))


def assert_tells_nothing_personal(error: BaseException) -> None:
    """Nothing personal in an error that is logged, and no way from it to an error with something.

    A bank's words for the customer (``Refused.message``) may name the customer, as nothing can tell names from words.
    """
    assert NAME not in f"{error} {error!r}"
    assert not [number for number in NUMBERS if number in f"{error} {error!r} {vars(error)}"]
    assert error.__cause__ is None
    assert error.__context__ is None
