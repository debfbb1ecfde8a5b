"""The checkout behind a link: its page, its two windows and their returns, its receipt.

What the browser brings back is a hint; ``prepayment.service.checkout`` reads the truth.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, RedirectResponse, Response

from prepayment.bootstrap import App
from prepayment.errors import PrepaymentError
from prepayment.orders import UNPAID, Order
from web.checkout_page import CheckoutPage
from web.checkout_views import page_state
from web.pages import Pages
from web.security_headers import NO_STORE

logger = logging.getLogger(__name__)

# What a page says first: browsers put the focus there, so that it is read out after a return.
_NEWS: Final = "#news"


def checkout_pages(app: App, pages: Pages) -> APIRouter:
    """Return the routes under ``/pay/{token}``."""
    router = APIRouter(prefix="/pay/{token}")
    page = CheckoutPage(app, pages)

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

    @router.get("/receipt")
    def _receipt(token: str) -> Response:
        return page.receipt(token)

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
        f"/pay/{token}{query}{_NEWS}",
        status_code=303,
        headers={"Referrer-Policy": "no-referrer", **NO_STORE},
    )
