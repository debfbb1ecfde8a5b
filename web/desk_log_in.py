"""Logging in and out at the desk."""

from __future__ import annotations

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from prepayment.service.staff import Staff
from web.chat.limits import address_of
from web.desk_messages import DESK_PROBLEMS
from web.desk_session import PATH, DeskSessions, LogInLimits
from web.korean_messages import Problem
from web.pages import Pages
from web.security_headers import NO_STORE, desk_headers

LOG_IN = f"{PATH}/login"


def log_in_pages(staff: Staff, sessions: DeskSessions, pages: Pages) -> APIRouter:
    """Return the routes of the log-in."""
    router = APIRouter()
    limits = LogInLimits()
    headers = desk_headers()

    def form(staff_id: str = "", problem: Problem | None = None) -> Response:
        return pages.page(
            "desk/login.html",
            headers=headers,
            status=problem.status if problem else 200,
            staff_id=staff_id[:32],
            problem=problem,
        )

    @router.get("/login")
    def _form(request: Request) -> Response:
        return RedirectResponse(PATH, 303, NO_STORE) if sessions.member(request) else form()

    @router.post("/login")
    def _log_in(request: Request, staff_id: str = Form(""), password: str = Form("")) -> Response:
        sessions.refuse_foreign(request)
        account = staff_id.strip().lower()
        wait = limits.log_in(address_of(request.scope), account[:32])
        if wait is not None:
            response = form(staff_id, DESK_PROBLEMS["log_in_too_often"])
            response.headers["Retry-After"] = str(wait)
            return response
        member = staff.log_in(account, password)
        if member is None:
            return form(staff_id, DESK_PROBLEMS["log_in_wrong"])
        inside = RedirectResponse(PATH, 303, NO_STORE)
        sessions.begin(inside, member)
        return inside

    @router.post("/logout")
    def _log_out(request: Request) -> Response:
        sessions.refuse_foreign(request)
        if member := sessions.member(request):
            staff.log_out(member)
        response = RedirectResponse(LOG_IN, 303, NO_STORE)
        sessions.end(response)
        return response

    return router
