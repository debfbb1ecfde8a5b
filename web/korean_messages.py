"""What customers read about errors: one table from an error's code to the words and the HTTP status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prepayment.errors import PrepaymentError
from prepayment.rules import IDENTITY_ATTEMPTS_MAX, IDENTITY_MAX_AGE, SUPPORT_NUMBER

_MINUTES: Final = int(IDENTITY_MAX_AGE.total_seconds()) // 60


@dataclass(frozen=True)
class Problem:
    """Words for an error: what it is, and what to do next."""

    code: str
    status: int
    title: str
    message: str


_ROWS: Final = (
    (
        "identity_not_completed",
        409,
        "본인인증을 마치지 못했어요",
        "이름과 번호를 확인하고 다시 인증해 주세요. "
        f"계속 안 되면 고객센터({SUPPORT_NUMBER})에 알리거나 홈페이지 점검을 부탁해 주세요.",
    ),
    (
        "identity_closed",
        409,
        "본인인증 창이 닫혔어요",
        "결제된 금액은 없어요. 이 주문 그대로 다시 인증할 수 있어요.",
    ),
    (
        "identity_code_failed",
        409,
        "인증번호를 확인하지 못했어요",
        "인증번호가 맞지 않거나 입력 시간이 지났어요. 다시 인증해서 새 인증번호를 받아 주세요.",
    ),
    (
        "identity_carrier_wrong",
        409,
        "통신사를 다시 골라 주세요",
        "고르신 통신사가 가입 정보와 달라요. KT 휴대폰이면 KT를, "
        "알뜰폰이면 알뜰폰(MVNO) 항목을 골라 다시 인증해 주세요.",
    ),
    (
        "identity_unfinished",
        409,
        "본인인증이 아직 끝나지 않았어요",
        "문자가 오지 않았다면 스팸 보관함을 보거나 PASS로, "
        "PASS 앱이 없다면 문자(SMS)로 바꿔 다시 인증해 주세요.",
    ),
    (
        "identity_mismatch",
        409,
        "본인인증을 여기서 멈췄어요",
        "인증하신 정보로는 이 회선을 쓰는 분인지 확인할 수 없어요. 결제된 금액은 없어요. "
        f"가족이나 회사 명의의 회선이라면 고객센터({SUPPORT_NUMBER})에 문의해 주세요.",
    ),
    (
        "identity_expired",
        409,
        "본인인증을 다시 해 주세요",
        f"본인인증은 {_MINUTES}분 동안만 쓸 수 있어요. 다시 인증해 주세요.",
    ),
    (
        "identity_attempts_exhausted",
        409,
        "본인인증을 더 할 수 없어요",
        f"본인인증은 주문마다 {IDENTITY_ATTEMPTS_MAX}번까지 할 수 있어요. 채팅에서 새 결제 링크를 받거나 "
        f"고객센터({SUPPORT_NUMBER})에 문의해 주세요.",
    ),
    (
        "identity_unavailable",
        503,
        "본인인증 결과를 확인하지 못했어요",
        "인증을 마치셨다면 다시 하지 말고, 잠시 뒤 아래 버튼으로 결과를 확인해 주세요. "
        f"계속되면 고객센터({SUPPORT_NUMBER})에 알리거나 홈페이지 점검을 부탁해 주세요.",
    ),
    (
        "exceeds_outstanding",
        409,
        "결제할 금액이 줄었어요",
        "그사이 선결제할 수 있는 금액이 줄어 결제하지 않았어요. 채팅에서 금액을 다시 말씀해 주세요.",
    ),
    (
        "order_not_found",
        404,
        "주문을 찾을 수 없어요",
        "주문을 찾을 수 없어요. 채팅에서 결제 링크를 다시 받아 주세요.",
    ),
    (
        "order_closed",
        409,
        "더 진행할 수 없는 주문이에요",
        "이 주문은 더 진행할 수 없어요. 화면을 새로 고쳐 지금 상태를 확인해 주세요.",
    ),
    (
        "transition_conflict",
        409,
        "다른 창에서 진행하고 있어요",
        "다른 창에서 먼저 진행했어요. 화면을 새로 고쳐 지금 상태를 확인해 주세요.",
    ),
    (
        "refused",
        502,
        "지금은 진행할 수 없어요",
        f"요청이 받아들여지지 않았어요. 잠시 뒤 다시 해 보고, 계속되면 고객센터({SUPPORT_NUMBER})에 문의해 주세요.",
    ),
    (
        "outside_unavailable",
        503,
        "잠시 연결이 원활하지 않아요",
        "지금 상태를 확인하지 못했어요. 다시 결제하지 말고, 잠시 뒤 화면을 새로 고쳐 확인해 주세요.",
    ),
    (
        "forbidden",
        403,
        "받을 수 없는 요청이에요",
        "이 사이트의 화면에서 보낸 요청이 아니에요. 처음 화면에서 다시 시작해 주세요.",
    ),
    (
        "not_found",
        404,
        "없는 화면이에요",
        "주소가 잘못되었거나 없어진 화면이에요. 채팅이나 처음 화면에서 다시 시작해 주세요.",
    ),
    (
        "bad_request",
        400,
        "잘못된 요청이에요",
        "요청을 알아볼 수 없어요. 화면을 새로 고친 뒤 다시 해 주세요.",
    ),
    (
        "error",
        500,
        "일시적인 오류가 생겼어요",
        "결제하던 중이었다면 다시 결제하지 말고 채팅에서 결과부터 확인해 주세요. "
        f"계속되면 고객센터({SUPPORT_NUMBER})에 문의해 주세요.",
    ),
)

PROBLEMS: Final = {row[0]: Problem(*row) for row in _ROWS}


def problem(code: str) -> Problem:
    """Return the words for an error code; general ones for a code without its own."""
    return PROBLEMS.get(code, PROBLEMS["error"])


def problem_of(error: PrepaymentError) -> Problem:
    """Return the words for an error."""
    return problem(error.code)
