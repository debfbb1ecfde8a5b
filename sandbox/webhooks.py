"""Delivers the notices in the background, signed, and again when the shop does not take them."""

import base64
import hmac
import logging
import threading
import time

import httpx

from sandbox.database import Database, Row
from sandbox.faults.webhooks import WRONG_KEY
from sandbox.notices import Notices

logger = logging.getLogger(__name__)

# Seconds before each retry. The real service waits 1 to 256 minutes; the sandbox is in a hurry.
RETRY_AFTER = (0.5, 2.0, 8.0, 32.0, 128.0)
RECEIVER_TIMEOUT = httpx.Timeout(30)
_THREADS = 2
_IDLE_POLL = 0.1
# A notice is due when its time has come and the one that it was held for has been delivered or given up.
_DUE = (
    "next_try <= :now AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS before"
    " WHERE before.id = delivery.after_id AND before.next_try IS NOT NULL)"
)


def sign(key: bytes, webhook_id: str, timestamp: int, payload: str) -> str:
    """The Standard Webhooks signature header."""
    digest = hmac.digest(key, f"{webhook_id}.{timestamp}.{payload}".encode(), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_headers(
    key: bytes, webhook_id: str, payload: str, *, age: int, flaw: str | None
) -> dict[str, str]:
    """The headers of a delivery made now, `age` seconds ago by its own account, rightly signed unless flawed."""
    # Receivers compare this with their wall clock, so the sandbox's offset does not apply.
    timestamp = int(time.time()) - age
    signing_key = hmac.digest(key, b"not the shop's", "sha256") if flaw == WRONG_KEY else key
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(signing_key, webhook_id, timestamp, payload),
    }


class WebhookSender:
    """Delivers what is in the outbox; survives a restart, never blocks a request."""

    def __init__(self, database: Database, key: bytes, notices: Notices) -> None:
        self._database = database
        self._key = key
        self._bell = notices.bell
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
        self._bell.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def _run(self) -> None:
        # The proxy settings of the machine are not meant for the neighbours on this machine.
        with httpx.Client(timeout=RECEIVER_TIMEOUT, trust_env=False) as client:
            while not self._stopping.is_set():
                try:
                    delivery = self._claim()
                    if delivery is None:
                        self._bell.wait(_IDLE_POLL)
                        self._bell.clear()
                    else:
                        self._deliver(client, delivery)
                except Exception as error:
                    logger.error("webhook delivery stumbled: %s", type(error).__name__)
                    self._stopping.wait(1)

    def _claim(self) -> Row | None:
        """Take a due notice and put its next try beyond this one's time-out."""
        now = time.time()
        with self._database.read() as connection:
            due = f"SELECT 1 FROM webhook_deliveries AS delivery WHERE {_DUE} LIMIT 1"  # noqa: S608 - constants
            if connection.execute(due, {"now": now}).fetchone() is None:
                return None
        with self._database.write() as connection:
            row: Row | None = connection.execute(
                "UPDATE webhook_deliveries SET tries = tries + 1, held = 0, next_try = :later WHERE id = (SELECT id"  # noqa: S608 - constants
                f" FROM webhook_deliveries AS delivery WHERE {_DUE} ORDER BY next_try, id LIMIT 1) RETURNING *",
                {"now": now, "later": now + 120},
            ).fetchone()
            return row

    def _deliver(self, client: httpx.Client, delivery: Row) -> None:
        payload: str = delivery["payload"]
        headers = signed_headers(
            self._key, delivery["webhook_id"], payload, age=delivery["age"], flaw=delivery["flaw"]
        )
        try:
            status = client.post(delivery["url"], content=payload.encode(), headers=headers).status_code
            delivered, result = 200 <= status < 300, str(status)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            delivered, result = False, type(error).__name__
        retry = None
        # Nobody sends a forgery or a replay again because it was refused.
        genuine = delivery["flaw"] is None and not delivery["age"]
        if genuine and not delivered and delivery["tries"] <= len(RETRY_AFTER):
            retry = time.time() + RETRY_AFTER[delivery["tries"] - 1]
        with self._database.write() as connection:
            connection.execute(
                "UPDATE webhook_deliveries SET next_try = ?, last_result = ? WHERE id = ?",
                (retry, result, delivery["id"]),
            )
        if retry is None:
            # Whatever waited for this one may go now.
            self._bell.set()
