"""`Idempotency-Key`: a repeated request gets the first answer, for three hours."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.database import Database
from sandbox.errors import PortOneError

KEPT_FOR = timedelta(hours=3)
_QUOTED_KEY = re.compile(r'"([\x21\x23-\x7e]{16,256})"')

Answer = tuple[int, dict[str, Any]]


def once(
    database: Database, clock: Clock, key_header: str | None, fingerprint: bytes, act: Callable[[], Answer]
) -> Answer:
    """Run `act` once for the key in `key_header` (none: just run it) and answer repeats from memory.

    `fingerprint` identifies the request (method, path, body). Raises PortOneError: INVALID_REQUEST for a
    malformed key or one used for another request, IDEMPOTENCY_OUTSTANDING_REQUEST while the first still runs.
    Refusals of `act` are answers and are kept; anything unexpected frees the key.
    """
    if key_header is None:
        return _answer_of(act)
    match = _QUOTED_KEY.fullmatch(key_header)
    if match is None:
        raise PortOneError(
            "INVALID_REQUEST", "Idempotency-Key must be 16-256 ASCII characters in double quotes."
        )
    key = match.group(1)
    kept = _claim(database, clock.now(), key, hashlib.sha256(fingerprint).hexdigest())
    if kept is not None:
        return kept
    try:
        status, body = _answer_of(act)
    except BaseException:
        with database.write() as connection:
            connection.execute("DELETE FROM idempotency_keys WHERE key = ?", (key,))
        raise
    with database.write() as connection:
        connection.execute(
            "UPDATE idempotency_keys SET status = ?, body = ? WHERE key = ?", (status, json.dumps(body), key)
        )
    return status, body


def _answer_of(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except PortOneError as error:
        return error.status, error.body


def _claim(database: Database, now: datetime, key: str, request_hash: str) -> Answer | None:
    with database.write() as connection:
        row = connection.execute("SELECT * FROM idempotency_keys WHERE key = ?", (key,)).fetchone()
        if row is not None and abs(now - datetime.fromisoformat(row["created_at"])) < KEPT_FOR:
            if row["request_hash"] != request_hash:
                raise PortOneError("INVALID_REQUEST", "This Idempotency-Key was used for another request.")
            if row["status"] is None:
                raise PortOneError("IDEMPOTENCY_OUTSTANDING_REQUEST", "The first request is still running.")
            return row["status"], json.loads(row["body"])
        connection.execute(
            "INSERT OR REPLACE INTO idempotency_keys VALUES (?, ?, NULL, NULL, ?)",
            (key, request_hash, now.isoformat()),
        )
    return None


def forget_unfinished(database: Database) -> None:
    """Free the keys of requests that a stopped process left unanswered."""
    with database.write() as connection:
        connection.execute("DELETE FROM idempotency_keys WHERE status IS NULL")
