"""What a fault does: the table of all actions."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.errors import CarrierError, PortOneError
from sandbox.faults.exchange import Exchange
from sandbox.faults.fault import Fault
from sandbox.faults.kinds import ANY_WEBHOOK, KINDS, WEBHOOKS
from sandbox.faults.readings import READINGS
from sandbox.faults.refusals import REFUSALS
from sandbox.faults.webhooks import WEBHOOK_ACTIONS

Run = Callable[[Exchange, Fault], Awaitable[None]]

_REQUESTS = tuple(KINDS)
_READINGS = ("payment.get", "payment.list")
_WRITES = ("payment.pre_register", "payment.confirm", "payment.cancel")


async def _proceed(exchange: Exchange, fault: Fault) -> None:
    await exchange.proceed()


async def _unavailable(exchange: Exchange, fault: Fault) -> None:
    await exchange.answer(Response(status_code=503, headers={"Retry-After": "1"}))


async def _html_500(exchange: Exchange, fault: Fault) -> None:
    page = "<!doctype html><title>500</title><h1>Internal Server Error</h1>"
    await exchange.answer(HTMLResponse(page, status_code=500))


async def _slow(exchange: Exchange, fault: Fault) -> None:
    await asyncio.sleep(fault.ms / 1000)
    await exchange.proceed()


async def _timeout_before_effect(exchange: Exchange, fault: Fault) -> None:
    await asyncio.sleep(fault.ms / 1000)
    await exchange.answer(_gateway_timeout())


async def _timeout_after_effect(exchange: Exchange, fault: Fault) -> None:
    await exchange.effect()
    await asyncio.sleep(fault.ms / 1000)
    await exchange.answer(_gateway_timeout())


async def _hang_up_before_effect(exchange: Exchange, fault: Fault) -> None:
    await asyncio.sleep(fault.ms / 1000)
    await exchange.hang_up()


async def _hang_up_after_effect(exchange: Exchange, fault: Fault) -> None:
    await exchange.effect()
    await asyncio.sleep(fault.ms / 1000)
    await exchange.hang_up()


async def _outstanding(exchange: Exchange, fault: Fault) -> None:
    await _refused(exchange, PortOneError("IDEMPOTENCY_OUTSTANDING_REQUEST", "The first is still running."))


async def _pg_refuse(exchange: Exchange, fault: Fault) -> None:
    error = PortOneError(
        "PG_PROVIDER",
        "PG사에서 오류를 전달했습니다.",
        pgCode="CANCEL_REJECTED",
        pgMessage="카드사에서 취소를 거절했어요.",
    )
    await _refused(exchange, error)


async def _refuse(exchange: Exchange, fault: Fault) -> None:
    known = REFUSALS[fault.kind]
    code = fault.code or next(iter(known))
    await _refused(exchange, CarrierError(known[code], code, "The carrier does not accept this."))


async def _misread(exchange: Exchange, fault: Fault) -> None:
    response = await exchange.effect()
    if response.status_code == 200:
        body = json.loads(bytes(response.body))
        for payment in body["items"] if fault.kind == "payment.list" else [body]:
            READINGS[fault.action](payment, fault.won)
        response = JSONResponse(body)
    await exchange.answer(response)


def _gateway_timeout() -> Response:
    return HTMLResponse("<!doctype html><title>504</title><h1>Gateway Time-out</h1>", status_code=504)


async def _refused(exchange: Exchange, error: PortOneError | CarrierError) -> None:
    await exchange.answer(JSONResponse(error.body, status_code=error.status))


@dataclass(frozen=True)
class Action:
    """How something goes wrong: `run` for requests; webhooks are bent where they are written.

    `kinds` are those it makes sense for; `takes` names the field of the fault that tunes it.
    """

    kinds: tuple[str, ...]
    run: Run = _proceed
    takes: str = ""


def _actions() -> dict[str, Action]:
    actions: dict[str, Action] = {
        "none": Action((*_REQUESTS, ANY_WEBHOOK, *WEBHOOKS)),
        "unavailable": Action(_REQUESTS, _unavailable),
        "html_500": Action(_REQUESTS, _html_500),
        "slow": Action(_REQUESTS, _slow),
        "timeout_before_effect": Action(_REQUESTS, _timeout_before_effect),
        "timeout_after_effect": Action(_REQUESTS, _timeout_after_effect),
        "hang_up_before_effect": Action(_REQUESTS, _hang_up_before_effect),
        "hang_up_after_effect": Action(_REQUESTS, _hang_up_after_effect),
        "outstanding": Action(_WRITES, _outstanding),
        "refuse": Action(tuple(REFUSALS), _refuse, takes="code"),
        # These have no run of their own: the books look for them (`Call.fault`) and move differently.
        "charge_other_amount": Action(("payment.window", "payment.confirm"), takes="won"),
        "charge_at_once": Action(("payment.card",)),
        "refund_later": Action(("payment.cancel",)),
        "refund_fails_later": Action(("payment.cancel",)),
        "pg_refuse": Action(("payment.cancel",), _pg_refuse),
    }
    for name in READINGS:
        actions[name] = Action(_READINGS, _misread, takes="won" if name == "other_amount" else "")
    for name in WEBHOOK_ACTIONS:
        actions[name] = Action((ANY_WEBHOOK, *WEBHOOKS))
    return actions


ACTIONS: dict[str, Action] = _actions()
