"""What the use cases work with."""

from __future__ import annotations

from dataclasses import dataclass

from prepayment.ports import (
    AlarmBell,
    Assistant,
    CarrierBilling,
    Clock,
    Database,
    PaymentGateway,
    PaymentPolicy,
)


@dataclass(frozen=True)
class Parts:
    """The outside, put together by ``bootstrap``.

    ``public_url`` has no trailing slash. With so many open differences between the books as ``pause_at_differences``
    no new order is taken.
    """

    clock: Clock
    database: Database
    carrier: CarrierBilling
    gateway: PaymentGateway
    assistant: Assistant
    bell: AlarmBell
    policy: PaymentPolicy
    public_url: str
    pause_at_differences: int
