"""Every error that PortOne's SDK raises, in our own words: one table, and an unknown outcome for what is not in it."""

from __future__ import annotations

from typing import Final

from portone_server_sdk import errors as sdk
from portone_server_sdk.webhook import InvalidInputError, WebhookVerificationError

from prepayment.adapters.http import machine_code, translate
from prepayment.adapters.portone.text import customer_text
from prepayment.errors import Misconfigured, OutcomeUnknown, OutsideError, Refused

MISCONFIGURED: Final = (
    sdk.UnauthorizedError,
    sdk.ForbiddenError,
    sdk.ChannelNotFoundError,
    InvalidInputError,
)

REFUSED: Final[dict[type[Exception], str]] = {
    sdk.AlreadyPaidError: "already_paid",
    sdk.CancelAmountExceedsCancellableAmountError: "cancel_amount_exceeds_cancellable",
    sdk.CancelTaxAmountExceedsCancellableTaxAmountError: "cancel_amount_exceeds_cancellable",
    sdk.CancelTaxFreeAmountExceedsCancellableTaxFreeAmountError: "cancel_amount_exceeds_cancellable",
    sdk.CancellableAmountConsistencyBrokenError: "cancellable_amount_changed",
    sdk.InformationMismatchError: "information_mismatch",
    sdk.InvalidPaymentTokenError: "invalid_payment_token",
    sdk.InvalidRequestError: "invalid_request",
    sdk.NegativePromotionAdjustedCancelAmountError: "negative_promotion_adjusted_cancel_amount",
    sdk.PaymentAlreadyCancelledError: "already_cancelled",
    sdk.PaymentNotFoundError: "payment_not_found",
    sdk.PaymentNotPaidError: "payment_not_paid",
    sdk.PromotionDiscountRetainOptionShouldNotBeChangedError: "promotion_retain_option_changed",
    sdk.SumOfPartsExceedsCancelAmountError: "sum_of_parts_exceeds_cancel_amount",
}


def translate_portone(operation: str, error: Exception) -> OutsideError:
    """Return the error of ours that an error of the SDK or of its transport stands for."""
    if isinstance(error, MISCONFIGURED):
        return Misconfigured(f"{operation}: {type(error).__name__}")
    if isinstance(error, sdk.PgProviderError):
        return Refused(machine_code(error.pg_code, "pg_provider"), customer_text(error.pg_message))
    if isinstance(error, WebhookVerificationError):
        return Refused(machine_code(f"webhook_{error.reason}".lower(), "webhook_refused"))
    if isinstance(error, sdk.UnknownError):
        return _translate_unknown(operation, error)
    reason = REFUSED.get(type(error))
    return Refused(reason) if reason else translate(operation, error)


def _translate_unknown(operation: str, error: sdk.UnknownError) -> OutsideError:
    """An answer with an error type that the SDK does not expect from this call."""
    answer = error.error if isinstance(error.error, dict) else {}
    type_ = machine_code(answer.get("type"), "UNKNOWN")
    text = f"{operation}: {type_}"
    return Misconfigured(text) if type_ == "CHANNEL_NOT_FOUND" else OutcomeUnknown(text)
