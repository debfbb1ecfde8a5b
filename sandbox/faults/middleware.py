"""Where the faults of requests happen: in front of the services."""

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults.actions import ACTIONS
from sandbox.faults.exchange import Exchange
from sandbox.faults.kinds import kind_of
from sandbox.faults.switchboard import FaultSwitchboard


class FaultMiddleware:
    """Lets the switched-on faults happen; services see theirs as `Call.fault`."""

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
            scope["sandbox.fault"] = fault
            await ACTIONS[fault.action].run(await Exchange.begin(self._app, scope, receive, send), fault)
