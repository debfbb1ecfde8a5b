"""What Koreans write around a number, and what it says about the number.

Every pattern is tried on a short stretch of text next to the number, so its cost does not grow with the message.
"""

from __future__ import annotations

import re

# Particles and endings that may follow a sum directly.
PARTICLE = (
    "(?:만이라도|이라도|이라구요|이라고요|이라고|라고|만큼만|만큼|만으로|으로만|으로|로만|로|만요|만은|만을|만|"
    "은요|은|는|이요|이여|이용|이야|이에요|이예요|예요|에요|입니다|이구요|이고요|이고|인데요|인데|이었|이면|이니까|이지|이죠|이|"
    "가|을|를|도|에요|에|의|요|여|용|임|원)"
)
# Approximations that leave the sum as it is.
ABOUT = "(?:정도만|정도로|정도|가량만|가량|쯤만|쯤으로|쯤|어치만|어치|치만|짜리|권)"
TAIL = rf"(?:\s?{ABOUT})?{PARTICLE}?"
_PAYING = (
    "소액결제|선결제|결제|선납|납부|지불|정산|충전|상환|입금|미리|먼저|내줘|내주|내고|내자|내려|내겠|낼|냅|갚|부탁|"
    "해줘|해주|해 줘|해 주|할게|할래|할께|하겠|하고싶|하고 싶|하려|넣|긁|ㄱㄱ"
)

# What may follow a number written in Korean letters that has no 원, directly or as the beginning of the next word.
CLOSING = re.compile(
    rf"(?:(?:{ABOUT}{PARTICLE}?|{PARTICLE}|이상|이하|까지|부터|이나|이랑|이든|씩|선|대|콜|고고|염|욥)(?![가-힣])|"
    rf"말고|아니|대신|에서|만큼|하고|이랑|랑|만\s?(?:{_PAYING})|{_PAYING}|입니다|이에요|예요|이라|인데|이면|으로|이었|이고|이니|이지|이죠)"
)
PAYING_NEXT = re.compile(rf"\s?(?:{_PAYING}|정도|쯤|가량|만\s|만$|$|[^가-힣 ])")

# Counting words that make a number without 원 something else than money.
_COUNTED = (
    "개|번|명|살|세|월|일|년|시|분|초|주|회|건|장|층|호|배|점|위|등|차|팀|권|잔|병|마리|벌|끼|박|평|톤|편|화|쪽|줄|통|자|"
    "리|보|불|엔|인분|가지|단계|시간|번지|호선|학년|글자|자리|사람|그램|걸음|페이지|나이"
)
_COUNTED_LONG = (
    "개월|번째|퍼센트|프로|포인트|캐시|코인|마일리지|마일|달러|위안|유로|"
    "파운드|루블|바트|엔화|기가|메가|테라|킬로|미터|리터|볼트|와트"
)
COUNTER = re.compile(
    rf"\s?(?:(?:{_COUNTED_LONG})|(?:{_COUNTED})(?:(?:[은는이가을를만에의로과와도]|째|까지|부터|이나|정도|쯤|이에요|예요|"
    r"이요|요|동안|간|씩|에서|으로|마다|입니다)?(?![가-힣])|[0-9])|대(?![가-힣])|[%℃°$€£¥]|(?:[GMK]B|kg|km|usd|jpy)\b)|[a-z_@*]",
    re.IGNORECASE,
)

# A word before bare digits that says they are a code.
CODE_WORD = re.compile(
    r"(?:번호|코드|자리|비번|인증|핀|pin|otp|계좌|아이디|id|생년월일|생일|내선|모델|버전|우편|학번|사번|연도|기종|고객센터|콜센터)"
    r"(?:은|는|이|가)?\s?[:=]?\s?$",
    re.IGNORECASE,
)
WORD_BEFORE_CODE = re.compile(r"[A-Za-z_#@*/&?№]-?$")
FOREIGN_BEFORE = re.compile(r"[$€£¥]\s?$")
CURRENCY_BEFORE = re.compile(r"(?:(?<![A-Za-z])(?:krw|won)\s?|[₩\\]\s?)$", re.IGNORECASE)

MINUS_BEFORE = re.compile(r"(?:(?<![^\s(\[,'\"])-|마이너스\s{0,2})$")
# A sign that may be a dash, a bullet or a plus.
UNCLEAR_SIGN = re.compile(r"(?:[-+△▲±]|(?:^|\s)~|[0-9]\s?[xX×*])\s{0,2}$")

