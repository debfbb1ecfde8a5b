"""What the browser SDK's script calls: it registers an attempt and learns which page to go to."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.errors import BrowserError
from sandbox.faults.readings import other_won
from sandbox.identity import Identities, IdentityRequest
from sandbox.payments import PaymentRequest, Payments
from sandbox.requests import Call, in_thread
from sandbox.settings import Settings
from sandbox.won import is_won

Params = dict[str, Any]

_ID = re.compile(r"[0-9A-Za-z_-]{6,64}")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}


def _invalid(message: str) -> BrowserError:
    return BrowserError("InvalidRequest", message)


class BrowserApi:
    """Called from any shop's page, so it answers every origin and trusts nothing."""

    def __init__(self, payments: Payments, identities: Identities, settings: Settings) -> None:
        self._payments = payments
        self._identities = identities
        self._settings = settings

    def routes(self) -> list[Route]:
        """The paths served."""
        return [
            route
            for path, handle in (
                ("/v2/browser/payments", self._open_payment),
                ("/v2/browser/identity-verifications", self._open_identity),
            )
            for route in (
                Route(path, _preflight, methods=["OPTIONS"]),
                Route(path, in_thread(_cors(handle)), methods=["POST"]),
            )
        ]

    def _open_payment(self, call: Call) -> Params:
        params = call.json_object(_invalid)
        self._check_shop(params, self._settings.channel_key)
        if params.get("payMethod") != "CARD":
            raise _invalid("payMethod: this sandbox has CARD only.")
        if params.get("currency") not in ("KRW", "CURRENCY_KRW"):
            raise _invalid("currency must be KRW.")
        if not is_won(params.get("totalAmount")):
            raise _invalid("totalAmount must be a positive whole number.")
        request = PaymentRequest(
            payment_id=_id(params, "paymentId"),
            order_name=_text(params, "orderName", 100),
            total_amount=params["totalAmount"],
            customer=_customer(params, {"customerId": "id", "fullName": "name", "email": "email"}),
            # The shop gives an object; everywhere else it is a JSON string.
            custom_data=_as_json(params["customData"]) if params.get("customData") is not None else None,
            redirect_url=_http_url(params.get("redirectUrl"), "redirectUrl"),
            notice_urls=_notice_urls(params.get("noticeUrls")),
            origin=_origin(call.request),
        )
        fault = call.fault("charge_other_amount")
        instead_won = other_won(request.total_amount, fault.won) if fault else None
        attempt = self._payments.open_window(request, instead_won)
        return {"txId": attempt["tx_id"], "path": f"/v2/checkout/{attempt['window_id']}"}

    def _open_identity(self, call: Call) -> Params:
        params = call.json_object(_invalid)
        self._check_shop(params, self._settings.identity_channel_key)
        custom_data = params.get("customData")
        if custom_data is not None and not isinstance(custom_data, str):
            raise _invalid("customData must be a string.")
        attempt = self._identities.open_window(
            IdentityRequest(
                verification_id=_id(params, "identityVerificationId"),
                customer=_customer(params, {"customerId": "id", "fullName": "name"}),
                custom_data=custom_data,
                redirect_url=_http_url(params.get("redirectUrl"), "redirectUrl"),
            )
        )
        return {
            "identityVerificationTxId": attempt["tx_id"],
            "path": f"/v2/identity-verification/{attempt['window_id']}",
        }

    def _check_shop(self, params: Params, channel_key: str) -> None:
        if params.get("forceRedirect") is not True:
            raise _invalid("forceRedirect must be true: this sandbox has the redirect mode only.")
        if params.get("storeId") != self._settings.store_id:
            raise BrowserError("StoreNotFound", "storeId에 해당하는 상점을 찾을 수 없습니다.")
        if params.get("channelKey") != channel_key:
            raise BrowserError("ChannelNotFound", "channelKey에 해당하는 채널을 찾을 수 없습니다.")


async def _preflight(request: Request) -> Response:
    return Response(status_code=204, headers=_CORS)


def _cors(handle: Callable[[Call], Params]) -> Callable[[Call], Response]:
    def respond(call: Call) -> Response:
        try:
            return JSONResponse(handle(call), headers=_CORS)
        except BrowserError as error:
            return JSONResponse(error.body, status_code=error.status, headers=_CORS)

    return respond


def _text(params: Params, name: str, longest: int) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= longest:
        raise _invalid(f"{name} must be a text of 1 to {longest} characters.")
    return value


def _id(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _invalid(f"{name} must be 6 to 64 letters, digits, '-' or '_'.")
    return value


def _http_url(value: Any, name: str) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) and value.isascii() else None
        good = parts is not None and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    # The origin goes into a Content-Security-Policy, so nothing may end a directive there.
    if not good or not re.fullmatch(r"https?://[0-9A-Za-z.:\[\]-]+([/?#][\x21-\x7e]*)?", value):
        raise _invalid(f"{name} must be an http(s) address.")
    return str(value)


def _notice_urls(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 5:
        raise _invalid("noticeUrls must be a list of at most 5 addresses.")
    return [_http_url(url, "noticeUrls") for url in value]


def _customer(params: Params, names: dict[str, str]) -> dict[str, str]:
    given = params.get("customer") or {}
    if not isinstance(given, dict):
        raise _invalid("customer must be an object.")
    same = {name: name for name in ("phoneNumber", "birthYear", "birthMonth", "birthDay")}
    return {
        wire: given[name]
        for name, wire in (names | same).items()
        if isinstance(given.get(name), str) and given[name]
    }


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _origin(request: Request) -> dict[str, str]:
    agent = request.headers.get("user-agent", "")
    return {
        "platformType": "MOBILE" if "Mobile" in agent else "PC",
        "ipAddress": request.client.host if request.client else "127.0.0.1",
        "userAgent": agent,
    }
