"""The page of the staff: who waits for a person, and talking to them."""

from __future__ import annotations

import re
import threading
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header, Path, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from prepayment.bootstrap import App
from prepayment.ports.staff import StaffMember
from prepayment.ports.support import Ticket
from prepayment.support_errors import TicketTaken
from web.chat.wire import CHARS_MAX, client_id, typed_text
from web.desk_feed import DeskFeed, Shown
from web.desk_log_in import LOG_IN, log_in_pages
from web.desk_route import DeskRoute
from web.desk_session import PATH, DeskSessions
from web.desk_views import message_view, ticket_view
from web.pages import Pages
from web.security_headers import NO_STORE, desk_headers
from web.writes import Writes

Number = Annotated[int, Path(ge=1, lt=2**31)]
_SEQ: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
# Proxies that gather answers before they pass them on would gather this one for ever.
_STREAM_HEADERS: Final = {**NO_STORE, "X-Accel-Buffering": "no"}


def desk(app: App, pages: Pages, writes: Writes, closing: threading.Event) -> APIRouter:
    """Return the routes under ``/desk``; what they stream ends when ``closing`` is set."""
    router = APIRouter(prefix=PATH, route_class=DeskRoute)
    sessions = DeskSessions(app.staff, app.settings)
    feed = DeskFeed(app, writes, closing)
    headers = desk_headers()

    def acting(request: Request) -> StaffMember:
        sessions.refuse_foreign(request)
        return sessions.required(request)

    def shown(ticket: Ticket, member: StaffMember) -> JSONResponse:
        body = {"ticket": ticket_view(ticket, member.id, app.clock.now())}
        return JSONResponse(body, headers=NO_STORE)

    @router.get("")
    def _page(request: Request) -> Response:
        member = sessions.member(request)
        if member is None:
            return RedirectResponse(LOG_IN, 303, NO_STORE)
        return pages.page("desk/desk.html", headers=headers, member=member, chars_max=CHARS_MAX)

    @router.get("/feed")
    def _feed(
        request: Request,
        ticket: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
        last_seen: Annotated[str, Header(alias="Last-Event-ID")] = "",
    ) -> Response:
        member = sessions.required(request)
        seq = int(last_seen) if _SEQ.fullmatch(last_seen) else 0
        return StreamingResponse(
            feed.stream(Shown(member, ticket, seq)), media_type="text/event-stream", headers=_STREAM_HEADERS
        )

    @router.post("/tickets/{number}/join")
    def _join(request: Request, number: Number) -> Response:
        member = acting(request)
        try:
            ticket = app.hand_over.join(number, agent=member.id, name=member.name)
        except TicketTaken:
            ticket = feed.visible(number, member)  # joined already, from another tab or by an earlier press
        return shown(ticket, member)

    @router.post("/tickets/{number}/messages")
    def _say(request: Request, number: Number, body: Annotated[dict[str, Any], Body()]) -> Response:
        member = acting(request)
        message = app.hand_over.say(number, agent=member.id, client_id=client_id(body), text=typed_text(body))
        return JSONResponse({"message": message_view(message)}, headers=NO_STORE)

    @router.post("/tickets/{number}/leave")
    def _leave(request: Request, number: Number) -> Response:
        member = acting(request)
        return shown(app.hand_over.leave(number, agent=member.id), member)

    router.include_router(log_in_pages(app.staff, sessions, pages))
    return router
