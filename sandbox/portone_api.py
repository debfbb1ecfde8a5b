"""The REST API of the payment gateway: payments and identity verifications, for the shop's server."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.database import Database
from sandbox.errors import PortOneError
from sandbox.idempotency import Answer, once
from sandbox.identity import Identities
from sandbox.identity_wire import identity_json
from sandbox.payment_wire import cancellation_json, confirmed_json, payment_json
from sandbox.payments import Payments
from sandbox.requests import Call, in_thread, is_won
from sandbox.settings import Settings

Body = dict[str, Any]


def _invalid(message: str) -> PortOneError:
    return PortOneError("INVALID_REQUEST", message)


class PortOneApi:
    """Reads the wire, calls the books, writes the wire."""

    def __init__(
        self, payments: Payments, identities: Identities, database: Database, clock: Clock, settings: Settings
    ) -> None:
        self._payments = payments
        self._identities = identities
        self._database = database
        self._clock = clock
        self._settings = settings

    def routes(self) -> list[Route]:
        """The paths served."""
        payment = "/payments/{payment_id}"
        return [
            Route("/payments", in_thread(self._read(self._list)), methods=["GET"]),
            Route(payment, in_thread(self._read(self._get)), methods=["GET"]),
            Route(f"{payment}/pre-register", in_thread(self._write(self._pre_register)), methods=["POST"]),
            Route(f"{payment}/confirm", in_thread(self._write(self._confirm)), methods=["POST"]),
            Route(f"{payment}/cancel", in_thread(self._write(self._cancel)), methods=["POST"]),
            Route(
                "/identity-verifications/{verification_id}",
                in_thread(self._read(self._get_identity)),
                methods=["GET"],
            ),
        ]

    # -- who asks, and how often

    def _read(self, handle: Callable[[Call], Body]) -> Callable[[Call], Response]:
        def respond(call: Call) -> Response:
            self._authorise(call)
            self._check_store(call.request.query_params.get("storeId"))
            return JSONResponse(handle(call))

        return respond

    def _write(self, handle: Callable[[Call, Body], Body]) -> Callable[[Call], Response]:
        def respond(call: Call) -> Response:
            self._authorise(call)
            body = call.json_object(_invalid)
            self._check_store(body.get("storeId"))

            def act() -> Answer:
                return 200, handle(call, body)

            request = call.request
            fingerprint = f"{request.method} {request.url.path}\n".encode() + call.raw
            key = request.headers.get("idempotency-key")
            status, answer = once(self._database, self._clock, key, fingerprint, act)
            return JSONResponse(answer, status_code=status)

        return respond

    def _authorise(self, call: Call) -> None:
        given = call.request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"PortOne {self._settings.api_secret}".encode()):
            raise PortOneError("UNAUTHORIZED", "인증 정보가 올바르지 않습니다.")

    def _check_store(self, store_id: Any) -> None:
        # Left out, it means the account's own store.
        if store_id is not None and store_id != self._settings.store_id:
            raise PortOneError("FORBIDDEN", "요청이 거절되었습니다: storeId")

    # -- payments

    def _get(self, call: Call) -> Body:
        return self._payment_json(call.path("payment_id"))

    def _payment_json(self, payment_id: str) -> Body:
        attempt = self._payments.describing_attempt(payment_id)
        return payment_json(attempt, self._payments.cancellations(payment_id), self._settings)

    def _list(self, call: Call) -> Body:
        try:
            body = json.loads(call.request.query_params.get("requestBody") or call.raw or b"{}")
            filter_, page = body.get("filter", {}), body.get("page", {})
            number, size = page.get("number", 0), page.get("size", 10)
            moments = {
                name: datetime.fromisoformat(filter_[name]) for name in ("from", "until") if name in filter_
            }
            if not (is_won(number, 0) and is_won(size) and size <= 1000):
                raise ValueError
        except (ValueError, AttributeError, TypeError):
            raise _invalid("requestBody is malformed.") from None
        self._check_store(filter_.get("storeId"))
        by_change = filter_.get("timestampType") == "STATUS_CHANGED_AT"
        statuses = ["PAY_PENDING" if s == "PENDING" else s for s in filter_.get("status", [])]

        def wanted(payment: Body) -> bool:
            at = datetime.fromisoformat(payment["statusChangedAt" if by_change else "requestedAt"])
            return (
                (not statuses or payment["status"] in statuses)
                and filter_.get("isTest", True) is True
                and ("from" not in moments or moments["from"] <= at)
                and ("until" not in moments or at <= moments["until"])
            )

        found = [p for p in map(self._payment_json, self._payments.payment_ids()) if wanted(p)]
        info = {"number": number, "size": size, "totalCount": len(found)}
        return {"items": found[number * size : (number + 1) * size], "page": info}

    def _pre_register(self, call: Call, body: Body) -> Body:
        total = body.get("totalAmount")
        if total is not None and not is_won(total):
            raise _invalid("totalAmount must be a positive whole number.")
        if body.get("currency") not in (None, "KRW"):
            raise _invalid("currency must be KRW.")
        self._payments.pre_register(call.path("payment_id"), total, body.get("currency"))
        return {}

    def _confirm(self, call: Call, body: Body) -> Body:
        token = body.get("paymentToken")
        if not isinstance(token, str) or not token.isascii():
            raise _invalid("paymentToken is required.")
        checked = ("txId", "currency", "totalAmount", "taxFreeAmount", "isTest")
        expected = {name: body[name] for name in checked if body.get(name) is not None}
        attempt = self._payments.confirm(
            call.path("payment_id"), token, expected, notify=body.get("skipWebhook") is not True
        )
        return confirmed_json(attempt)

    def _cancel(self, call: Call, body: Body) -> Body:
        amount, left, reason = body.get("amount"), body.get("currentCancellableAmount"), body.get("reason")
        if amount is not None and not is_won(amount):
            raise _invalid("amount must be a positive whole number.")
        if left is not None and not is_won(left, 0):
            raise _invalid("currentCancellableAmount must be a whole number.")
        if not isinstance(reason, str) or not reason.strip():
            raise _invalid("reason is required.")
        cancellation = self._payments.cancel(
            call.path("payment_id"), amount, reason, left, notify=body.get("skipWebhook") is not True
        )
        return {"cancellation": cancellation_json(cancellation)}

    # -- identity

    def _get_identity(self, call: Call) -> Body:
        return identity_json(
            self._identities.describing_attempt(call.path("verification_id")), self._settings
        )
