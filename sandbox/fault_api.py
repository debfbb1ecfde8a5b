"""`/_sandbox/faults`, `/_sandbox/webhooks` and `/_sandbox/refuse-connections`: how things are made to go wrong."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control import body_with, control_routes, invalid, refuse_pages
from sandbox.faults import Fault, FaultSwitchboard
from sandbox.listening import Listening
from sandbox.requests import Call
from sandbox.webhook_bench import WebhookBench

LONGEST_REFUSAL_MS = 60_000


class FaultApi:
    """Control calls about faults; the README of sandbox/faults describes them."""

    def __init__(self, faults: FaultSwitchboard, webhooks: WebhookBench, listening: Listening) -> None:
        self._faults = faults
        self._webhooks = webhooks
        self._listening = listening

    def routes(self) -> list[Route]:
        """The paths served."""
        return [
            *control_routes(
                ("GET", "faults", lambda call: self._faults.switched_on()),
                ("PUT", "faults", self._switch_on),
                ("POST", "faults", self._append),
                ("DELETE", "faults", self._switch_off),
                ("POST", "webhooks", self._send),
            ),
            Route("/_sandbox/refuse-connections", self._refuse_connections, methods=["POST"]),
        ]

    def _switch_on(self, call: Call) -> list[dict[str, Any]]:
        self._faults.switch_on(_fault(call))
        return self._faults.switched_on()

    def _append(self, call: Call) -> list[dict[str, Any]]:
        self._faults.append(_fault(call))
        return self._faults.switched_on()

    def _switch_off(self, call: Call) -> list[dict[str, Any]]:
        self._faults.switch_off(call.request.query_params.get("kind"))
        return self._faults.switched_on()

    def _send(self, call: Call) -> list[dict[str, Any]]:
        body = body_with(call, "payment_id", "type", "action", "url", "deliver")
        payment_id, type_ = body.get("payment_id"), body.get("type", "Transaction.Paid")
        url, deliver = body.get("url"), body.get("deliver", True)
        if not isinstance(payment_id, str) or not isinstance(type_, str):
            raise invalid("payment_id and type must be texts.")
        if url is not None and not isinstance(url, str):
            raise invalid("url must be a text.")
        return self._webhooks.send(
            payment_id, type_, body.get("action", "none"), url=url, deliver=deliver is True
        )

    async def _refuse_connections(self, request: Request) -> Response:
        call = Call(request, await request.body())
        refuse_pages(call)
        ms = body_with(call, "ms").get("ms")
        if type(ms) is not int or not 1 <= ms <= LONGEST_REFUSAL_MS:
            raise invalid(f"ms must be 1..{LONGEST_REFUSAL_MS}.")
        await self._listening.refuse(ms / 1000)
        return JSONResponse({"refusing_ms": ms})


def _fault(call: Call) -> Fault:
    body = body_with(call, "kind", "action", "ms", "count", "code", "won")
    return Fault(
        kind=body.get("kind", ""),
        action=body.get("action", ""),
        ms=body.get("ms", 0),
        count=body.get("count"),
        code=body.get("code"),
        won=body.get("won"),
    )
