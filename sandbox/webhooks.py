"""Signed notices to the shop: written with the change they tell of, delivered in the background."""

import base64
import hmac
import json
import logging
import threading
import time
import uuid
from datetime import datetime

import httpx

from sandbox.clock import rfc3339_utc
from sandbox.database import Connection, Database, Row

logger = logging.getLogger(__name__)

# Seconds before each retry. The real service waits 1 to 256 minutes; the sandbox is in a hurry.
RETRY_AFTER = (0.5, 2.0, 8.0, 32.0, 128.0)
_RECEIVER_TIMEOUT = httpx.Timeout(30)
_THREADS = 2
_IDLE_POLL = 0.1


def enqueue(connection: Connection, urls: list[str], type_: str, at: datetime, data: dict[str, str]) -> None:
    """Add a notice for each url to the caller's transaction. It names ids, never amounts or people."""
    payload = json.dumps({"type": type_, "timestamp": rfc3339_utc(at), "data": data}, separators=(",", ":"))
    for url in urls:
        connection.execute(
            "INSERT INTO webhook_deliveries (webhook_id, url, payload, next_try) VALUES (?, ?, ?, ?)",
            (f"wh_{uuid.uuid4().hex}", url, payload, time.time()),
        )


def sign(key: bytes, webhook_id: str, timestamp: int, payload: str) -> str:
    """The Standard Webhooks signature header."""
    digest = hmac.digest(key, f"{webhook_id}.{timestamp}.{payload}".encode(), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


class WebhookSender:
    """Delivers what `enqueue` wrote; survives a restart, never blocks a request."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"webhook-{n}", daemon=True) for n in range(_THREADS)
        ]

    def start(self) -> None:
        """Start delivering."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop soon; undelivered notices wait for the next start."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def _run(self) -> None:
        # The proxy settings of the machine are not meant for the neighbours on this machine.
        with httpx.Client(timeout=_RECEIVER_TIMEOUT, trust_env=False) as client:
            while not self._stopping.is_set():
                try:
                    delivery = self._claim()
                    if delivery is None:
                        self._stopping.wait(_IDLE_POLL)
                    else:
                        self._deliver(client, delivery)
                except Exception as error:
                    logger.error("webhook delivery stumbled: %s", type(error).__name__)
                    self._stopping.wait(1)

    def _claim(self) -> Row | None:
        """Take a due notice and put its next try beyond this one's time-out."""
        with self._database.read() as connection:
            due = "SELECT 1 FROM webhook_deliveries WHERE next_try <= ?"
            if connection.execute(due, (time.time(),)).fetchone() is None:
                return None
        with self._database.write() as connection:
            row: Row | None = connection.execute(
                "UPDATE webhook_deliveries SET tries = tries + 1, next_try = ? WHERE id = (SELECT id FROM"
                " webhook_deliveries WHERE next_try <= ? ORDER BY next_try, id LIMIT 1) RETURNING *",
                (time.time() + 120, time.time()),
            ).fetchone()
            return row

    def _deliver(self, client: httpx.Client, delivery: Row) -> None:
        # Receivers compare this with their wall clock, so the sandbox's offset does not apply.
        timestamp = int(time.time())
        payload: str = delivery["payload"]
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery["webhook_id"],
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self._key, delivery["webhook_id"], timestamp, payload),
        }
        try:
            status = client.post(delivery["url"], content=payload.encode(), headers=headers).status_code
            delivered, result = 200 <= status < 300, str(status)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            delivered, result = False, type(error).__name__
        retry = None
        if not delivered and delivery["tries"] <= len(RETRY_AFTER):
            retry = time.time() + RETRY_AFTER[delivery["tries"] - 1]
        with self._database.write() as connection:
            connection.execute(
                "UPDATE webhook_deliveries SET next_try = ?, last_result = ? WHERE id = ?",
                (retry, result, delivery["id"]),
            )
