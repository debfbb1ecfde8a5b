"""What the core needs from outside, as protocols; the implementations are in ``prepayment.adapters``.

All calls are blocking. Outside calls raise ``errors.OutsideError`` and nothing else of their own.
"""

from prepayment.ports.chat import Button, Customer, Message, Reply
from prepayment.ports.outside import (
    Assistant,
    CarrierBilling,
    Clock,
    IdentityReading,
    Line,
    PaymentGateway,
    PaymentPolicy,
    PaymentReading,
    WebhookNotice,
)
from prepayment.ports.storage import ConversationStore, Database, Effect, EffectStore, OrderStore, UnitOfWork

__all__ = [
    "Assistant",
    "Button",
    "CarrierBilling",
    "Clock",
    "ConversationStore",
    "Customer",
    "Database",
    "Effect",
    "EffectStore",
    "IdentityReading",
    "Line",
    "Message",
    "OrderStore",
    "PaymentGateway",
    "PaymentPolicy",
    "PaymentReading",
    "Reply",
    "UnitOfWork",
    "WebhookNotice",
]
