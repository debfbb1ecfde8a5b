"""Why an identity verification failed, from what the identity company says of it.

PortOne passes the company's code and sentence on as they are and publishes no table of them. So what is here is short:
codes first, then words. Anything else is ``OTHER``, whose message fits every failure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from prepayment.ports import IdentityFailure

CODES: Final[Mapping[str, IdentityFailure]] = {
    "PAY_PROCESS_CANCELED": IdentityFailure.CLOSED,
    "USER_CANCEL": IdentityFailure.CLOSED,
    "USER_CANCELED": IdentityFailure.CLOSED,
    "USER_CANCELLED": IdentityFailure.CLOSED,
    "TOO_MANY_WRONG_CODES": IdentityFailure.CODE,
    "CODE_EXPIRED": IdentityFailure.CODE,
    "WRONG_CARRIER": IdentityFailure.CARRIER,
}

# In this order: a carrier may be named in a sentence about its code, and a code that was not sent is no wrong code.
_WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), failure)
    for pattern, failure in (
        (r"알뜰폰|MVNO", IdentityFailure.CARRIER),
        (r"(?:통신사|이통사)[^.]{0,20}(?:일치|다[르른릅]|달라|틀|잘못|선택)", IdentityFailure.CARRIER),
        (r"(?:발송|전송|수신)[^.]{0,10}(?:실패|오류|못|불가|제한)", IdentityFailure.OTHER),
        (r"인증\s*(?:번호|코드)|(?:인증|입력|유효|제한)\s*시간|\bOTP\b", IdentityFailure.CODE),
        (r"(?:사용자|고객|이용자)[^.]{0,12}(?:취소|중단|종료)", IdentityFailure.CLOSED),
        (r"(?:인증|창)[^.]{0,6}(?:취소|닫)", IdentityFailure.CLOSED),
    )
)


def identity_failure(pg_code: str | None, *sentences: str | None) -> IdentityFailure:
    """Return the kind of a failure by the company's code, else by its sentences, the first that is known."""
    if pg_code is not None and pg_code in CODES:
        return CODES[pg_code]
    for sentence in sentences:
        for words, failure in _WORDS:
            if sentence and words.search(sentence):
                return failure
    return IdentityFailure.OTHER
