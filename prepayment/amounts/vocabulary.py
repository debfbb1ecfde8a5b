"""What Koreans write around a number, and what it says about the number.

Every pattern is tried on a short stretch of text next to the number, so its cost does not grow with the message.
"""

from __future__ import annotations

import re

# Particles and endings that may follow a sum directly.
PARTICLE = (
    "(?:만이라도|이라도|이라구요|이라고요|이라고|라고|만큼만|만큼|만으로|으로만|으로|로만|로|만요|만은|만을|만|"
    "은요|은|는|과|와|나|이요|이여|이용|이야|이에요|이예요|예요|에요|입니다|이구요|이고요|이고|인데요|인데|이었|이면|이니까|이지|이죠|이|"
    "가|을|를|도|에요|에|의|요|여|용|임|원)"
)
# Approximations that leave the sum as it is.
ABOUT = "(?:정도만|정도로|정도|가량만|가량|쯤만|쯤으로|쯤|어치만|어치|치만|짜리|권)"
TAIL = rf"(?:\s?{ABOUT})?{PARTICLE}?"
_PAYING = (
    "소액결[제재]|선결[제재]|결[제재]|선납|납부|지불|정산|충전|상환|입금|미리|먼저|내줘|내주|내고|내자|내려|내겠|낼|냅|갚|부탁|"
    "해줘|해주|해 줘|해 주|할게|할래|할께|하겠|하고싶|하고 싶|하려|넣|긁|ㄱㄱ"
)

# What may follow a number written in Korean letters that has no 원, directly or as the beginning of the next word.
CLOSING = re.compile(
    rf"(?:(?:{ABOUT}{PARTICLE}?|{PARTICLE}|이상|이하|까지|부터|이나|이랑|이든|씩|선|대|콜|고고|염|욥)(?![가-힣])|"
    rf"말고|아니|대신|되나|돼요|될까|가능|보낼|쏠|에서|에다|보다|할까|할지|인지|일지|만큼|하고|이랑|랑|만\s?(?:{_PAYING})|{_PAYING}|입니다|이에요|예요|이라"
    rf"|인데|이면|으로|이었|이고|이니|이지|이죠)"
)
PAYING_NEXT = re.compile(rf"\s?(?:{_PAYING}|정도|쯤|가량|만\s|만$|$|[^가-힣 ])")

# Counting words that make a number without 원 something else than money.
_COUNTED = (
    "개|번|명|살|세|월|일|년|시|분|초|주|회|건|장|층|호|배|점|위|등|차|팀|권|잔|병|마리|벌|끼|박|평|톤|편|화|쪽|줄|통|자|"
    "리|보|불|엔|인분|가지|단계|시간|번지|호선|학년|글자|자리|사람|그램|걸음|페이지|나이"
)
_COUNTED_LONG = (
    "개월|번째|퍼센트|프로|팔로워|구독자|유튜버|조회수|포인트|캐시|코인|마일리지|마일|달러|위안|유로|"
    "파운드|루블|바트|엔화|기가|메가|테라|킬로|미터|리터|볼트|와트"
)
COUNTER = re.compile(
    rf"\s?(?:(?:{_COUNTED_LONG})|(?:{_COUNTED})(?:(?:[은는이가을를만에의로과와도]|째|까지|부터|이나|정도|쯤|이에요|예요|"
    r"이요|요|동안|간|씩|에서|으로|마다|입니다)?(?![가-힣])|[0-9])|대(?![가-힣])|[%℃°$€£¥]|(?:[GMK]B|kg|km|usd|jpy)\b)|[a-z_@*]",
    re.IGNORECASE,
)

# A word before bare digits that says they are a code.
CODE_WORD = re.compile(
    r"(?:번호|코드|숫자|자리|비번|인증|핀|pin|otp|계좌|아이디|id|생년월일|생일|내선|모델|버전|우편|학번|사번|연도|기종|고객센터|콜센터)"
    r"(?:은|는|이|가)?\s?[:=]?\s?\Z",
    re.IGNORECASE,
)
WORD_BEFORE_CODE = re.compile(r"(?:[A-Za-z_#@*/&№]|(?:/|[A-Za-z]{2})\?)-?\Z")
FOREIGN_BEFORE = re.compile(r"(?:[$€£¥]|(?<![a-z])(?:usd|jpy|eur|cny)|분의)\s?\Z", re.IGNORECASE)
CURRENCY_BEFORE = re.compile(r"(?:(?<![A-Za-z])(?:krw|won)\s?|[₩\\]\s?)\Z", re.IGNORECASE)

