"""One request on its way through a fault, and the answer on its way back."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Exchange:
    """A request that was received whole, so that a client who hangs up does not undo it."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send

    @classmethod
    async def begin(cls, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> "Exchange":
        """Take the whole request in."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return first.pop() if first else await receive()

        return cls(app, scope, replay, send)

    async def proceed(self) -> None:
        """Let the request have its effect and its answer."""
        await self.app(self.scope, self.receive, self.send)

    async def effect(self) -> Response:
        """Let the request have its effect and hold its answer back."""
        started: dict[str, Any] = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                started.update(message)
            body += message.get("body", b"")

        await self.app(self.scope, self.receive, keep)
        response = Response(body, status_code=started["status"])
        response.raw_headers = [pair for pair in started["headers"] if pair[0] != b"content-length"]
        return response

    async def answer(self, response: Response) -> None:
        """Answer without the service."""
        if "content-length" not in response.headers:
            response.headers["content-length"] = str(len(response.body))
        await response(self.scope, self.receive, self.send)

    async def hang_up(self) -> None:
        """Announce an answer and close the connection before it: the client cannot know the outcome."""
        await self.send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
        )
