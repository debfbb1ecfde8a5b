"""What the staff read about errors at the desk."""

from __future__ import annotations

from typing import Final

from web.chat.wire import CHARS_MAX
from web.korean_messages import PROBLEMS, Problem

_ROWS: Final = (
    ("log_in_needed", 401, "로그인이 필요해요", "로그인이 끝났어요. 다시 로그인해 주세요."),
    (
        "log_in_wrong",
        403,
        "로그인하지 못했어요",
        "아이디나 비밀번호가 맞지 않아요. 확인하고 다시 입력해 주세요.",
    ),
    (
        "log_in_too_often",
        429,
        "잠시 뒤에 다시 해 주세요",
        "로그인을 너무 여러 번 했어요. 15분 뒤에 다시 해 주세요.",
    ),
    (
        "ticket_taken",
        409,
        "다른 상담사가 맡았어요",
        "이미 다른 상담사가 맡았어요. 다른 대화를 골라 주세요.",
    ),
    ("ticket_left", 409, "기다리지 않는 고객이에요", "고객이 연결을 취소했어요. 다른 대화를 골라 주세요."),
    ("ticket_closed", 409, "끝난 상담이에요", "이미 끝난 상담이에요. 다른 대화를 골라 주세요."),
    ("ticket_not_joined", 409, "맡지 않은 상담이에요", "이 상담을 맡고 있지 않아요. 먼저 들어가 주세요."),
    ("ticket_not_found", 404, "없는 상담이에요", "이 번호의 상담이 없어요. 목록에서 골라 주세요."),
    ("too_long", 400, "너무 긴 글이에요", f"한 번에 {CHARS_MAX:,}자까지 보낼 수 있어요. 나누어 보내 주세요."),
)

DESK_PROBLEMS: Final = {
    "bad_request": PROBLEMS["bad_request"],
    **{row[0]: Problem(*row) for row in _ROWS},
}


class DeskRefusal(Exception):
    """Something at the desk is refused; ``problem`` has the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.problem = DESK_PROBLEMS[code]
