"""What the page of an ended order says: how it ended, by the step that ended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from prepayment.errors import ExceedsOutstanding
from prepayment.orders import Event, Order, State
from prepayment.rules import SUPPORT_NUMBER
from prepayment.service.reviewing import Decision
from web.korean_messages import problem


@dataclass(frozen=True)
class Ending:
    """Words for the end of an order. ``badge`` is the picture beside them: off | clock | wait."""

    title: str
    message: str
    badge: str = "off"


NOT_FOUND: Final = Ending(
    "주문을 찾을 수 없어요", "주소가 잘못되었거나 오래된 링크예요. 채팅에서 결제 링크를 다시 받아 주세요."
)
NO_RECEIPT: Final = Ending(
    "이 주문에는 영수증이 없어요",
    "영수증은 한도 복원까지 끝난 결제나 취소된 결제에만 있어요. 주문이 지금 어떤지는 결제 화면에서 볼 수 있어요.",
)

_SAID: Final = {
    State.EXPIRED: Ending(
        "결제 시간이 지났어요",
        "결제된 금액은 없어요. 채팅에서 금액을 다시 말씀해 주시면 새로 준비해 드려요.",
        "clock",
    ),
    State.WITHDRAWN: Ending(
        "다른 주문으로 바뀌었어요",
        "이 주문은 더 이상 쓰지 않아요. 결제된 금액은 없어요. 채팅에 있는 가장 최근 결제 링크를 눌러 주세요.",
    ),
    State.CANCELLED: Ending(
        "결제가 취소됐어요", "결제한 금액은 쓰신 카드로 돌려드려요. 카드사에 따라 며칠 걸릴 수 있어요."
    ),
    State.REVIEW: Ending(
        "담당자가 확인하고 있어요",
        "확인이 끝나면 채팅으로 알려 드릴게요. 다시 결제하지 마세요. "
        f"급하시면 고객센터({SUPPORT_NUMBER})로 연락해 주세요.",
        "wait",
    ),
}

_OUTSTANDING_FELL: Final = problem(ExceedsOutstanding.code)
# Where the state alone would name the wrong reason.
_SAID_BY_CAUSE: Final = {
    (State.EXPIRED, "outstanding_fell"): Ending(_OUTSTANDING_FELL.title, _OUTSTANDING_FELL.message),
    (State.EXPIRED, f"decided:{Decision.NOT_CHARGED}"): Ending(
        "결제되지 않은 주문이에요",
        "확인해 보니 결제된 금액은 없어요. 채팅에서 금액을 다시 말씀해 주시면 새로 준비해 드려요.",
    ),
    (State.WITHDRAWN, "customer_stopped"): Ending(
        "그만둔 결제예요",
        "결제된 금액은 없어요. 다시 하고 싶으시면 채팅에서 금액을 말씀해 주세요.",
    ),
    (State.CANCELLED, f"decided:{Decision.REFUNDED_ELSEWHERE}"): Ending(
        "결제가 취소됐어요",
        f"결제한 금액은 다른 방법으로 돌려드렸어요. 궁금한 점은 고객센터({SUPPORT_NUMBER})에 문의해 주세요.",
    ),
}

ENDED: Final = frozenset(_SAID)


def ending_of(order: Order, events: Sequence[Event]) -> Ending:
    """Return what is said of an order in one of the states ``ENDED``; ``events`` are its steps, oldest first."""
    cause = next((event.cause for event in reversed(events) if event.target is order.state), "")
    return _SAID_BY_CAUSE.get((order.state, cause), _SAID[order.state])
