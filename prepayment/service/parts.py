"""What the use cases work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prepayment.desk_hours import DeskHours
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
    no new order is taken. ``redact`` masks what must not be kept in what people write. People answer in the chat within
    ``desk_hours``; one conversation takes them about ``desk_minutes``.
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
    redact: Callable[[str], str]
    desk_hours: DeskHours
    desk_minutes: int
