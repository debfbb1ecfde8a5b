"""The page of an order, by its state, and its receipt."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from starlette.responses import Response

from prepayment.bootstrap import App
from prepayment.errors import OrderNotFound, OutsideError
from prepayment.orders import UNPAID, Order, State
from web.checkout_ending import NO_RECEIPT, NOT_FOUND, Ending, ending_of
from web.checkout_notice import notice_of
from web.checkout_views import (
    UNKNOWN_TAIL,
    WAITING,
    WITH_RECEIPT,
    applied_view,
    ended_view,
    order_view,
    payable_view,
    receipt_view,
)
from web.korean_messages import problem
from web.pages import Pages
from web.security_headers import checkout_headers


class CheckoutPage:
    """Answers with HTML. Nothing is called failed that is only not known."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._app = app
        self._pages = pages
        self._headers = checkout_headers(app.settings)

    def show(self, token: str, problem_code: str) -> Response:
        """Return the page of a link's order; ``problem_code`` names what became of the last step, or is ""."""
        order = self._order(token)
        if isinstance(order, Response):
            return order
        if order.state in UNPAID:
            return self._payable(token, problem_code)
        if order.state is State.APPLIED:
            return self._applied(token, order)
        if order.state in WAITING:
            view = order_view(order, order.state.value, self._phone_tail(order))
            return self._page("checkout/waiting.html", token=token, order=view)
        events = self._app.account.events(order.id)
        view = ended_view(order, events, self._phone_tail(order))
        return self._ended(token, ending_of(order, events), view)

    def receipt(self, token: str) -> Response:
        """Return the receipt of a link's order: there is one when it was applied, or cancelled afterwards."""
        order = self._order(token)
        if isinstance(order, Response):
            return order
        if order.state not in WITH_RECEIPT:
            return self._page(
                "checkout/no_receipt.html", status=404, token=token, ending=NO_RECEIPT, order=None
            )
        events = self._app.account.events(order.id)
        view = receipt_view(order, events, self._phone_tail(order), self._app.clock.now())
        return self._page("checkout/receipt.html", token=token, receipt=view)

    def _order(self, token: str) -> Order | Response:
        """Return a link's order, or the page that says why there is none to show."""
        try:
            return self._app.checkout.order(token)
        except OrderNotFound:
            return self._ended(token, NOT_FOUND, status=404)
        except OutsideError:
            return self._pages.problem(problem("outside_unavailable"))

    def _payable(self, token: str, problem_code: str) -> Response:
        try:
            summary = self._app.checkout.summary(token)
        except OutsideError:
            return self._pages.problem(problem("outside_unavailable"))
        if summary.order.state not in UNPAID:
            return self.show(token, "")  # it moved on while its page was made
        view = payable_view(summary, self._app.clock.now())
        attempts = summary.order.identity_attempts
        return self._page(
            "checkout/pay.html",
            token=token,
            order=view,
            notice=notice_of(problem_code, state=view["state"], identity_attempts=attempts),
            sdk_url=self._app.settings.portone_browser_sdk_url,
        )

    def _applied(self, token: str, order: Order) -> Response:
        tail, usage = self._phone_tail(order), None
        if tail != UNKNOWN_TAIL:
            # What is finished is shown all the same, only without the limit.
            with suppress(OutsideError):
                usage = self._app.carrier.usage(order.line_id, order.month)
        view = applied_view(order, self._app.account.events(order.id), tail, usage)
        return self._page("checkout/applied.html", token=token, order=view)

    def _phone_tail(self, order: Order) -> str:
        try:
            return self._app.carrier.line(order.line_id).phone_number[-4:]
        except OutsideError:
            return UNKNOWN_TAIL

    def _ended(
        self, token: str, ending: Ending, view: dict[str, Any] | None = None, status: int = 200
    ) -> Response:
        return self._page("checkout/ended.html", status=status, token=token, ending=ending, order=view)

    def _page(self, template: str, status: int = 200, **variables: Any) -> Response:
        return self._pages.page(template, headers=self._headers, status=status, **variables)
