"""From an HTTP request to a plain function run in a worker thread."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox.errors import ServiceError
from sandbox.faults.fault import Fault


@dataclass(frozen=True)
class Call:
    """A request whose body has been read."""

    request: Request
    raw: bytes

    def path(self, name: str) -> str:
        """A path parameter."""
        return str(self.request.path_params[name])

    def fault(self, action: str) -> Fault | None:
        """The fault that hits this request, when it is `action`: one that the books carry out themselves."""
        fault: Fault | None = self.request.scope.get("sandbox.fault")
        return fault if fault is not None and fault.action == action else None

    def json_object(self, refuse: Callable[[str], ServiceError]) -> dict[str, Any]:
        """The body as a JSON object (empty body: empty object). Raises `refuse(message)` otherwise."""
        try:
            body = json.loads(self.raw or b"{}")
        except (ValueError, RecursionError):
            raise refuse("The body is not JSON.") from None
        if not isinstance(body, dict):
            raise refuse("The body is not a JSON object.")
        return body

    def form(self) -> dict[str, str]:
        """The body as an HTML form; the first value of each field, stripped."""
        fields = parse_qs(self.raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
        return {name: values[0].strip() for name, values in fields.items()}


def in_thread(handler: Callable[[Call], Response]) -> Callable[[Request], Any]:
    """A Starlette endpoint that runs `handler` in a worker thread, to its end even if the client has gone."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(handler, Call(request, await request.body()))

    return endpoint
