"""Finds the words that ask to pay everything ("전액", "쓴 만큼"), the least ("최소 금액으로") or a part ("절반만").

"다" and its kind are ordinary words too ("다 됐나요?", "모두 안녕하세요"): they count when a verb of paying follows, or
when nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prepayment.amounts.mention import Mention, Share

_START = r"(?:(?<![가-힣])|(?<=거)|(?<=것)|(?<=걸)|(?<=돈)|(?<=금액)|(?<=결제)|(?<=만큼))"
_REMAINING = (
    r"(?:남은|남아\s?있는|쓴|사용한|밀린|나온|이번\s?달)\s?"
    r"(?:거|것|걸|꺼|금액|돈|만큼|소액결제\s?금액|소액결제)"
)
_ABLE = r"(?:낼|갚을|납부할|결제할|선결제할|가능한|되는)(?:\s?수\s?있는)?"
# "최대한 빨리" asks for haste and "최대한 적게" for the least.
_MEASURE = (
    rf"(?:한도|{_ABLE}|낼\s?수\s?있는|쓴|사용한|결제한|나온|남은|밀린)\s?(?:금액\s?|한도\s?)?만큼"
    r"|최대한(?:\s?많이|으로)?(?!\s?(?:빨|빠르|신속|얼른|당장|바로|천천|늦|적|조금|작|서둘|급))|최대로|최대\s?금액|최대치|맥스"
)
_LEAST = (
    rf"(?:{_ABLE}\s?)?(?:(?:최소|최저)(?:한의?)?\s?(?:(?:선?결제\s?|납부\s?)?금액|액|치|단위)?|미니멈|minimum|min(?![a-z])"
    r"|(?:제일|젤|가장|최대한)\s?(?:적은|작은|낮은)\s?(?:금액|액수|거|걸|것|돈|쪽))"
)
_LEAST_ADVERB = r"(?:제일|젤|가장|최대한)\s?(?:적게|작게|조금|쪼금)"
_WORD = re.compile(
    r"(?P<half>(?<![가-힣])(?:절반|반절|반만|반액))"
    r"|(?P<part>(?<![가-힣])일부|[0-9]{1,3}\s?(?:%|퍼센트|프로)|[1-9]/[1-9]|[2-9이삼사오]\s?분의\s?[1-9일이삼사])"
    rf"|{_START}(?:(?P<strong>전액|젼액|전엑|전\s?금액|전체\s?금액)"
    rf"|(?P<phrase>{_REMAINING}\s?(?:다|전부|모두|싹\s?다?|몽땅|모조리)|나머지\s?(?:다|전부|모두|싹\s?다?|몽땅)|있는\s?(?:거|것|만큼)\s?(?:다|전부|싹)|싹\s?다|전부\s?다"
    rf"|모두\s?다|몽땅\s?다|"
    r"전부|젼부|전뷰|모두|몽땅|모조리|죄다|깡그리|통째로|전체|풀로|완납|(?<![a-z])all(?![a-z])|"
    r"총\s?(?:액|금액)\s?(?:다|전부|으로|결[제재]|선결[제재]))"
    rf"|(?P<measure>(?:{_MEASURE})(?:\s?(?:다|전부|모두|싹)(?![가-힣]))?)|(?P<adverb>{_LEAST_ADVERB})|(?P<least>{_LEAST})"
    rf"|(?P<unsure>올인|총\s?금?액|{_REMAINING}|나머지)"
    r"|(?P<weak>싹|다)(?=[^가-힣]|낼|내줘|내주|선?결[제재]|납부|갚|해줘|해주))"
    r"|(?P<last>(?:말고|그냥|한\s?번에|한꺼번에|빠짐없이|남김없이|통으로)\s?다)(?=요?[^가-힣]*$)",
    re.IGNORECASE,
)
_PARTICLE = r"(?:이에요|예요|입니다|이요|으로요|로요|으로|로|요|를|을|만|여|용|임)?"
_SILENCE = r"[\s!.,~^ㅋㅎㅠㅜㅇㄱ;)]*"
_ONLY = re.compile(
    rf"{_PARTICLE}(?:\s?(?:한꺼번에|한\s?번에|미리|먼저|지금|바로))?{_SILENCE}(?:다|싹)?요?{_SILENCE}"
    r"(?=$|[.!?\n]|(?<=[요여], ))"
)
# A choice of the least has a particle that chooses: "최소 금액" alone, or with a question mark, asks for the rule.
_CHOSEN = re.compile(
    rf"(?P<particle>(?:으로|로)?(?:만|요|이요|여|용|이에요|예요|입니다)?요?){_SILENCE}(?=$|\n|(?<=[요여로만다]), |[.!])"
)
_OR = re.compile(r"(?:으로|로)?\s?(?:아니면|아님|또는|혹은)")
# The word is the whole message, perhaps after a yes: an answer to "how much?".
_WHOLE = re.compile(
    rf"(?:(?:네|넵|넹|예|응|어|음|아|그래|그냥|그럼|아니|아니요|일단|지금|미리|저는|이번\s?달|소액결제|선?결제"
    rf"|쓴\s?거?\s?만큼)[\s,.~]{{1,3}}){{0,2}}(?P<word>다|싹)(?:요|여|용|염)?{_SILENCE}"
)
_FILLER = (
    r"(?:다|전부|모두|싹|몽땅|미리|먼저|한꺼번에|한\s?번에|그냥|좀|지금|바로|이번에|이번\s?달|오늘|제가|카드로|빨리|당장|남김없이|깔끔하게|"
    r"소액결제|금액|같이|일시불로|꼭|(?:신용|체크)카드로|계좌이체로|현금으로)"
)
_DONE = (
    r"(?!\s?(?:했|햇|됐|됬|되|된|됨|돼|"
    r"한(?![가-힣])|완료|내역|취소|안|실패|일|수단|방법|오류|한도|하면|하나|해야|정보|금액))"
)
_PAY = re.compile(
    rf"{_PARTICLE}(?:\s{{0,3}}{_FILLER}){{0,5}}\s{{0,3}}(?:"
    rf"(?:선?결[제재]|선납|납부|지불|정산|정리|청산|상환|처리|입금|충전|완납|계산|진행){_DONE}"
    r"|낼(?!\s?(?:필요|때|지|까|돈|능력|여유|형편|방법|수\S?\s?없))|내\s?(?:줘|주|드)|내(?:고|자|려고|겠|\s?버)|내[면도]\s?(?:되|돼|될)"
    r"|내기(?!\s?(?:싫|힘|어))|냅니다|냄|낸다|갚(?:을|아(?!\s?놨)|고|자|겠)|털(?:어|게|자)"
    r"|해\s?(?:줘|주(?!나|는|시나|던)|라|버|요|ㅈ)|해(?=$|[^가-힣])|할\s?(?:게|께|래|거)|하(?:고\s?싶|자|겠|기로|려[고구])|부탁|넣어|ㄱㄱ|고고)"
)
_OTHER_TOPIC = re.compile(
    r".{0,10}?(?:환불|얼마|돌려|반환|결제|납부|선납|정산)?\s?(?:환불|얼마|돌려|반환|했|햇|됐|됬|되었|된|완료|야\s?(?:하|해|되|돼|만)|돈\S?\s?없"
    r"|수\S?\s?없|인가|인지)"
    r"|만\s?(?:되|돼|가능)"
    r"|[은는이가을를도]?\s?(?:선?결제|납부|선납)?\s?(?:얼만|냈|언제|알려|보여|조회|확인|설명|뭐|무슨|내기|내라|갚았|안\s?[돼되]|실패|빠져|나갔|들어오|들어왔|돌아오|눌|어려|힘들|빼고|제외)"
)
# What was asked for just before, and is no payment ("취소해 주세요 전부", "이용 내역 전체").
_OTHER_TOPIC_BEFORE = re.compile(
    r"(?:취소|환불|해지|차단|알려|보여|설명|조회|내역|목록|메뉴|안내|질문)[가-힣]{0,4}(?:\s?주세요|\s?줘요?)?[\s.,!]{0,3}$"
)
_COUNT_BEFORE = re.compile(r"(?:둘|셋|넷|개|가지|명)\s?$")


def find_shares(text: str) -> Iterator[Mention]:
    """Yield the mentions of everything, of the least and of parts in a normalized text, in order."""
    message = text.strip()
    if whole := _WHOLE.fullmatch(message):
        start = text.index(message) + whole.start("word")
        yield Mention(Share.ALL, start, start + 1)
        return
    for match in _WORD.finditer(text):
        start, end = match.span()
        after = text[end : end + 40]
        group = match.lastgroup
        if group in ("half", "part"):
            yield Mention(Share.HALF if group == "half" else Share.PART, start, end)
        elif group == "strong":
            if not _OTHER_TOPIC.match(after.partition("\n")[0][:14]):
                yield Mention(Share.ALL, start, end)
        elif group == "last":
            yield Mention(Share.ALL, end - 1, end)
        elif group == "weak":
            if _PAY.match(after) and not _COUNT_BEFORE.search(text[max(0, start - 4) : start]):
                yield Mention(Share.ALL, start, end)
        elif group in ("least", "adverb"):
            chosen = _CHOSEN.match(after)
            if (
                _PAY.match(after)
                or _OR.match(after)
                or (chosen and (chosen["particle"] or group == "adverb"))
            ):
                yield Mention(Share.MINIMUM, start, end)
        elif _PAY.match(after) or (
            _ONLY.match(after) and not _OTHER_TOPIC_BEFORE.search(text[max(0, start - 20) : start])
        ):
            yield Mention(
                Share.ALL, start, end, unclear=group == "unsure", restates=match[0].endswith("만큼")
            )
