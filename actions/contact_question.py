"""Tells a mere question for the customer centre's number or hours from the wish to talk to a person."""

from __future__ import annotations

import re
from typing import Final

_QUESTION: Final = re.compile(
    r"번호|전번|국번|연락처|number|[몇몃]\s*번|몇\s*시|몇시|운영|영업|근무|업무|출근|퇴근|주말|토요일|토욜|일요일|휴일|공휴일|야간|점심|저녁|새벽"
    r"|24\s*시간|시간\s*$|시간[은이대점]|상담\s*시간|가능\s*시간|언제|어디로|어디에|대기|무료|받나|받아[요여줘]|받으|여나요|열[어었려]|누르면"
)
_WISH: Final = re.compile(
    r"연결\s*(?:해|하세|하라|시켜|부탁|요청|좀|$)|바꿔|바꾸|(?:사람|직원|상담\s*[원사]|책임자|담당자)\s*(?:분\s*)?(?:좀\s*)?불러"
    r"|말고\s*(?:사람|상담|직원)|통화\s*(?:좀\s*합|하고\s*싶|하게|할래|할게)|(?:얘기|이야기|말|상담)\s*(?:하고\s*싶|할래|할게|하게|좀\s*하게)"
    r"|전화\s*(?:좀\s*)?(?:주세요|주실|해\s*주|해주)|예약|접수|(?:돌려|넘겨)"
)


def asks_for_number_or_hours(text: str) -> bool:
    """Whether a message that is about the customer centre asks for its number or hours, and for no person."""
    return _QUESTION.search(text) is not None and _WISH.search(text) is None
