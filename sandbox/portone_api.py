"""The REST API of the payment gateway: payments and identity verifications, for the shop's server."""

import hmac
import json
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.database import Database
from sandbox.errors import PortOneError
from sandbox.faults.readings import other_won
from sandbox.idempotency import Answer, once
from sandbox.identity import Identities
from sandbox.identity_wire import identity_json
from sandbox.payment_lists import PaymentLists, read_list_wish
from sandbox.payment_wire import cancellation_json, confirmed_json, payment_json
from sandbox.payments import Payments
from sandbox.refunds import Cancelling, Later, Refunds
from sandbox.requests import Call, in_thread
from sandbox.settings import Settings
from sandbox.won import is_won

Body = dict[str, Any]


def _invalid(message: str) -> PortOneError:
    return PortOneError("INVALID_REQUEST", message)


def _flag(body: Body, name: str) -> bool | None:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise _invalid(f"{name} must be true or false.")
    return value


class PortOneApi:
    """Reads the wire, calls the books, writes the wire."""

    def __init__(
        self,
        payments: Payments,
        refunds: Refunds,
        identities: Identities,
        database: Database,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._payments = payments
        self._refunds = refunds
        self._lists = PaymentLists(database)
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
        attempt, cancellations = self._payments.described(call.path("payment_id"))
        return payment_json(attempt, cancellations, self._settings)

    def _list(self, call: Call) -> Body:
        try:
            body = json.loads(call.request.query_params.get("requestBody") or call.raw or b"{}")
            wish = read_list_wish(body, self._clock.now())
        except (ValueError, RecursionError) as error:
            raise _invalid(f"requestBody is malformed: {error}") from None
        self._check_store(wish.store_id)
        total, found = self._lists.page(wish)
        return {
            "items": [payment_json(attempt, cancelled, self._settings) for attempt, cancelled in found],
            "page": {"number": wish.number, "size": wish.size, "totalCount": total},
        }

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
        fault = call.fault("charge_other_amount")
        attempt = self._payments.confirm(
            call.path("payment_id"),
            token,
            expected,
            notify=_flag(body, "skipWebhook") is not True,
            instead_won=(lambda total: other_won(total, fault.won)) if fault else None,
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
        if body.get("requester") not in (None, "CUSTOMER", "ADMIN"):
            raise _invalid("requester must be CUSTOMER or ADMIN.")
        wish = Cancelling(
            call.path("payment_id"), reason, amount, left, notify=_flag(body, "skipWebhook") is not True
        )
        outcomes = {"refund_later": "SUCCEEDED", "refund_fails_later": "FAILED"}
        later = next(
            (Later(end, fault.ms / 1000) for name, end in outcomes.items() if (fault := call.fault(name))),
            None,
        )
        return {"cancellation": cancellation_json(self._refunds.cancel(wish, later))}

    # -- identity

    def _get_identity(self, call: Call) -> Body:
        return identity_json(
            self._identities.describing_attempt(call.path("verification_id")), self._settings
        )
