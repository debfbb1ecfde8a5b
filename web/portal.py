"""The demo site, in the sandbox only: it plays the host site that embeds the chat and says who is logged in."""

from __future__ import annotations

import logging
from typing import Any, Final

import httpx
from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from prepayment.bootstrap import App
from prepayment.errors import OutsideError
from prepayment.ports import Customer
from prepayment.rules import MINIMUM_WON
from web.checkout_views import month_label
from web.origins import is_same_origin
from web.pages import Pages
from web.portal_embedding import BARE, HOSTILE, embedding_examples
from web.portal_session import LIFETIME_SECONDS, PortalSession
from web.security_headers import NO_STORE, portal_headers

logger = logging.getLogger(__name__)

HOME: Final = "/portal"
AFTER_LOGIN: Final = "/portal#chat"
COOKIE: Final = "portal_session"


def portal(app: App, pages: Pages) -> APIRouter:
    """Return the routes of the demo site."""
    router = APIRouter()
    router.include_router(embedding_examples(app.settings, pages))
    secret = app.settings.identity_token_secret.get_secret_value()
    sessions = PortalSession(secret)
    people = _DemoCustomers(app.settings.portone_api_url)
    headers = portal_headers()
    secure = app.settings.public_url.startswith("https:")

    def customer_of(request: Request) -> Customer | None:
        return sessions.customer(request.cookies.get(COOKIE, ""))

    def refuse_foreign(request: Request) -> None:
        if not is_same_origin(request.headers, app.settings):
            raise HTTPException(403)

    @router.get("/")
    @router.get(HOME)
    def _home(request: Request) -> Response:
        customer = customer_of(request)
        usage = _usage(app, customer) if customer else None
        return pages.page(
            "portal.html",
            headers=headers,
            customer=_shown(customer),
            usage=usage,
            public_url=app.settings.public_url,
            examples={"bare": BARE, "hostile": HOSTILE},
        )

    @router.get("/portal/login")
    def _login_page(request: Request, next: str = AFTER_LOGIN) -> Response:
        return login_page(request, next, error=None)

    def login_page(request: Request, next_path: str, error: str | None, status: int = 200) -> Response:
        return pages.page(
            "portal_login.html",
            headers=headers,
            status=status,
            customer=_shown(customer_of(request)),
            customers=people.listed(),
            next_path=_own_path(next_path),
            error=error,
        )

    @router.post("/portal/login")
    def _login(request: Request, customer_id: str = Form(""), next: str = Form(AFTER_LOGIN)) -> Response:
        refuse_foreign(request)
        person = people.find(customer_id)
        if person is None:
            return login_page(
                request, next, "그 고객을 찾지 못했어요. 아래에서 다시 골라 주세요.", status=422
            )
        response = RedirectResponse(_own_path(next), status_code=303, headers=NO_STORE)
        response.set_cookie(
            COOKIE,
            sessions.issue(person),
            max_age=LIFETIME_SECONDS,
            httponly=True,
            samesite="lax",
            secure=secure,
        )
        return response

    @router.post("/portal/logout")
    def _logout(request: Request) -> Response:
        refuse_foreign(request)
        response = RedirectResponse(HOME, status_code=303, headers=NO_STORE)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)
        return response

    @router.get("/portal/identity")
    def _identity(request: Request) -> Response:
        customer = customer_of(request)
        if customer is None:
            return Response(status_code=204, headers=NO_STORE)
        return JSONResponse({"token": sessions.identity_token(customer)}, headers=NO_STORE)

    return router


class _DemoCustomers:
    """The sandbox's list of people one can log in as."""

    def __init__(self, sandbox_url: str) -> None:
        # The sandbox is a neighbour: the machine's proxy, if any, is for the outside.
        self._http = httpx.Client(base_url=sandbox_url, timeout=httpx.Timeout(5, connect=2), trust_env=False)

    def listed(self) -> list[dict[str, Any]]:
        """Return customer_id, name, line_id, phone_number and note of each; empty when the sandbox is away."""
        try:
            rows = self._http.get("/_sandbox/customers").raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            logger.warning("no demo customers: %s", type(error).__name__)
            return []
        return list(rows)

    def find(self, customer_id: str) -> Customer | None:
        """Return a demo customer."""
        row = next((row for row in self.listed() if row["customer_id"] == customer_id), None)
        return Customer(row["customer_id"], row["line_id"], row["name"]) if row else None


def _usage(app: App, customer: Customer) -> dict[str, Any] | None:
    try:
        usage = app.account.usage(customer.line_id)
    except OutsideError:
        return None
    prepayable = usage.outstanding_won if usage.outstanding_won >= MINIMUM_WON else 0
    return {
        "month_label": month_label(usage.month),
        "used_won": usage.used_won,
        "limit_won": usage.limit_won,
        "available_won": usage.available_won,
        "prepayable_won": prepayable,
    }


def _shown(customer: Customer | None) -> dict[str, str] | None:
    return {"customer_id": customer.id, "name": customer.name} if customer else None


def _own_path(path: str) -> str:
    """Return a path of this site; the usual one for anything that could lead elsewhere."""
    # Browsers read a backslash as a slash, and drop control characters while they parse.
    if path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable():
        return path
    return AFTER_LOGIN
