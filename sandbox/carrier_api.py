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
_ORDER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


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
        if not _ORDER_ID.fullmatch(order_id):
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
        limit = call.json_object(_invalid).get("limit_won")
        if not isinstance(limit, int) or not is_won(limit, 0) or limit > MAX_LIMIT_WON:
            raise _invalid(f"limit_won must be a whole number from 0 to {MAX_LIMIT_WON}.")
        return JSONResponse(self._carrier.set_limit(call.path("line_id"), limit))
