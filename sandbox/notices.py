"""Notices to the shop (webhooks), written with the change that they tell of."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.clock import Clock, rfc3339_utc
from sandbox.database import Connection, Database, Row
from sandbox.faults import FaultSwitchboard
from sandbox.faults.kinds import kinds_of_webhook
from sandbox.faults.webhooks import WEBHOOK_ACTIONS, Delivery, new_webhook_id
from sandbox.settings import Settings

# How long an answer waits for a notice that is to come before it.
_URGENT_SECONDS = 10


class Notices:
    """The outbox of webhooks. `bell` rings when there is something new in it."""

    def __init__(
        self, database: Database, clock: Clock, settings: Settings, faults: FaultSwitchboard
    ) -> None:
        self._database = database
        self._clock = clock
        self._store_id = settings.store_id
        self._faults = faults
        self._urgent: list[int] = []
        self.bell = threading.Event()

    @contextmanager
    def booking(self) -> Iterator[Connection]:
        """A write transaction that may tell; left when the notices that go before the answer have been tried."""
        with self._database.write() as connection:
            # Safe without a lock of its own: only one thread writes at a time.
            self._urgent = []
            yield connection
            urgent = self._urgent
        self.bell.set()
        deadline = time.monotonic() + _URGENT_SECONDS
        while urgent and time.monotonic() < deadline:
            time.sleep(0.003)
            urgent = [id_ for id_ in urgent if not self._tried(id_)]

    def tell(self, connection: Connection, attempt: Row, type_: str, **extra: str) -> None:
        """Tell of a change of `attempt`, inside the booking; a fault that is switched on bends it."""
        payload = self.payload(attempt["payment_id"], attempt["tx_id"], type_, **extra)
        for url in self.urls(attempt):
            right = Delivery(url, payload, attempt["payment_id"], new_webhook_id())
            fault = self._faults.take(*kinds_of_webhook(type_))
            bend = WEBHOOK_ACTIONS.get(fault.action) if fault is not None else None
            deliveries = bend(right, fault.ms) if fault is not None and bend is not None else [right]
            self._write(connection, deliveries)

    @staticmethod
    def urls(attempt: Row) -> list[str]:
        """Where the shop wants to be told."""
        return [str(url) for url in json.loads(attempt["notice_urls"])]

    def payload(self, payment_id: str, tx_id: str, type_: str, **extra: str) -> str:
        """The body of a notice: ids only, never amounts or people."""
        data = {"paymentId": payment_id, "storeId": self._store_id, "transactionId": tx_id, **extra}
        notice = {"type": type_, "timestamp": rfc3339_utc(self._clock.now()), "data": data}
        return json.dumps(notice, separators=(",", ":"))

    def _write(self, connection: Connection, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            row = connection.execute(
                "INSERT INTO webhook_deliveries (webhook_id, url, payload, payment_id, flaw, age, held, next_try)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    delivery.webhook_id,
                    delivery.url,
                    delivery.payload,
                    delivery.payment_id,
                    delivery.flaw,
                    delivery.age,
                    delivery.held,
                    time.time() + delivery.wait,
                ),
            ).fetchone()
            if delivery.urgent:
                self._urgent.append(row["id"])
            genuine = delivery.flaw is None and not delivery.age
            if genuine and not delivery.held:
                # The way is free for those that waited for this one.
                connection.execute(
                    "UPDATE webhook_deliveries SET held = 0, after_id = ?, next_try = ?"
                    " WHERE payment_id = ? AND url = ? AND held",
                    (row["id"], time.time(), delivery.payment_id, delivery.url),
                )

    def _tried(self, delivery_id: int) -> bool:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT last_result FROM webhook_deliveries WHERE id = ?", (delivery_id,)
            ).fetchone()
        # Forgotten by a reset is done, too.
        return row is None or row["last_result"] is not None
