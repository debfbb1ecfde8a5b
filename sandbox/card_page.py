"""The gateway's card page. Card numbers live in one request only: they are matched and forgotten."""

import re
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.database import Row
from sandbox.pages import for_known_windows, page, redirect, with_result
from sandbox.payments import Payments
from sandbox.practice_cards import PRACTICE_CARDS, PracticeCard, find_practice_card, passes_luhn
from sandbox.requests import Call, in_thread


@dataclass(frozen=True)
class _Form:
    card: PracticeCard | None
    errors: dict[str, str]


class CardPage:
    """GET shows the form, POST takes the card or the wish to leave; both end at the shop's redirectUrl."""

    def __init__(self, payments: Payments, clock: Clock) -> None:
        self._payments = payments
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths served."""
        path = "/v2/checkout/{window_id}"
        return [
            Route(path, in_thread(for_known_windows(self._show)), methods=["GET"]),
            Route(path, in_thread(for_known_windows(self._submit)), methods=["POST"]),
        ]

    def _show(self, call: Call) -> Response:
        attempt = self._payments.window(call.path("window_id"))
        if attempt["status"] != "READY":
            return page("ended.html", title="이미 끝난 결제창이에요", back=self._way_back(attempt))
        filled = PRACTICE_CARDS.get(call.request.query_params.get("card", ""))
        return self._form_page(attempt, {}, filled, status=200)

    def _submit(self, call: Call) -> Response:
        window_id = call.path("window_id")
        attempt = self._payments.window(window_id)
        fields = call.form()
        if fields.get("action") == "cancel":
            return redirect(self._way_back(self._payments.close_window(window_id)))
        form = _read(fields, self._clock.now())
        # A second click on a finished window goes the same way as the first one.
        if attempt["status"] == "READY":
            if form.card is None:
                return self._form_page(attempt, form.errors, None, status=422)
            at_once = call.fault("charge_at_once") is not None
            attempt = self._payments.submit_card(window_id, form.card, at_once=at_once)
        return redirect(self._way_back(attempt))

    def _form_page(
        self, attempt: Row, errors: dict[str, str], filled: PracticeCard | None, status: int
    ) -> Response:
        return page(
            "card.html",
            attempt["redirect_url"],
            status,
            order_name=attempt["order_name"],
            amount=attempt["total_amount"],
            cards=list(PRACTICE_CARDS.values()),
            filled=filled,
            expiry=f"12/{(self._clock.now().year + 3) % 100:02d}",
            errors=errors,
        )

    def _way_back(self, attempt: Row) -> str:
        result = {
            "paymentId": attempt["payment_id"],
            "txId": attempt["tx_id"],
            "transactionType": "PAYMENT",
        }
        if attempt["status"] == "FAILED":
            result |= {"code": attempt["result_code"], "message": attempt["failure_reason"]}
            if attempt["pg_code"]:
                result |= {"pgCode": attempt["pg_code"], "pgMessage": attempt["pg_message"]}
        elif attempt["status"] != "READY" and not attempt["charged_at_once"]:
            result["paymentToken"] = self._payments.payment_token(attempt)
        return with_result(attempt["redirect_url"], result)


def _read(fields: dict[str, str], now: datetime) -> _Form:
    number = re.sub(r"[\s-]", "", fields.get("card_number", ""))
    errors = {}
    card = find_practice_card(number)
    if not re.fullmatch(r"[0-9]{14,19}", number) or not passes_luhn(number):
        errors["card_number"] = "카드 번호를 다시 확인해 주세요."
    elif card is None:
        errors["card_number"] = "연습용 카드 번호만 쓸 수 있어요. 실제 카드 번호는 넣지 마세요."
    expiry = re.fullmatch(r"(0[1-9]|1[0-2])\s*/?\s*([0-9]{2})", fields.get("expiry", ""), re.ASCII)
    if expiry is None:
        errors["expiry"] = "유효기간을 월/년 순서로 넣어 주세요. 예: 12/30"
    elif (2000 + int(expiry[2]), int(expiry[1])) < (now.year, now.month):
        errors["expiry"] = "유효기간이 지난 카드예요."
    if not re.fullmatch(r"[0-9]{2}", fields.get("password2", ""), re.ASCII):
        errors["password2"] = "카드 비밀번호 앞 두 자리를 넣어 주세요."
    return _Form(None if errors else card, errors)
