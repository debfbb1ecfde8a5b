"""What the sandbox's services answer when they refuse.

ServiceError
├── PortOneError      {"type", "message", ...}             payment and identity REST API
├── BrowserError      {"code", "message"}                  the browser SDK's registration calls
├── CarrierError      {"error": {"code", "message"}}       carrier billing API
└── ControlError      {"error": {"code", "message"}}       /_sandbox control API
"""

from typing import Any


class ServiceError(Exception):
    """A refusal with its HTTP status and JSON body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


class PortOneError(ServiceError):
    """A refusal of the payment gateway; `type_` is one of `STATUS_OF_TYPE`."""

    def __init__(self, type_: str, message: str, **fields: str) -> None:
        super().__init__(STATUS_OF_TYPE[type_], {"type": type_, "message": message, **fields})


STATUS_OF_TYPE = {
    "INVALID_REQUEST": 400,
    "INVALID_PAYMENT_TOKEN": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "PAYMENT_NOT_FOUND": 404,
    "IDENTITY_VERIFICATION_NOT_FOUND": 404,
    "ALREADY_PAID": 409,
    "INFORMATION_MISMATCH": 409,
    "PAYMENT_NOT_PAID": 409,
    "PAYMENT_ALREADY_CANCELLED": 409,
    "CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN": 409,
    "CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT": 409,
    "IDEMPOTENCY_OUTSTANDING_REQUEST": 409,
    "PG_PROVIDER": 502,
}


class BrowserError(ServiceError):
    """Refused before a window opens; the browser SDK throws it as an Error with `code` and `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(400, {"code": code, "message": message})


class CarrierError(ServiceError):
    """A refusal of the carrier."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, {"error": {"code": code, "message": message}})


class ControlError(CarrierError):
    """A control call that makes no sense, or comes from a browser."""
