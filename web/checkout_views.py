"""What the checkout templates show, from an order, its steps and the line's usage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from prepayment.amounts import format_won
from prepayment.calendar import SEOUL, Month, korean_date, korean_time
from prepayment.orders import UNPAID, Event, Order, State
from prepayment.rules import MINIMUM_WON, Quote, Usage, cancel_deadline
from prepayment.service.checkout import Summary

WAITING: Final = frozenset({State.CONFIRMING, State.UNKNOWN, State.PAID, State.CANCELLING})
WITH_RECEIPT: Final = frozenset({State.APPLIED, State.CANCELLED})
UNKNOWN_TAIL: Final = "****"


def page_state(order: Order, *, identity_valid: bool) -> str:
    """Return the state as the page shows it: an unpaid order without a valid identity is at its beginning."""
    if order.state in UNPAID and not identity_valid:
        return State.QUOTED.value
    return order.state.value


def order_view(order: Order, state: str, phone_tail: str) -> dict[str, Any]:
    """Return what every page shows of an order; ``phone_tail`` are the line's last four digits."""
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


def applied_view(
    order: Order, events: Sequence[Event], phone_tail: str, usage: Usage | None
) -> dict[str, Any]:
    """Return what the page of a finished order shows.

    ``usage`` counts the prepayment already; None when it cannot be read at the moment.
    """
    return {
        **order_view(order, order.state.value, phone_tail),
        "limit_blocked": usage is not None and usage.blocked,
        "available_after_won": usage.available_won if usage else None,
        "paid_at_label": _moment_label(_reached(events, State.PAID) or order.updated_at),
    }


def ended_view(order: Order, events: Sequence[Event], phone_tail: str) -> dict[str, Any]:
    """Return what the page of an order shows on which nothing can be done any more."""
    return {
        **order_view(order, order.state.value, phone_tail),
        "given_back_label": _day_label(_given_back(order, events)),
    }


def receipt_view(order: Order, events: Sequence[Event], phone_tail: str, now: datetime) -> dict[str, Any]:
    """Return what the receipt of an order shows that was paid. What is not known is None."""
    return {
        "order_id": order.id,
        "cancelled": order.state is State.CANCELLED,
        "amount_won": order.booked_won,
        "phone_masked": f"010-****-{phone_tail}",
        "month_label": month_label(order.month),
        # A payment that was given back at once was never read as paid.
        "paid_at_label": _moment_label(_reached(events, State.PAID) or order.confirm_sent_at),
        "restored_at_label": _moment_label(_reached(events, State.APPLIED)),
        "given_back_label": _day_label(_given_back(order, events)),
        "usable_until_label": _day_label(cancel_deadline(order.month)),
        "cancel_until_label": _day_label(cancel_deadline(order.month)),
        "issued_at_label": _moment_label(now),
    }


def month_label(month: Month) -> str:
    """Return ``2026년 11월``."""
    return f"{month.year}년 {month.number}월"


def _reached(events: Sequence[Event], state: State) -> datetime | None:
    """When the order first came to a state."""
    return next((event.at for event in events if event.target is state), None)


def _given_back(order: Order, events: Sequence[Event]) -> datetime | None:
    return _reached(events, State.CANCELLED) if order.state is State.CANCELLED else None


def _day_label(moment: datetime | None) -> str | None:
    """``2026년 11월 30일`` as of Seoul."""
    return None if moment is None else f"{moment.astimezone(SEOUL).year}년 {korean_date(moment)}"


def _moment_label(moment: datetime | None) -> str | None:
    """``2026년 11월 22일 오후 3:12`` as of Seoul."""
    return None if moment is None else f"{_day_label(moment)} {korean_time(moment)}"


def _remainder_note(quote: Quote) -> str | None:
    if not quote.strands_remainder:
        return None
    return (
        f"남는 {format_won(quote.remainder_won)}은 최소 금액({format_won(MINIMUM_WON)})보다 적어서 "
        "이번 달에는 더 선결제할 수 없어요."
    )
