"""The carrier's refusals that can be had for the asking."""

_LINE = {"line_not_found": 404}

# Kind of request -> code -> status; the first code is the default.
REFUSALS: dict[str, dict[str, int]] = {
    "carrier.apply": {
        "exceeds_outstanding": 422,
        "month_closed": 422,
        "order_conflict": 409,
        "prepayment_revoked": 409,
        **_LINE,
    },
    "carrier.revoke": {"prepayment_not_found": 404, **_LINE},
    "carrier.line": _LINE,
    "carrier.month": _LINE,
    "carrier.limit": {"limit_changed": 409, "change_conflict": 409, **_LINE},
}
