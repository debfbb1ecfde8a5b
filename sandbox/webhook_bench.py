"""Sends a webhook at once, right or wrong, and tells what became of it."""

from typing import Any

import httpx

from sandbox.control import invalid
from sandbox.database import Database
from sandbox.errors import PortOneError
from sandbox.faults.webhooks import WEBHOOK_ACTIONS, Delivery, new_webhook_id
from sandbox.notices import Notices
from sandbox.payment_rows import describing
from sandbox.settings import Settings
from sandbox.webhooks import RECEIVER_TIMEOUT, signed_headers

# Those that make sense for a notice sent by hand, now.
ACTIONS = ("none", "duplicate", "duplicate_new_id", "forge", "forge_payment", "replay")


class WebhookBench:
    """For tests that want one certain notice, and nothing left to a background thread."""

    def __init__(self, database: Database, notices: Notices, settings: Settings) -> None:
        self._database = database
        self._notices = notices
        self._key = settings.webhook_key

    def send(
        self, payment_id: str, type_: str, action: str, *, url: str | None, deliver: bool
    ) -> list[dict[str, Any]]:
        """Make the deliveries of one notice about a payment, one after the other, and return each.

        `url` stands in for the payment's own notice addresses; a payment that is not known here may be named, too.
        `deliver` False: sign only. A delivery: url, headers, body, and the shop's status (None: none, or not sent).
        Raises ControlError (422).
        """
        if action not in ACTIONS:
            raise invalid(f"action must be one of {', '.join(ACTIONS)}.")
        tx_id, urls = self._attempt(payment_id)
        if url is not None:
            urls = [url]
        elif not urls:
            if deliver:
                raise invalid("The payment has no notice address: send url.")
            urls = [""]
        payload = self._notices.payload(payment_id, tx_id, type_)
        made = []
        with httpx.Client(timeout=RECEIVER_TIMEOUT, trust_env=False) as client:
            for address in urls:
                right = Delivery(address, payload, payment_id, new_webhook_id())
                bend = WEBHOOK_ACTIONS.get(action)
                for delivery in bend(right, 0) if bend else [right]:
                    made.append(self._make(client, delivery, deliver))
        return made

    def _attempt(self, payment_id: str) -> tuple[str, list[str]]:
        try:
            with self._database.read() as connection:
                attempt = describing(connection, payment_id)
        except PortOneError:
            return "unknown", []
        return attempt["tx_id"], self._notices.urls(attempt)

    def _make(self, client: httpx.Client, delivery: Delivery, deliver: bool) -> dict[str, Any]:
        headers = signed_headers(
            self._key, delivery.webhook_id, delivery.payload, age=delivery.age, flaw=delivery.flaw
        )
        status = None
        if deliver:
            try:
                status = client.post(
                    delivery.url, content=delivery.payload.encode(), headers=headers
                ).status_code
            except (httpx.HTTPError, httpx.InvalidURL):
                status = None
        return {"url": delivery.url, "headers": headers, "body": delivery.payload, "status": status}