MINUS_BEFORE = re.compile(r"(?:(?<![^\s(\[,'\"])-|마이너스\s{0,2})\Z")
# A sign that may be a dash, a bullet or a plus.
UNCLEAR_SIGN = re.compile(r"(?:[-+△▲±]|(?:^|\s)~|[0-9]\s?[xX×*])\s{0,2}\Z")

# What may stand directly before "만원"; anything else may be its digit ("O만원", "⑤만원").
DIGIT_BEFORE = re.compile(r"[^가-힣\s.,!:;~=₩\\'\"(\[<{‘“「+-]\Z")
VAGUE_BEFORE = re.compile(r"(?:(?<![가-힣])(?:수|여러)|몇)\s?\Z")
NATIVE_BEFORE = re.compile(
    r"(?<![가-힣])(?:열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔)?\s?(?:하나|두|둘|세|셋|네|넷|서|너|석|넉|다섯|여섯|일곱|여덟|아홉|"
    r"열|스무|서른|마흔|쉰|예순|일흔|여든|아흔|서너|두세|두어|너댓|네댓|대여섯|예닐곱|한두|두서너|너덧)\s?\Z"
)
# "네" that says yes and is no four.
YES_BEFORE = re.compile(r"(?:\A|[.,!?~\n])\s{0,3}네\s{1,3}\Z")
# A syllable that looks like the beginning of a number and ends a word: "내일 만원", "금액이 만원", "하나만 오천원".
WORD_END = re.compile(
    r"(?:(?<=[내매생요평휴당익종])일|(?<=케)이|(?<=친)구|(?<=회)사|(?<=이것|그것|저것|이거|그거|요것|하나)만)(?= )"
)
SUBJECT_END = re.compile(r"이(?= )")
ADVERB_BEFORE = re.compile(r"(?:^|[^가-힣])(?:약|한|총|딱|대략|그럼|일단|음|합)\Z")
# Words that may be written together with a number in Korean letters.
LEADING_WORD = re.compile(
    r"(?:^|[^가-힣])(?:약|한|총|딱|대략|그럼|일단|우선|그냥|음|금액|일금|결제|선결제|소액결제|나는|저는|그러면|합계|합|먼저|미리|마이너스)\Z"
)
# A sum and a word that joins it to the next.
SUM_BEFORE = re.compile(
    r"[0-9만천원넌눤논냥kKnN](?:에서|이?나|이?랑|하고|부터|말고|아니|아니고|아니면|이?든|도|과|와|또는|혹은)\Z"
)
BOUND_BEFORE = re.compile(
    r"(?:최소|최대|최소한|최대한|적어도|많아야|많아봐야|많게는|적게는|많아도|적어도|잡아도|최고|최저|추가|추가로|못해도|기껏해야|이상|미만|초과|두\s?배|곱하기|더하기|빼기"
    r"|한도(?:액|금액)?[가는은를이]?\s?[총월]?)\s?\Z"
)
RANGE_BEFORE = re.compile(
    r"(?:(?:^|[^0-9.:/,-])(?!114)[0-9]{1,3}|(?<![가-힣0-9])[일이삼사오육칠팔구십]{1,2})"
    r"\s?(?:~|-|,|·|/|\.|에서|이나|나|내지|부터|또는|혹은|아니면|아님|or)\s{0,2}\Z"
)
SPACED_DIGITS = re.compile(
    r"(?:^|[^0-9.:/,~·-])[0-9]{1,3} {1,3}\Z|(?<![가-힣0-9])[일이삼사오육칠팔구] {1,3}\Z"
)
POINT_BEFORE = re.compile(r"[0-9일이삼사오육칠팔구십영]\s?점\Z")

