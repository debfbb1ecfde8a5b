"""Routes of the desk: what is refused is answered in words for the staff."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from prepayment.support_errors import SupportError
from web.chat.wire import BadEvent
from web.desk_messages import DESK_PROBLEMS, DeskRefusal
from web.problems import problem_json


class DeskRoute(APIRoute):
    """A route whose refusals are JSON, with the status and the words that ``DESK_PROBLEMS`` has for them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except DeskRefusal as refusal:
                return problem_json(refusal.problem)
            except (SupportError, BadEvent) as error:
                return problem_json(DESK_PROBLEMS[error.code])

        return answer
