"""A customer's situation in three short lines, for the person who takes over."""

from __future__ import annotations

import logging
from typing import Final

from prepayment.amounts import format_won
from prepayment.calendar import Month, korean_date
from prepayment.errors import OutsideError
from prepayment.orders import Order, State
from prepayment.ports import Customer, TicketReason
from prepayment.service.parts import Parts
from prepayment.service.soon import Soon

logger = logging.getLogger(__name__)

_WORDS_MAX: Final = 80
_TAIL: Final = 4

_REASONS: Final = {
    TicketReason.ASKED: "상담 요청",
    TicketReason.MISUNDERSTOOD: "챗봇이 세 번 알아듣지 못함",
    TicketReason.UNAUTHORIZED: "하지 않은 결제 신고",
}
_STATES: Final = {
    State.QUOTED: "본인인증 전",
    State.VERIFIED: "본인인증 마침, 결제 전",
    State.PAYING: "결제 창이 열림",
    State.DECLINED: "카드 승인이 안 됨",
    State.CONFIRMING: "결제 결과 확인 중",
    State.UNKNOWN: "결제 결과 확인 중",
    State.PAID: "결제됨, 한도에 반영 중",
    State.APPLIED: "완료",
    State.EXPIRED: "시간이 지나 끝남",
    State.WITHDRAWN: "고객이 그만둠",
    State.CANCELLING: "취소 처리 중",
    State.CANCELLED: "취소됨",
    State.REVIEW: "담당자 확인 대기",
}


class Situation:
    """Reads a customer's situation; changes nothing, and never fails because something outside does."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._soon = Soon("situation")

    def lines(self, conversation_id: str, reason: TicketReason) -> tuple[str, ...]:
        """Return who it is, how the money stands, and why a person is wanted, in Korean."""
        with self._parts.database(write=False) as unit:
            customer = unit.conversations.customer(conversation_id)
            said = unit.conversations.last_said(conversation_id)
            order = None
            if customer is not None:
                newest = unit.orders.of_line(customer.line_id, limit=1)
                order = unit.orders.open_order(customer.line_id) or next(iter(newest), None)
        why = _REASONS[reason]
        if said is not None:
            words = " ".join(self._parts.redact(said.text).split())
            why += f': "{words[:_WORDS_MAX]}{"…" if len(words) > _WORDS_MAX else ""}"'
        return (_who(customer), self._money(customer, order), why)

    def _money(self, customer: Customer | None, order: Order | None) -> str:
        if customer is None:
            return "선결제를 확인할 수 없음 (로그인 전)"
        if order is not None:
            what = f"{korean_date(order.created_at)} {format_won(order.amount_won)} 선결제"
            return f"{what}: {_STATES[order.state]}"
        month = Month.of(self._parts.clock.now())
        try:
            usage = self._soon.ask(lambda: self._parts.carrier.usage(customer.line_id, month))
        except OutsideError as error:
            logger.info("a situation is told without usage: %s", type(error).__name__)
            return "선결제 없음, 쓴 금액은 지금 확인할 수 없음"
        limit = "차단됨" if usage.blocked else format_won(usage.limit_won)
        return f"선결제 없음, {month.number}월에 쓴 금액 {format_won(usage.used_won)}, 한도 {limit}"


def _who(customer: Customer | None) -> str:
    return "로그인하지 않음" if customer is None else f"로그인함, 회선 끝자리 {customer.line_id[-_TAIL:]}"
