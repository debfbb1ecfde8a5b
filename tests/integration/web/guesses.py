"""Names under which somebody may hope that a server looks for an id: ours, Rasa's, Socket.IO's, other chats'."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Of the chat's events and of its connection.
FIELDS: Final = _words("""
    token identity since session session_id sid sub user user_id customer customer_id line line_id name sender
    sender_id conversation conversation_id recipient_id room rooms join to order order_id payment_id
    checkout_token msg_id index seq metadata auth role payload input_channel tracker id
""")
EVENTS: Final = _words("user_message user_action identify rate")
UNKNOWN_EVENTS: Final = _words("""
    session_request user_uttered join enter_room leave history get_history since subscribe message bot_message
    session payment typing trigger_intent call disconnect_all
""")
# Of queries, forms and bodies.
NAMES: Final = _words("""
    token checkout_token order order_id orderId payment_id paymentId txId paymentToken code state next problem lang
    identityVerificationId identity_id id customer customer_id line_id conversation_id amount_won phone_number
""")
_HEADERS: Final = _words("""
    X-Auth-Token X-Session-Id X-Conversation-Id X-Order-Id X-Payment-Id X-Checkout-Token X-User X-User-Id
    X-Customer-Id X-Remote-User X-Forwarded-User X-Forwarded-For X-Real-IP Forwarded X-Original-URL X-Rewrite-URL
    X-HTTP-Method-Override X-Socket-Id Referer
""")
_COOKIES: Final = _words("io sid token session prepay_chat portal_session conversation order checkout")


def headers_naming(value: str) -> dict[str, str]:
    """Return headers and cookies that all name a value."""
    ascii_value = quote(value)
    return {
        **dict.fromkeys(_HEADERS, ascii_value),
        "Authorization": f"Bearer {ascii_value}",
        "Cookie": "; ".join(f"{name}={ascii_value}" for name in _COOKIES),
    }
