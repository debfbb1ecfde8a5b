"""The single place where the sandbox's parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.browser_api import BrowserApi
from sandbox.card_page import CardPage
from sandbox.carrier import Carrier
from sandbox.carrier_api import CarrierApi
from sandbox.clock import Clock
from sandbox.control_api import ControlApi
from sandbox.database import Database
from sandbox.demo_customers import DemoCustomers
from sandbox.errors import ServiceError
from sandbox.faults import FaultMiddleware, FaultSwitchboard
from sandbox.idempotency import forget_unfinished
from sandbox.identity import Identities
from sandbox.identity_page import IdentityPage
from sandbox.payments import Payments
from sandbox.portone_api import PortOneApi
from sandbox.settings import Settings
from sandbox.webhooks import WebhookSender

_STATIC = Path(__file__).with_name("static")


def create_app(settings: Settings) -> Starlette:
    """Open the books, seed the demo customers and return the ASGI application."""
    clock = Clock(settings.clock_file)
    database = Database(settings.database_file)
    forget_unfinished(database)
    customers = DemoCustomers(database, clock)
    customers.seed_current_month()
    payments = Payments(database, clock, settings)
    identities = Identities(database, clock)
    faults = FaultSwitchboard()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        sender = WebhookSender(database, settings.webhook_key)
        sender.start()
        yield
        sender.stop()
        database.close()

    return Starlette(
        routes=[
            Route("/health", _health, methods=["GET"]),
            Route("/v2/browser-sdk.js", _browser_sdk, methods=["GET"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *PortOneApi(payments, identities, database, clock, settings).routes(),
            *BrowserApi(payments, identities, settings).routes(),
            *CardPage(payments, clock).routes(),
            *IdentityPage(identities, clock).routes(),
            *CarrierApi(Carrier(database, clock, customers), settings).routes(),
            *ControlApi(payments, customers, clock, faults).routes(),
        ],
        middleware=[
            # Only by its local names: a page elsewhere cannot reach it through a name of its own.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(FaultMiddleware, switchboard=faults),
        ],
        exception_handlers={ServiceError: _refused, HTTPException: _not_served},
        lifespan=lifespan,
    )


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _browser_sdk(request: Request) -> Response:
    return FileResponse(
        _STATIC / "browser-sdk.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ServiceError):
        raise error
    return JSONResponse(error.body, status_code=error.status)


async def _not_served(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    body = {"error": {"code": "not_served", "message": error.detail}}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)
