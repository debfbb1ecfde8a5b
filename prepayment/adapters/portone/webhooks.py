"""Signatures of PortOne's webhooks (Standard Webhooks)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from portone_server_sdk import webhook

from prepayment.adapters.http import guarded
from prepayment.adapters.portone.translation import translate_portone
from prepayment.errors import OutcomeUnknown, OutsideError, Refused
from prepayment.ports import WebhookNotice

_NO_MATCH: Final = "webhook_no_matching_signature"
_ID_HEADER: Final = "webhook-id"
# What is kept of a notice: signed or not, nothing else of it gets into a table or a log.
_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
_TYPE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PAYMENT_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


class WebhookVerifier:
    """Checks webhooks against secrets, the console's two at once while one replaces the other."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)

    def verify(self, body: str, headers: Mapping[str, str]) -> WebhookNotice:
        """Return the notice of a raw body. The same message verifies again and again: remember its id.

        Raises:
            Refused: the signature, age or form is wrong.
            Misconfigured: no secret fits, and one of ours is none.
        """
        lower = {name.lower(): value for name, value in headers.items()}
        failure: OutsideError = Refused(_NO_MATCH)
        for secret in self._secrets:

            def check(secret: str = secret) -> WebhookNotice:
                webhook.verify(secret, body, lower)
                return _notice(lower[_ID_HEADER], json.loads(body))

            try:
                return guarded("webhook", check, _translate)
            except Refused as refusal:
                if refusal.reason != _NO_MATCH:
                    raise
            except OutsideError as error:
                failure = error
        raise failure


def _translate(operation: str, error: Exception) -> OutsideError:
    """What the SDK cannot even take apart is refused, signed or not."""
    ours = translate_portone(operation, error)
    return Refused("webhook_malformed") if isinstance(ours, OutcomeUnknown) else ours


def _notice(id_: str, message: Mapping[str, object]) -> WebhookNotice:
    """Return what is kept of a message. Raises ValueError for an id that nothing can be remembered by."""
    if _ID.fullmatch(id_) is None:
        raise ValueError("not a webhook id")
    type_, data = message.get("type"), message.get("data")
    kind = type_ if isinstance(type_, str) and _TYPE.fullmatch(type_) else ""
    payment_id = data.get("paymentId") if isinstance(data, dict) and kind.startswith("Transaction.") else None
    known = isinstance(payment_id, str) and _PAYMENT_ID.fullmatch(payment_id)
    return WebhookNotice(id=id_, type=kind, payment_id=str(payment_id) if known else None)
