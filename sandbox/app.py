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

from sandbox.books import Books
from sandbox.browser_api import BrowserApi
from sandbox.card_page import CardPage
from sandbox.carrier import Carrier
from sandbox.carrier_api import CarrierApi
from sandbox.clock import Clock
from sandbox.control_api import ControlApi
from sandbox.database import Database
from sandbox.demo_customers import DemoCustomers
from sandbox.errors import ServiceError
from sandbox.fault_api import FaultApi
from sandbox.faults import FaultMiddleware, FaultSwitchboard
from sandbox.idempotency import forget_unfinished
from sandbox.identity import Identities
from sandbox.identity_page import IdentityPage
from sandbox.listening import Listening
from sandbox.made_lines import MadeLines
from sandbox.making_api import MakingApi
from sandbox.notices import Notices
from sandbox.payments import Payments
from sandbox.portone_api import PortOneApi
from sandbox.refunds import RefundDesk, Refunds
from sandbox.settings import Settings
from sandbox.webhook_bench import WebhookBench
from sandbox.webhooks import WebhookSender

_STATIC = Path(__file__).with_name("static")


def create_app(settings: Settings) -> Starlette:
    """Open the books, seed the demo customers and return the ASGI application."""
    clock = Clock(settings.clock_file)
    database = Database(settings.database_file)
    forget_unfinished(database)
    customers = DemoCustomers(database, clock)
    customers.seed_current_month()
    faults = FaultSwitchboard()
    notices = Notices(database, clock, settings, faults)
    payments = Payments(database, clock, settings, notices)
    refunds = Refunds(database, clock, notices)
    identities = Identities(database, clock)
    listening = Listening()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        workers = (WebhookSender(database, settings.webhook_key, notices), RefundDesk(refunds))
        for worker in workers:
            worker.start()
        yield
        for worker in workers:
            worker.stop()
        database.close()
        clock.close()

    app = Starlette(
        routes=[
            Route("/health", _health, methods=["GET"]),
            Route("/v2/browser-sdk.js", _browser_sdk, methods=["GET"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *PortOneApi(payments, refunds, identities, database, clock, settings).routes(),
            *BrowserApi(payments, identities, settings).routes(),
            *CardPage(payments, clock).routes(),
            *IdentityPage(identities, clock).routes(),
            *CarrierApi(Carrier(database, clock, customers), settings).routes(),
            *ControlApi(Books(database), customers, clock, faults, refunds).routes(),
            *MakingApi(MadeLines(database, clock)).routes(),
            *FaultApi(faults, WebhookBench(database, notices, settings), listening).routes(),
        ],
        middleware=[
            # Only by its local names: a page elsewhere cannot reach it through a name of its own.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(FaultMiddleware, switchboard=faults),
        ],
        exception_handlers={ServiceError: _refused, HTTPException: _not_served},
        lifespan=lifespan,
    )
    app.state.listening = listening
    return app


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
