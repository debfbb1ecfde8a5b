"""`/_sandbox`: how tests and developers look behind the scenes and move time. Never for a browser."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import SEOUL, Clock, iso_seoul
from sandbox.demo_customers import DemoCustomers
from sandbox.errors import ControlError
from sandbox.faults import FaultSwitchboard
from sandbox.payments import Payments
from sandbox.requests import Call, in_thread


def _invalid(message: str) -> ControlError:
    return ControlError(422, "invalid_request", message)


class ControlApi:
    """The control calls; every body is JSON."""

    def __init__(
        self, payments: Payments, customers: DemoCustomers, clock: Clock, faults: FaultSwitchboard
    ) -> None:
        self._payments = payments
        self._customers = customers
        self._clock = clock
        self._faults = faults

    def routes(self) -> list[Route]:
        """The paths served."""
        return [
            Route(f"/_sandbox/{path}", in_thread(_not_for_pages(handle)), methods=[method])
            for method, path, handle in (
                ("GET", "customers", lambda call: self._customers.listed()),
                ("GET", "clock", lambda call: self._clock_json()),
                ("PUT", "clock", self._set_clock),
                ("POST", "reset", self._reset),
                ("GET", "faults", lambda call: self._faults.switched_on()),
                ("PUT", "faults", self._switch_on),
                ("DELETE", "faults", self._switch_off),
                (
                    "GET",
                    "payments/{payment_id}",
                    lambda call: self._payments.raw_state(call.path("payment_id")),
                ),
            )
        ]

    def _clock_json(self) -> dict[str, Any]:
        return {"offset_seconds": self._clock.offset_seconds, "now": iso_seoul(self._clock.now())}

    def _set_clock(self, call: Call) -> dict[str, Any]:
        body = call.json_object(_invalid)
        try:
            if set(body) == {"offset_seconds"} and type(body["offset_seconds"]) in (int, float):
                if abs(body["offset_seconds"]) > 10 * 366 * 86_400:
                    raise ValueError
                self._clock.set_offset(float(body["offset_seconds"]))
            else:
                moment = datetime.fromisoformat(body["at"])
                # A time without an offset is a time in Seoul, where the customers are.
                self._clock.move_to(moment if moment.tzinfo else moment.replace(tzinfo=SEOUL))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise _invalid(
                'Send {"at": ISO 8601} or {"offset_seconds": number, at most ten years}.'
            ) from None
        return self._clock_json()

    def _reset(self, call: Call) -> list[dict[str, Any]]:
        month = call.json_object(_invalid).get("month")
        if month is not None and not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", str(month), re.ASCII):
            raise _invalid("month must be YYYY-MM.")
        self._faults.switch_off()
        self._customers.reset(month)
        return self._customers.listed()

    def _switch_on(self, call: Call) -> list[dict[str, Any]]:
        body = call.json_object(_invalid)
        unknown = set(body) - {"kind", "action", "ms", "count"}
        if unknown:
            raise _invalid(f"Unknown fields: {', '.join(sorted(unknown))}")
        self._faults.switch_on(body.get("kind"), body.get("action"), body.get("ms", 0), body.get("count"))
        return self._faults.switched_on()

    def _switch_off(self, call: Call) -> list[dict[str, Any]]:
        self._faults.switch_off(call.request.query_params.get("kind"))
        return self._faults.switched_on()


def _not_for_pages(handle: Callable[[Call], Any]) -> Callable[[Call], Response]:
    def respond(call: Call) -> Response:
        # A web page that a developer visits must not be able to move the clock.
        if "origin" in call.request.headers or call.request.headers.get("sec-fetch-site", "none") != "none":
            raise ControlError(403, "not_for_pages", "The control API does not answer web pages.")
        return JSONResponse(handle(call))

    return respond