# What may stand directly before "만원"; anything else may be its digit ("O만원", "⑤만원").
DIGIT_BEFORE = re.compile(r"[^가-힣\s.,!:;~=₩\\'\"(\[<{‘“「+-]$")
VAGUE_BEFORE = re.compile(r"(?:(?<![가-힣])(?:수|여러)|몇)\s?$")
NATIVE_BEFORE = re.compile(
    r"(?<![가-힣])(?:열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔)?\s?(?:하나|두|둘|세|셋|네|넷|서|너|석|넉|다섯|여섯|일곱|여덟|아홉|"
    r"열|스무|서른|마흔|쉰|예순|일흔|여든|아흔|서너|두세|너댓|네댓|대여섯|예닐곱|한두|두서너|너덧)\s?$"
)
# Words that may be written together with a number in Korean letters.
LEADING_WORD = re.compile(
    r"(?:^|[^가-힣])(?:약|한|총|딱|대략|그럼|일단|우선|그냥|음|금액|일금|결제|선결제|소액결제|나는|저는|그러면|합계|합|먼저|미리|마이너스)$"
)
BOUND_BEFORE = re.compile(
    r"(?:최소|최대|최소한|최대한|적어도|많아야|많아봐야|못해도|이상|미만|초과|두\s?배|곱하기|더하기|빼기)\s?$"
)
RANGE_BEFORE = re.compile(
    r"(?:(?:^|[^0-9.:/,-])[0-9]{1,3}|(?<![가-힣0-9])[일이삼사오육칠팔구십]{1,2})"
    r"\s?(?:~|-|,|·|/|\.|에서|이나|나|내지|부터|또는|혹은|아니면|아님|or)\s{0,2}$"
)
SPACED_DIGITS = re.compile(r"(?:^|[^0-9.:/,~·-])[0-9]{1,3} {1,3}$|(?<![가-힣0-9])[일이삼사오육칠팔구] {1,3}$")
POINT_BEFORE = re.compile(r"[0-9일이삼사오육칠팔구십영]\s?점$")

# After a sum: it is a bound, a difference, a factor or a part, not the sum to pay.
UNCLEAR_AFTER = re.compile(
    r"(?:\s?(?:이상|이하|미만|초과|안팎|내외|남짓|언저리|언더|오버|넘|부터|까지|사이|씩|보다|단위|[초중후]반|반(?![가-힣])|여\s?원|여\s|선에서|선$|이내|안쪽|"
    r"이나|이든|또는|혹은|아니면|아님|or\b|and\b)"
    r"|대(?:로|의|요|에|는|정도)?(?![가-힣])"
    rf"|{TAIL}\s?(?:(?:[xX×*]|곱|÷|/)\s?[0-9]|곱하기|나누기|나눠서)"
    rf"|{TAIL}\s?(?:[2-9]|[1-9][0-9]{{1,2}}|두|세|네|다섯|여섯|일곱|열|몇|여러)\s?(?:번|회|장|개(?!월)|배|차례|건|곳|군데)(?!째|호)"
    r"|\s?몇|\s?얼마(?!나|에|예|인|를|\s?예)"
    rf"|{TAIL}\s?(?:조금|좀|약간|살짝)\s?(?:넘|안\s?되|안\s?돼|더|덜|모자|못)"
    rf"|{TAIL}\s?(?:더(?![가-힣])|더\s|더[요로해내결선낼할]|덜|추가|빼|뺀|제외|제하|제한|남기|남겨|남게|남도록|깎|할인|두고|놔두)"
    r"|(?:만|씩|정도)?\s?(?:줄여|줄이|낮춰|낮추|올려|올리|늘려|늘리|내려(?!고))"
    rf"|(?:의|{PARTICLE})?\s?(?:절반|반만|반절|[0-9]{{1,3}}\s?(?:%|퍼센트|프로))"
    r"|\s?(?:중에서|중에|중)(?![가-힣])"
    r"|\s?[~-]\s?[0-9]"
    r"|\s{1,3}[0-9]{1,3}(?=\s|$|[.,!?](?:\s|$)))"
)
LAST_DIGIT = re.compile(r"(?:[삼사오육칠팔구](?![가-힣])|[일이]$)")
TRAVEL = re.compile(r"\s?(?:버스|지하철|전철|열차|사례)")

# Numbers in Korean letters that are also ordinary words ("이만 끊을게요", "오만 가지", the towns 이천 and 사천).
ORDINARY = frozenset({"이만", "일만", "천만", "이천", "사천", "구천", "오만", "만", "천", "백", "십"})

# Groups of bare digits with blanks between them, as telephone and card numbers are written.
DIGIT_GROUPS = re.compile(
    r"(?<![0-9])(?:[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{1,4})?|"
    r"(?:\+?82[ -]?)?0?1[016789][ .-][0-9]{3,4}[ .-][0-9]{4}|"
    r"01[016789][ .-][0-9]{7,8}|0[0-9]{1,2}[ .)-]{1,2}[0-9]{3,4}[ .-][0-9]{4}|"
    r"1[5-8][0-9]{2}[ -][0-9]{4}(?!\s?[만천원])|"
    r"[0-9]{6}[ -][1-4][0-9*]{6}|(?:19|20)[0-9]{2}[ .]{1,2}[0-9]{1,2}[ .]{1,2}[0-9]{1,2})(?![0-9])"
)
