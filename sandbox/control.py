"""What the `/_sandbox` control calls share. Tests and developers use them; a browser never may."""

from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.errors import ControlError
from sandbox.requests import Call, in_thread

Handle = Callable[[Call], Any]


def invalid(message: str) -> ControlError:
    """The refusal of a control call that makes no sense."""
    return ControlError(422, "invalid_request", message)


def control_routes(*calls: tuple[str, str, Handle]) -> list[Route]:
    """Routes under `/_sandbox` from (method, path, handle); each answers what `handle` returns, as JSON."""
    return [
        Route(f"/_sandbox/{path}", in_thread(_not_for_pages(handle)), methods=[method])
        for method, path, handle in calls
    ]


def refuse_pages(call: Call) -> None:
    """Raise ControlError (403) for a web page: one that a developer visits must not be able to move the clock."""
    if "origin" in call.request.headers or call.request.headers.get("sec-fetch-site", "none") != "none":
        raise ControlError(403, "not_for_pages", "The control API does not answer web pages.")


def body_with(call: Call, *names: str) -> dict[str, Any]:
    """The JSON body. Raises ControlError (422) when it has a field that is not one of `names`."""
    body = call.json_object(invalid)
    if unknown := set(body) - set(names):
        raise invalid(f"Unknown fields: {', '.join(sorted(unknown))}")
    return body


def _not_for_pages(handle: Handle) -> Callable[[Call], Response]:
    def respond(call: Call) -> Response:
        refuse_pages(call)
        return JSONResponse(handle(call))

    return respond
