"""A question for the customer centre's number or hours, and the wish for a person."""

from __future__ import annotations

import pytest

from actions.contact_question import asks_for_number_or_hours


@pytest.mark.parametrize(
    "text",
    [
        "고객센터 번호 뭐예요",
        "몇 시까지 해요",
        "114 몇시까지",
        "상담 시간",
        "주말에도 상담 되나요",
        "상담원 연결 가능한 시간이 언제죠",
        "114 연결이 안 되는데 다른 전화번호는 없나요",
        "번호 불러줘 전화하게",
        "고객센터 열었나",
        "어디로 전화해야 돼요?",
        "지금 전화하면 받나요",
    ],
)
def test_number_and_hours_are_only_told(text: str) -> None:
    assert asks_for_number_or_hours(text)


@pytest.mark.parametrize(
    "text",
    [
        "상담원",
        "상담원 연결해줘",
        "114 상담원 연결",
        "사람 바꿔",
        "사람 불러줘",
        "챗봇 말고 사람",
        "상담사랑 통화하고 싶어요",
        "상담사 연결 누르면 대기가 한 시간이라던데 그래도 기다릴 테니 연결해줘요",
        "두 시간 동안 채팅만 했는데 해결된 게 하나도 없잖아요. 책임자가 누군지 통화 좀 합시다",
        "talk to a human",
        "",
    ],
)
def test_who_wants_a_person_gets_one(text: str) -> None:
    assert not asks_for_number_or_hours(text)
