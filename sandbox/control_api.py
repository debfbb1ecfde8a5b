"""`/_sandbox`: how tests and developers look behind the scenes and move time. Never for a browser."""

import re
from datetime import datetime
from typing import Any

from starlette.routing import Route

from sandbox.books import Books
from sandbox.clock import SEOUL, Clock, iso_seoul
from sandbox.control import body_with, control_routes, invalid
from sandbox.demo_customers import DemoCustomers
from sandbox.faults import FaultSwitchboard
from sandbox.refunds import OUTCOMES, Refunds
from sandbox.requests import Call


class ControlApi:
    """The control calls about time, books and a fresh start; every body is JSON."""

    def __init__(
        self,
        books: Books,
        customers: DemoCustomers,
        clock: Clock,
        faults: FaultSwitchboard,
        refunds: Refunds,
    ) -> None:
        self._books = books
        self._customers = customers
        self._clock = clock
        self._faults = faults
        self._refunds = refunds

    def routes(self) -> list[Route]:
        """The paths served."""
        return control_routes(
            ("GET", "customers", lambda call: self._customers.listed()),
            ("GET", "clock", lambda call: self._clock_json()),
            ("PUT", "clock", self._set_clock),
            ("POST", "reset", self._reset),
            ("GET", "books", lambda call: self._books.totals()),
            ("GET", "payments/{payment_id}", lambda call: self._books.payment(call.path("payment_id"))),
            ("POST", "payments/{payment_id}/refund", self._settle),
        )

    def _clock_json(self) -> dict[str, Any]:
        return {"offset_seconds": self._clock.offset_seconds, "now": iso_seoul(self._clock.now())}

    def _set_clock(self, call: Call) -> dict[str, Any]:
        body = call.json_object(invalid)
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
            raise invalid('Send {"at": ISO 8601} or {"offset_seconds": number, at most ten years}.') from None
        return self._clock_json()

    def _reset(self, call: Call) -> list[dict[str, Any]]:
        month = call.json_object(invalid).get("month")
        if month is not None and not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", str(month), re.ASCII):
            raise invalid("month must be YYYY-MM.")
        self._faults.switch_off()
        self._customers.reset(month)
        return self._customers.listed()

    def _settle(self, call: Call) -> dict[str, Any]:
        outcome = body_with(call, "outcome").get("outcome")
        if outcome not in OUTCOMES:
            raise invalid(f"outcome must be one of {', '.join(OUTCOMES)}.")
        self._refunds.settle(call.path("payment_id"), outcome)
        return self._books.payment(call.path("payment_id"))
