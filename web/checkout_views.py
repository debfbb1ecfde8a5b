"""What the checkout templates show, from an order and the line's usage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prepayment.amounts import format_won
from prepayment.calendar import SEOUL, Month, korean_date, korean_time
from prepayment.orders import UNPAID, Event, Order, State
from prepayment.rules import MINIMUM_WON, Quote, cancel_deadline
from prepayment.service.checkout import Summary

WAITING = frozenset({State.CONFIRMING, State.UNKNOWN, State.PAID, State.CANCELLING})


def page_state(order: Order, *, identity_valid: bool) -> str:
    """Return the state as the page shows it: an unpaid order without a valid identity is at its beginning."""
    if order.state in UNPAID and not identity_valid:
        return State.QUOTED.value
    return order.state.value


def order_view(order: Order, state: str, phone_tail: str = "****") -> dict[str, Any]:
    """Return what every page shows of an order."""
    return {
        "state": state,
        "order_id": order.id,
        "amount_won": order.amount_won,
        "phone_masked": f"010-****-{phone_tail}",
        "month_label": month_label(order.month),
        "usable_until_label": korean_date(cancel_deadline(order.month)),
        "cancel_until_label": korean_date(cancel_deadline(order.month)),
    }


def payable_view(summary: Summary, now: datetime) -> dict[str, Any]:
    """Return what the page of an order shows that can still be paid."""
    order, quote = summary.order, summary.quote
    return {
        **order_view(order, page_state(order, identity_valid=summary.identity_valid), summary.phone_tail),
        "limit_blocked": quote.blocked,
        "available_before_won": quote.available_now_won,
        "available_after_won": quote.available_after_won,
        "remainder_note": _remainder_note(quote),
        "expires_in_seconds": max(0, int((order.expires_at - now).total_seconds())),
        "decline_reason": order.decline_message or None,
    }


def applied_view(summary: Summary, paid: Event | None) -> dict[str, Any]:
    """Return what the page of a finished order shows. The usage counts the prepayment already."""
    order = summary.order
    paid_at = (paid.at if paid else order.updated_at).astimezone(SEOUL)
    return {
        **order_view(order, order.state.value, summary.phone_tail),
        "limit_blocked": summary.usage.blocked,
        "available_after_won": summary.usage.available_won,
        "paid_at_label": f"{paid_at.year}년 {korean_date(paid_at)} {korean_time(paid_at)}",
        "receipt_url": None,
    }


def month_label(month: Month) -> str:
    """Return ``2026년 11월``."""
    return f"{month.year}년 {month.number}월"


def _remainder_note(quote: Quote) -> str | None:
    if not quote.strands_remainder:
        return None
    return (
        f"남는 {format_won(quote.remainder_won)}은 최소 금액({format_won(MINIMUM_WON)})보다 적어서 "
        "이번 달에는 더 선결제할 수 없어요."
    )
