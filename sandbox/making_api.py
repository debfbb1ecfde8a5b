"""`/_sandbox/lines` and `/_sandbox/charges`: customers and purchases made to measure."""

import re
from typing import Any

from starlette.routing import Route

from sandbox.carrier_api import MAX_LIMIT_WON
from sandbox.control import body_with, control_routes, invalid
from sandbox.made_lines import MOST_AT_ONCE, MadeLines
from sandbox.requests import Call
from sandbox.won import is_won

_PREFIX = re.compile(r"[0-9a-z]{1,20}")


class MakingApi:
    """Control calls that put things into the carrier's books."""

    def __init__(self, lines: MadeLines) -> None:
        self._lines = lines

    def routes(self) -> list[Route]:
        """The paths served."""
        return control_routes(("POST", "lines", self._make), ("POST", "charges", self._charge))

    def _make(self, call: Call) -> list[dict[str, Any]]:
        body = body_with(call, "count", "used_won", "limit_won", "prefix")
        count, prefix = body.get("count", 1), body.get("prefix", "bulk")
        used, limit = body.get("used_won", 0), body.get("limit_won", 300_000)
        if not is_won(count) or count > MOST_AT_ONCE:
            raise invalid(f"count must be 1..{MOST_AT_ONCE}.")
        if not is_won(used, 0) or not is_won(limit, 0) or limit > MAX_LIMIT_WON:
            raise invalid(f"used_won and limit_won must be whole won, the limit at most {MAX_LIMIT_WON}.")
        if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
            raise invalid("prefix must be 1 to 20 small letters or digits.")
        return self._lines.make(count, used, limit, prefix)

    def _charge(self, call: Call) -> dict[str, Any]:
        body = body_with(call, "line_id", "amount_won")
        line_id, amount = body.get("line_id"), body.get("amount_won")
        if not isinstance(line_id, str) or not isinstance(amount, int) or not is_won(amount):
            raise invalid("Send line_id and amount_won, a positive whole number.")
        return self._lines.charge(line_id, amount)
