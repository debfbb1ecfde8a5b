"""Reading from PortOne's REST API.

Not through the SDK: it refuses a whole payment for one new payment method or one null, and PortOne may add both
at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from prepayment.adapters.http import guarded, json_object, machine_code
from prepayment.errors import Misconfigured, OutcomeUnknown

PAGE_SIZE: Final = 100

_OURS_TO_MEND: Final = frozenset({400, 401, 403})


class PortOneReader:
    """Reads payments and identity verifications of one store as raw JSON objects."""

    def __init__(self, http: httpx.Client, store_id: str) -> None:
        self._http = http
        self._store_id = store_id

    def payment(self, payment_id: str) -> dict[str, Any] | None:
        """Return a payment; None when PortOne has none. Raises OutsideError."""
        return self._read("read payment", f"payments/{quote(payment_id, safe='')}", "PAYMENT_NOT_FOUND")

    def identity_verification(self, identity_id: str) -> dict[str, Any] | None:
        """Return an identity verification; None when PortOne has none. Raises OutsideError."""
        path = f"identity-verifications/{quote(identity_id, safe='')}"
        return self._read("read identity", path, "IDENTITY_VERIFICATION_NOT_FOUND")

    def payments_page(self, since: datetime, until: datetime, number: int) -> list[Any]:
        """Return a page, counted from 0, of the payments whose status changed in the time; the oldest change first.

        Raises:
            OutsideError: it could not be read.
            ValueError: a moment without a time zone.
        """
        wanted = {
            "page": {"number": number, "size": PAGE_SIZE},
            "filter": {
                "storeId": self._store_id,
                "timestampType": "STATUS_CHANGED_AT",
                "from": _rfc3339(since),
                "until": _rfc3339(until),
                "sortBy": "STATUS_CHANGED_AT",
                "sortOrder": "ASC",
            },
        }
        body = self._get("list payments", "payments", {"requestBody": json.dumps(wanted)}) or {}
        items = body.get("items")
        if not isinstance(items, list):
            raise OutcomeUnknown("list payments: an answer without items")
        return items

    def _read(self, operation: str, path: str, missing: str) -> dict[str, Any] | None:
        return self._get(operation, path, {"storeId": self._store_id}, missing)

    def _get(
        self, operation: str, path: str, params: Mapping[str, str], missing: str | None = None
    ) -> dict[str, Any] | None:
        """Return the answer's object; None for the 404 whose type is ``missing``."""

        def read() -> dict[str, Any] | None:
            response = self._http.get(path, params=params)
            body = json_object(response)
            if response.status_code == 200:
                return body
            type_ = machine_code(body.get("type"), "UNKNOWN")
            if response.status_code == 404 and type_ == missing:
                return None
            text = f"{operation}: status {response.status_code}, {type_}"
            raise Misconfigured(text) if response.status_code in _OURS_TO_MEND else OutcomeUnknown(text)

        return guarded(operation, read)


def _rfc3339(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
