"""What the core needs from outside, as protocols; the implementations are in ``prepayment.adapters``.

All calls are blocking. Outside calls raise ``errors.OutsideError`` and nothing else of their own.
"""

from prepayment.ports.chat import Button, Customer, Message, Reply
from prepayment.ports.conversations import ConversationStore
from prepayment.ports.outside import (
    AlarmBell,
    Assistant,
    Booking,
    CarrierBilling,
    Clock,
    IdentityFailure,
    IdentityReading,
    Line,
    PaymentGateway,
    PaymentPolicy,
    PaymentReading,
    WebhookNotice,
)
from prepayment.ports.storage import (
    Alarm,
    AlarmStore,
    BookStore,
    Database,
    Effect,
    EffectStore,
    Failing,
    InboxItem,
    InboxStore,
    JobStore,
    JournalLine,
    OrderStore,
    Sweep,
    UnitOfWork,
    Waiting,
)

__all__ = [
    "Alarm",
    "AlarmBell",
    "AlarmStore",
    "Assistant",
    "BookStore",
    "Booking",
    "Button",
    "CarrierBilling",
    "Clock",
    "ConversationStore",
    "Customer",
    "Database",
    "Effect",
    "EffectStore",
    "Failing",
    "IdentityFailure",
    "IdentityReading",
    "InboxItem",
    "InboxStore",
    "JobStore",
    "JournalLine",
    "Line",
    "Message",
    "OrderStore",
    "PaymentGateway",
    "PaymentPolicy",
    "PaymentReading",
    "Reply",
    "Sweep",
    "UnitOfWork",
    "Waiting",
    "WebhookNotice",
]
