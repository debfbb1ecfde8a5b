"""The checkout behind a link: its page, its two windows and their returns.

What the browser brings back is a hint; ``prepayment.service.checkout`` reads the truth.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, RedirectResponse, Response

from prepayment.bootstrap import App
from prepayment.errors import ExceedsOutstanding, OrderNotFound, OutsideError, PrepaymentError
from prepayment.orders import UNPAID, Event, Order, State
from web.checkout_notice import notice_of
from web.checkout_views import WAITING, applied_view, order_view, page_state, payable_view
from web.korean_messages import problem
from web.pages import Pages
from web.security_headers import NO_STORE, checkout_headers

logger = logging.getLogger(__name__)


def checkout_pages(app: App, pages: Pages) -> APIRouter:
    """Return the routes under ``/pay/{token}``."""
    router = APIRouter(prefix="/pay/{token}")
    page = _CheckoutPage(app, pages)

    @router.get("")
    def _page(token: str, problem: str = "") -> Response:
        return page.show(token, problem)

    @router.post("/identity")
    def _identity(token: str) -> JSONResponse:
        return JSONResponse({"sdk": dict(app.identity.start(token))}, headers=NO_STORE)

    @router.get("/identity/return")
    def _identity_return(token: str) -> Response:
        return _back(token, lambda: app.identity.finish(token))

    @router.post("/payment")
    def _payment(token: str) -> JSONResponse:
        return JSONResponse({"sdk": dict(app.checkout.start_payment(token))}, headers=NO_STORE)

    @router.get("/payment/return")
    def _payment_return(
        token: str,
        payment_id: str = Query("", alias="paymentId"),
        tx_id: str | None = Query(None, alias="txId", max_length=64),
        payment_token: str | None = Query(None, alias="paymentToken", max_length=4096),
        code: str | None = Query(None),
    ) -> Response:
        def finish() -> Order:
            order = app.checkout.order(token)
            if payment_id != order.payment_id:
                logger.warning("order %s: the payment window returned another payment", order.id)
                return order
            # With a code the window did not finish, whatever else it brought.
            return app.checkout.finish_payment(
                token, payment_token=None if code else payment_token, tx_id=tx_id
            )

        return _back(token, finish)

    @router.get("/status")
    def _status(token: str) -> JSONResponse:
        order = app.checkout.order(token)
        now = app.clock.now()
        seconds = max(0, int((order.expires_at - now).total_seconds())) if order.state in UNPAID else 0
        state = page_state(order, identity_valid=app.checkout.identity_valid(order))
        body = {"state": state, "expires_in_seconds": seconds}
        return JSONResponse(body, headers=NO_STORE)

    return router


def _back(token: str, step: Any) -> RedirectResponse:
    """Take a step, then go to the order's page, which shows how it stands."""
    query = ""
    try:
        step()
    except PrepaymentError as error:
        logger.info("a window's return was not taken: %s (%s)", error.code, type(error).__name__)
        query = f"?problem={error.code}"
    return RedirectResponse(
        f"/pay/{token}{query}", status_code=303, headers={"Referrer-Policy": "no-referrer", **NO_STORE}
    )


class _CheckoutPage:
    """The page of an order, by its state."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._app = app
        self._pages = pages
        self._headers = checkout_headers(app.settings)

    def show(self, token: str, problem_code: str) -> Response:
        """Return the page. Nothing is called failed that is only not known."""
        try:
            order = self._app.checkout.order(token)
        except OrderNotFound:
            return self._closed("not_found", None, status=404)
        except OutsideError:
            return self._pages.problem(problem("outside_unavailable"))
        if order.state in UNPAID:
            return self._payable(token, problem_code)
        if order.state is State.APPLIED:
            return self._applied(token, order)
        if order.state is State.EXPIRED and problem_code == ExceedsOutstanding.code:
            # Ended before its time; the page of an expired order would name the wrong reason.
            return self._pages.problem(problem(problem_code))
        view = order_view(order, order.state.value, self._phone_tail(order))
        if order.state in WAITING:
            return self._page("checkout/waiting.html", token=token, order=view)
        return self._closed(order.state.value, view)

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
        try:
            summary = self._app.checkout.summary(token)
        except OutsideError:
            return self._pages.problem(problem("applied_without_details"))
        return self._page(
            "checkout/applied.html", token=token, order=applied_view(summary, self._paid_event(order))
        )

    def _paid_event(self, order: Order) -> Event | None:
        events = self._app.account.events(order.id)
        return next((event for event in events if event.target is State.PAID), None)

    def _phone_tail(self, order: Order) -> str:
        try:
            return self._app.carrier.line(order.line_id).phone_number[-4:]
        except OutsideError:
            return "****"

    def _closed(self, state: str, view: dict[str, Any] | None, status: int = 200) -> Response:
        return self._page("checkout/closed.html", status=status, state=state, order=view)

    def _page(self, template: str, status: int = 200, **variables: Any) -> Response:
        return self._pages.page(template, headers=self._headers, status=status, **variables)
