"""Signatures of PortOne's webhooks (Standard Webhooks)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from portone_server_sdk import webhook

from prepayment.adapters.http import guarded
from prepayment.adapters.portone.translation import translate_portone
from prepayment.errors import OutcomeUnknown, OutsideError, Refused
from prepayment.ports import WebhookNotice

_NO_MATCH: Final = "webhook_no_matching_signature"


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
            try:
                guarded("webhook", partial(webhook.verify, secret, body, lower), _translate)
            except Refused as refusal:
                if refusal.reason != _NO_MATCH:
                    raise
            except OutsideError as error:
                failure = error
            else:
                return _notice(lower["webhook-id"], json.loads(body))
        raise failure


def _translate(operation: str, error: Exception) -> OutsideError:
    """What the SDK cannot even take apart is refused, signed or not."""
    ours = translate_portone(operation, error)
    return Refused("webhook_malformed") if isinstance(ours, OutcomeUnknown) else ours


def _notice(id_: str, message: Mapping[str, object]) -> WebhookNotice:
    type_, data = message.get("type"), message.get("data")
    kind = type_ if isinstance(type_, str) else ""
    payment_id = data.get("paymentId") if isinstance(data, dict) and kind.startswith("Transaction.") else None
    return WebhookNotice(id=id_, type=kind, payment_id=payment_id if isinstance(payment_id, str) else None)
