"""The carrier billing API on HTTP; described in docs/carrier-api.md."""

import hmac
import re
from collections.abc import Callable
from datetime import datetime

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.carrier import Carrier
from sandbox.clock import SEOUL
from sandbox.errors import CarrierError
from sandbox.requests import Call, in_thread
from sandbox.settings import Settings
from sandbox.won import is_won

MAX_LIMIT_WON = 1_000_000

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_PAGE = re.compile(r"[1-9][0-9]{0,8}")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def _invalid(message: str) -> CarrierError:
    return CarrierError(400, "invalid_request", message)


def _moment(text: str | None, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
        if moment.tzinfo is None:
            raise ValueError
        # Beyond the calendar's ends there is no such time in Seoul.
        return moment.astimezone(SEOUL)
    except (ValueError, OverflowError):
        raise _invalid(f"{name} must be an ISO 8601 moment with its offset.") from None


def _limit(value: object, name: str) -> int:
    if not isinstance(value, int) or not is_won(value, 0) or value > MAX_LIMIT_WON:
        raise _invalid(f"{name} must be a whole number from 0 to {MAX_LIMIT_WON}.")
    return value


class CarrierApi:
    """Reads the wire and calls the carrier's books."""

    def __init__(self, carrier: Carrier, settings: Settings) -> None:
        self._carrier = carrier
        self._settings = settings

    def routes(self) -> list[Route]:
        """The paths served, under `/carrier`."""
        line = "/carrier/v1/lines/{line_id}"
        return [
            Route(path, in_thread(self._for_our_shop(handle)), methods=[method])
            for method, path, handle in (
                ("GET", line, self._get_line),
                ("GET", f"{line}/months/{{month}}", self._get_month),
                ("PUT", f"{line}/prepayments/{{order_id}}", self._apply),
                ("DELETE", f"{line}/prepayments/{{order_id}}", self._revoke),
                ("PUT", f"{line}/limit", self._set_limit),
                ("GET", "/carrier/v1/prepayments", self._list_prepayments),
            )
        ]

    def _for_our_shop(self, handle: Callable[[Call], Response]) -> Callable[[Call], Response]:
        def respond(call: Call) -> Response:
            given = call.request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, f"Bearer {self._settings.carrier_api_key}".encode()):
                raise CarrierError(401, "unauthorized", "The API key is missing or wrong.")
            return handle(call)

        return respond

    def _get_line(self, call: Call) -> Response:
        return JSONResponse(self._carrier.line(call.path("line_id")))

    def _get_month(self, call: Call) -> Response:
        if not _MONTH.fullmatch(call.path("month")):
            raise _invalid("month must be YYYY-MM.")
        return JSONResponse(self._carrier.month(call.path("line_id"), call.path("month")))

    def _apply(self, call: Call) -> Response:
        body, order_id = call.json_object(_invalid), call.path("order_id")
        month, amount = body.get("month"), body.get("amount_won")
        if not _ID.fullmatch(order_id):
            raise _invalid("order_id must be 1 to 64 letters, digits, '-' or '_'.")
        if not isinstance(month, str) or not _MONTH.fullmatch(month):
            raise _invalid("month must be YYYY-MM.")
        if not isinstance(amount, int) or not is_won(amount):
            raise _invalid("amount_won must be a positive whole number.")
        new, prepayment = self._carrier.apply(call.path("line_id"), order_id, month, amount)
        return JSONResponse(prepayment, status_code=201 if new else 200)

    def _revoke(self, call: Call) -> Response:
        return JSONResponse(self._carrier.revoke(call.path("line_id"), call.path("order_id")))

    def _list_prepayments(self, call: Call) -> Response:
        query = call.request.query_params
        page = query.get("page", "1")
        if not _PAGE.fullmatch(page):
            raise _invalid("page must be a number from 1.")
        since, until = (_moment(query.get(name), name) for name in ("since", "until"))
        return JSONResponse(self._carrier.list_prepayments(since, until, int(page)))

    def _set_limit(self, call: Call) -> Response:
        body = call.json_object(_invalid)
        limit_won = _limit(body.get("limit_won"), "limit_won")
        expected_won = _limit(body["expected_won"], "expected_won") if "expected_won" in body else None
        change_id = body.get("change_id")
        if change_id is not None and not (isinstance(change_id, str) and _ID.fullmatch(change_id)):
            raise _invalid("change_id must be 1 to 64 letters, digits, '-' or '_'.")
        line = self._carrier.set_limit(call.path("line_id"), limit_won, expected_won, change_id)
        return JSONResponse(line)
