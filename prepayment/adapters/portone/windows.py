"""The parameters with which the browser SDK opens its windows.

Both windows leave the page and come back to ``return_url`` with a query string: one path for PC and mobile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prepayment.orders import Order


@dataclass(frozen=True)
class Windows:
    """Builds parameters for one store and its two channels. Everything in them is public."""

    store_id: str
    channel_key: str
    identity_channel_key: str

    def payment(self, order: Order, *, return_url: str, notice_url: str) -> Mapping[str, object]:
        """Return the parameters of ``PortOne.requestPayment``."""
        return {
            "storeId": self.store_id,
            "channelKey": self.channel_key,
            "paymentId": order.payment_id,
            "orderName": order.name,
            "totalAmount": order.amount_won,
            "currency": "KRW",
            "payMethod": "CARD",
            "customData": {"orderId": order.id},
            "redirectUrl": return_url,
            "forceRedirect": True,
            "noticeUrls": [notice_url],
            "locale": "KO_KR",
        }

    def identity(self, identity_id: str, *, order_id: str, return_url: str) -> Mapping[str, object]:
        """Return the parameters of ``PortOne.requestIdentityVerification``."""
        return {
            "storeId": self.store_id,
            "identityVerificationId": identity_id,
            "channelKey": self.identity_channel_key,
            "customData": order_id,  # this window takes a string, the payment window an object
            "redirectUrl": return_url,
            "forceRedirect": True,
        }