# After a sum: it is a bound, a difference, a factor or a part, not the sum to pay.
UNCLEAR_AFTER = re.compile(
    r"(?:(?:\s?(?:정도|쯤|가량))?\s?(?:이상|이하|미만|초과|안팎|내외|남짓|언저리|언더|오버|넘|부터|까지|사이|씩|보다|단위|[초중후]반|반(?![가-힣])"
    r"|여\s?원|여\s|선에서|선$|이내|내(?:로|에서)|안(?:쪽|으로|에서)|밑|아래|위로|전후|근처|한도|플러스|[+±]|"
    r"인가|인지|이나|이든|또는|혹은|아니면|아님|or\b|and\b)"
    r"|\s?대(?:로|의|요|에|는|정도|인지|인가요?|인데요?|예요|이에요|입니다)?(?![가-힣])"
    rf"|{TAIL}\s?(?:(?:[xX×*]|곱|÷|/)\s?[0-9]|곱하기|나누기|나눠서)"
    rf"|{TAIL}\s?(?:[2-9]|[1-9][0-9]{{1,2}}|두|세|네|다섯|여섯|일곱|열|몇|여러)\s?(?:번|회|장|개(?!월)|배|차례|건|곳|군데)(?!째|호)"
    r"|\s?몇|\s?얼마(?!나|에|예|인|를|\s?예)"
    rf"|{TAIL}\s?(?:(?:하고\s?)?(?:조금|좀|약간|살짝)(?:만)?\s?(?:넘|안\s?되|안\s?돼|더|덜|모자|못)|[안못]?\s?넘|안\s?되(?:면|는)"
    rf"|(?:채\s?)?(?:[안못]\s?)?되게|채[워우]|맞[춰추]|에서\s?(?:조금|약간|반(?![가-힣]))|플마|안\s?(?:돼(?!요?\s?\?)|됩니다|되네요?|되는데|된다"
    rf"|된대)(?!\s?\?)|되기\s?전|될\s?때)"
    rf"|{TAIL}\s?(?:더(?![가-힣])|더\s|더[요로해내결선낼할]|덜|추가|빼|뺀|제외|제하|제한|남기|남겨|남게|남도록|깎|할인|두고|놔두)"
    r"|(?:만|씩|정도)?\s?(?:줄여|줄이|낮춰|낮추|올려|올리|늘려|늘리|내려(?!고))"
    rf"|(?:의|{PARTICLE})?\s?(?:절반|반만|반절|반(?![가-힣])|(?!100)[0-9]{{1,3}}\s?(?:%|퍼센트|프로))"
    r"|\s?(?:중에서|중에|중)(?![가-힣])"
    r"|\s?[~-]\s?[0-9]"
    r"|\s{1,3}[0-9]{1,3}(?=\s|$|[.,!?](?:\s|$)))"
)
LAST_DIGIT = re.compile(r"(?:[삼사오육칠팔구](?![가-힣])|[일이]$)")
# Crowded trains, shops where everything costs the same, "not a penny".
IDIOM = re.compile(
    r"만\s?원\s?(?:버스|지하철|전철|열차|사례)|[백천만]\s?원\s?(?:샵|숍|마트|마켓|김밥|경매)|[십백]\s?원\s?(?:도(?![가-힣])|한\s?(?:장|푼))"
)

# Numbers in Korean letters that are also ordinary words ("이만 끊을게요", "오만 가지", the towns 이천 and 사천).
ORDINARY = frozenset({"이만", "일만", "천만", "이천", "사천", "구천", "오만", "만", "천", "백", "십"})
# "그럼 이만": goodbye.
FAREWELL = re.compile(r"(?:그럼|그러면|저는|전|난|나는|[요여])\s?이만요?[^가-힣0-9]*\Z")
# Endings after which they are sums all the same.
ORDINARY_SUM = re.compile(r"(?:이만|일만)(?:으로|만요|이요|이에요|정도)")
# What follows "오만" when it means arrogance, "all sorts of" or Oman.
ARROGANCE_AFTER = re.compile(
    r"\s?(?:가지|데|상|군데|방|정이|잡|하[네다게고는지시]|한\s(?!번)|함|불손|해(?![줘주])|여행|로밍|국|에서|출장|전화|친구|소리|생각|짓|말|것|사람|욕|짜증|핑계)"
)
# What never follows a sum ("천만에요", "오만의 극치").
ORDINARY_AFTER = re.compile(r"에(?!서|다| )|의|다")

# Groups of bare digits with blanks between them, as telephone and card numbers are written.
DIGIT_GROUPS = re.compile(
    r"(?<![0-9])(?:[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{1,4})?|"
    r"(?:\+?82[ -]?)?0?1[016789][ .-][0-9]{3,4}[ .-][0-9]{4}|"
    r"01[016789][ .-][0-9]{7,8}|0[0-9]{1,2}[ .)-]{1,2}[0-9]{3,4}[ .-][0-9]{4}|"
    r"1[5-8][0-9]{2}[ -][0-9]{4}(?!\s?[만천원])|"
    r"[0-9]{6}[ -][1-4][0-9*]{6}|(?:19|20)[0-9]{2}[ .]{1,2}[0-9]{1,2}[ .]{1,2}[0-9]{1,2})(?![0-9])"
)
