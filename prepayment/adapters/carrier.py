"""The carrier's billing API over HTTP (docs/carrier-api.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import httpx

from prepayment.adapters.http import guarded, json_object, machine_code, make_client
from prepayment.calendar import Month
from prepayment.errors import Misconfigured, OutcomeUnknown, Refused
from prepayment.ports import Booking, Line
from prepayment.rules import Usage

# A customer in the chat waits for it: within five seconds they hear something, at worst that it cannot be read now.
TIMEOUT: Final = httpx.Timeout(3, connect=1, pool=1)

_DENIED: Final = frozenset({401, 403})
# Statuses that are the carrier's own no. Any other failure may come from something on the way.
_REFUSING: Final = frozenset({400, 404, 409, 422})
# A 404 with another code comes from an address that is wrong, and says nothing about a prepayment.
_NOT_FOUND: Final = frozenset({"line_not_found", "prepayment_not_found"})


class HttpCarrierBilling:
    """Implements ``ports.CarrierBilling``. Safe to share between threads; ``close`` it at the end.

    All calls raise ``NotSent``, ``OutcomeUnknown``, ``Refused`` with the carrier's code, or ``Misconfigured``.
    """

    def __init__(self, base_url: str, api_key: str, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._http = make_client(base_url, timeout=timeout, headers={"Authorization": f"Bearer {api_key}"})

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def line(self, line_id: str) -> Line:
        """Read a line. Raises Refused("line_not_found")."""

        def read() -> Line:
            body = json_object(self._exchange("carrier line", "GET", _line_path(line_id)))
            _require(body.get("line_id") == line_id)
            phone_number = body.get("phone_number")
            _require(isinstance(phone_number, str) and phone_number.isascii() and phone_number.isdigit())
            return Line(id=line_id, phone_number=str(phone_number), limit_won=_won(body, "limit_won"))

        return guarded("carrier line", read)

    def usage(self, line_id: str, month: Month) -> Usage:
        """Read a month's small payments of a line. Raises Refused("line_not_found")."""

        def read() -> Usage:
            path = f"{_line_path(line_id)}/months/{month}"
            body = json_object(self._exchange("carrier usage", "GET", path))
            _require(body.get("line_id") == line_id and body.get("month") == str(month))
            return Usage(
                month=month,
                used_won=_won(body, "used_won"),
                prepaid_won=_won(body, "prepaid_won"),
                limit_won=_won(body, "limit_won"),
            )

        return guarded("carrier usage", read)

    def bookings(self, line_id: str, month: Month) -> Sequence[Booking]:
        """Read the prepayments of a line's month that are in force, whoever made them.

        Raises:
            Refused: line_not_found.
        """

        def read() -> Sequence[Booking]:
            path = f"{_line_path(line_id)}/months/{month}"
            body = json_object(self._exchange("carrier bookings", "GET", path))
            rows = body.get("prepayments")
            _require(body.get("month") == str(month) and isinstance(rows, list))
            return [_booking(row, line_id, month) for row in rows or ()]

        return guarded("carrier bookings", read)

    def apply_prepayment(self, line_id: str, order_id: str, month: Month, amount_won: int) -> None:
        """Book a prepayment of ``amount_won`` and restore the limit. Repeating it for the same order changes nothing.

        Raises:
            Refused: order_conflict, prepayment_revoked, exceeds_outstanding, month_closed, line_not_found.
            OutcomeUnknown: no clear answer; repeat it.
        """
        body: dict[str, str | int] = {"month": str(month), "amount_won": amount_won}
        path = _prepayment_path(line_id, order_id)
        guarded("carrier apply", lambda: self._exchange("carrier apply", "PUT", path, body))

    def revoke_prepayment(self, line_id: str, order_id: str) -> None:
        """Take a prepayment back. Repeating it changes nothing.

        Raises:
            Refused: prepayment_not_found, line_not_found.
            OutcomeUnknown: no clear answer; repeat it.
        """
        path = _prepayment_path(line_id, order_id)
        guarded("carrier revoke", lambda: self._exchange("carrier revoke", "DELETE", path))

    def set_limit(self, line_id: str, change_id: str, *, expected_won: int, limit_won: int) -> None:
        """Set a line's limit when it is the expected one. Repeating it for the same change has no further effect.

        Raises:
            Refused: limit_changed, change_conflict, line_not_found.
            OutcomeUnknown: no clear answer; repeat it.
        """
        body: dict[str, str | int] = {
            "limit_won": limit_won,
            "expected_won": expected_won,
            "change_id": change_id,
        }
        guarded(
            "carrier limit",
            lambda: self._exchange("carrier limit", "PUT", f"{_line_path(line_id)}/limit", body),
        )

    def list_prepayments(self, since: datetime, until: datetime) -> Iterator[Booking]:
        """Yield our prepayments that were booked or taken back from ``since`` until before ``until``, oldest first.

        Raises:
            OutsideError: while iterating; what was yielded before is true but not all.
            ValueError: a moment without a time zone.
        """
        if since.tzinfo is None or until.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        window = {"since": since.isoformat(), "until": until.isoformat()}
        return self._every_prepayment(window)

    def _every_prepayment(self, window: Mapping[str, str]) -> Iterator[Booking]:
        number: int | None = 1
        while number is not None:
            page = partial(self._prepayments_page, window, number)
            bookings, number = guarded("carrier prepayments", page)
            yield from bookings

    def _prepayments_page(
        self, window: Mapping[str, str], number: int
    ) -> tuple[Sequence[Booking], int | None]:
        """Return a page and the number of the next one, None after the last."""
        query = {**window, "page": str(number)}
        body = json_object(self._exchange("carrier prepayments", "GET", "v1/prepayments", query=query))
        rows, following = body.get("prepayments"), body.get("next_page")
        # A page that is not the next one, or none at all, would have us read for ever or too little.
        _require(isinstance(rows, list) and "next_page" in body and following in (None, number + 1))
        return [_own_booking(row) for row in rows or ()], following

    def _exchange(
        self,
        operation: str,
        method: str,
        path: str,
        body: Mapping[str, str | int] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        response = self._http.request(method, path, json=body, params=query)
        if response.status_code in (200, 201):
            return response
        text = f"{operation}: status {response.status_code}"
        if response.status_code in _DENIED:
            raise Misconfigured(text)
        if response.status_code in _REFUSING:
            raise Refused(_error_code(response))
        raise OutcomeUnknown(text)


def _line_path(line_id: str) -> str:
    return f"v1/lines/{quote(line_id, safe='')}"


def _prepayment_path(line_id: str, order_id: str) -> str:
    return f"{_line_path(line_id)}/prepayments/{quote(order_id, safe='')}"


def _error_code(response: httpx.Response) -> str:
    """Return the code of the carrier's error. Raises ValueError when the answer is not the carrier's."""
    error = json_object(response).get("error")
    code = machine_code(error.get("code") if isinstance(error, dict) else None, "")
    _require(code in _NOT_FOUND if response.status_code == 404 else bool(code))
    return code


def _booking(row: Any, line_id: str, month: Month) -> Booking:
    _require(isinstance(row, dict) and isinstance(row.get("order_id"), str))
    return Booking(
        row["order_id"], line_id, month, _won(row, "amount_won"), row.get("revoked_at") is not None
    )


def _own_booking(row: Any) -> Booking:
    _require(
        isinstance(row, dict) and isinstance(row.get("line_id"), str) and isinstance(row.get("month"), str)
    )
    return _booking(row, row["line_id"], Month.parse(row["month"]))


def _won(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if type(value) is not int or value < 0:
        raise ValueError("not a whole number of won")
    return value


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("not what the carrier's API promises")
