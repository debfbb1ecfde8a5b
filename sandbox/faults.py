"""Switchable faults: for each kind of request, one way to go wrong, for a number of times.

`KINDS` and `ACTIONS` are the whole vocabulary: a new fault is a new row.
"""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.errors import CarrierError, ControlError

KINDS: dict[str, tuple[str, re.Pattern[str]]] = {
    name: (method, re.compile(path))
    for name, method, path in (
        ("payment.pre_register", "POST", r"/payments/[^/]+/pre-register"),
        ("payment.get", "GET", r"/payments/[^/]+"),
        ("payment.list", "GET", r"/payments"),
        ("payment.confirm", "POST", r"/payments/[^/]+/confirm"),
        ("payment.cancel", "POST", r"/payments/[^/]+/cancel"),
        ("payment.window", "POST", r"/v2/browser/payments"),
        ("identity.get", "GET", r"/identity-verifications/[^/]+"),
        ("identity.window", "POST", r"/v2/browser/identity-verifications"),
        ("carrier.line", "GET", r"/carrier/v1/lines/[^/]+"),
        ("carrier.month", "GET", r"/carrier/v1/lines/[^/]+/months/[^/]+"),
        ("carrier.apply", "PUT", r"/carrier/v1/lines/[^/]+/prepayments/[^/]+"),
        ("carrier.revoke", "DELETE", r"/carrier/v1/lines/[^/]+/prepayments/[^/]+"),
        ("carrier.limit", "PUT", r"/carrier/v1/lines/[^/]+/limit"),
    )
}


@dataclass(frozen=True)
class Fault:
    """One fault. `ms`: how long to wait; `count`: how many requests it still hits (None: until cleared)."""

    kind: str
    action: str
    ms: int = 0
    count: int | None = None


def kind_of(method: str, path: str) -> str | None:
    """The kind of a request, or None when faults do not apply to it."""
    for name, (kind_method, pattern) in KINDS.items():
        if method == kind_method and pattern.fullmatch(path):
            return name
    return None


class FaultSwitchboard:
    """The faults switched on now; at most one for each kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, Fault] = {}

    def switch_on(self, kind: Any, action: Any, ms: Any = 0, count: Any = None) -> Fault:
        """Switch a fault on, replacing the one of the same kind. Raises ControlError (422) for nonsense."""
        if kind not in KINDS:
            raise ControlError(422, "unknown_kind", f"kind must be one of {', '.join(KINDS)}")
        if action not in ACTIONS:
            raise ControlError(422, "unknown_action", f"action must be one of {', '.join(ACTIONS)}")
        only_for = ACTIONS[action].only_for
        if only_for and kind not in only_for:
            raise ControlError(422, "unknown_action", f"{action} applies only to {', '.join(only_for)}")
        if type(ms) is not int or not 0 <= ms <= 600_000:
            raise ControlError(422, "invalid_ms", "ms must be 0..600000")
        if count is not None and (type(count) is not int or count < 1):
            raise ControlError(422, "invalid_count", "count must be 1 or more, or left out")
        fault = Fault(kind, action, ms, count)
        with self._lock:
            self._faults[kind] = fault
        return fault

    def switch_off(self, kind: str | None = None) -> None:
        """Switch off the fault of `kind`, or all of them."""
        with self._lock:
            if kind is None:
                self._faults.clear()
            else:
                self._faults.pop(kind, None)

    def switched_on(self) -> list[dict[str, Any]]:
        """All faults, as JSON-able dicts."""
        with self._lock:
            return [asdict(fault) for fault in self._faults.values()]

    def take(self, kind: str) -> Fault | None:
        """The fault that hits this request, counting it down."""
        with self._lock:
            fault = self._faults.get(kind)
            if fault is not None and fault.count is not None:
                if fault.count == 1:
                    del self._faults[kind]
                else:
                    self._faults[kind] = replace(fault, count=fault.count - 1)
            return fault


@dataclass
class _Exchange:
    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send

    async def proceed(self) -> None:
        await self.app(self.scope, self.receive, self.send)

    async def proceed_unheard(self) -> None:
        """Let the request have its effect and throw the answer away."""

        async def discard(message: Message) -> None:
            pass

        await self.app(self.scope, self.receive, discard)

    async def answer(self, response: Response) -> None:
        await response(self.scope, self.receive, self.send)

    async def hang_up(self) -> None:
        """Announce an answer and close the connection before it: the client cannot know the outcome."""
        await self.send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
        )


async def _unavailable(exchange: _Exchange, wait: float) -> None:
    await exchange.answer(Response(status_code=503, headers={"Retry-After": "1"}))


async def _html_500(exchange: _Exchange, wait: float) -> None:
    page = "<!doctype html><title>500</title><h1>Internal Server Error</h1>"
    await exchange.answer(HTMLResponse(page, status_code=500))


async def _slow(exchange: _Exchange, wait: float) -> None:
    await asyncio.sleep(wait)
    await exchange.proceed()


async def _timeout_before_effect(exchange: _Exchange, wait: float) -> None:
    await asyncio.sleep(wait)
    await exchange.answer(_gateway_timeout())


async def _timeout_after_effect(exchange: _Exchange, wait: float) -> None:
    await exchange.proceed_unheard()
    await asyncio.sleep(wait)
    await exchange.answer(_gateway_timeout())


async def _hang_up_before_effect(exchange: _Exchange, wait: float) -> None:
    await asyncio.sleep(wait)
    await exchange.hang_up()


async def _hang_up_after_effect(exchange: _Exchange, wait: float) -> None:
    await exchange.proceed_unheard()
    await asyncio.sleep(wait)
    await exchange.hang_up()


async def _refuse(exchange: _Exchange, wait: float) -> None:
    error = CarrierError(422, "exceeds_outstanding", "The carrier does not accept this prepayment.")
    await exchange.answer(JSONResponse(error.body, status_code=error.status))


def _gateway_timeout() -> Response:
    return HTMLResponse("<!doctype html><title>504</title><h1>Gateway Time-out</h1>", status_code=504)


@dataclass(frozen=True)
class Action:
    """How a request goes wrong; `only_for` names the kinds it makes sense for (empty: all)."""

    run: Callable[[_Exchange, float], Awaitable[None]]
    only_for: tuple[str, ...] = ()


ACTIONS: dict[str, Action] = {
    "unavailable": Action(_unavailable),
    "html_500": Action(_html_500),
    "slow": Action(_slow),
    "timeout_before_effect": Action(_timeout_before_effect),
    "timeout_after_effect": Action(_timeout_after_effect),
    "hang_up_before_effect": Action(_hang_up_before_effect),
    "hang_up_after_effect": Action(_hang_up_after_effect),
    "refuse": Action(_refuse, only_for=("carrier.apply",)),
}


class FaultMiddleware:
    """Lets the switched-on faults happen in front of the services."""

    def __init__(self, app: ASGIApp, switchboard: FaultSwitchboard) -> None:
        self._app = app
        self._switchboard = switchboard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        kind = kind_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        fault = self._switchboard.take(kind) if kind else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            whole = await _received_whole(receive)
            await ACTIONS[fault.action].run(_Exchange(self._app, scope, whole, send), fault.ms / 1000)


async def _received_whole(receive: Receive) -> Receive:
    """Take the whole request in, so that a client who hangs up while a fault waits does not undo it."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay
