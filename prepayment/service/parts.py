"""What the use cases work with."""

from __future__ import annotations

from dataclasses import dataclass

from prepayment.ports import Assistant, CarrierBilling, Clock, Database, PaymentGateway, PaymentPolicy


@dataclass(frozen=True)
class Parts:
    """The outside, put together by ``bootstrap``. ``public_url`` has no trailing slash."""

    clock: Clock
    database: Database
    carrier: CarrierBilling
    gateway: PaymentGateway
    assistant: Assistant
    policy: PaymentPolicy
    public_url: str
