"""Reads the sum a customer names: finds every mention in a message, drops what was taken back, and decides.

Two different sums are never guessed between: without a word that takes one back, the answer is "ambiguous".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from prepayment.amounts.amount import NOTHING, Amount
from prepayment.amounts.everything import find_shares
from prepayment.amounts.mention import Mention, Share
from prepayment.amounts.normalization import normalize
from prepayment.amounts.sums import find_sums
from prepayment.amounts.vocabulary import TAIL

_GAP = 60  # how many characters after a mention are looked at

# Right after a mention: it is refused.
_REFUSED = re.compile(
    rf"(?:{TAIL}|다)\s{{0,3}}(?:은|는|도)?\s?[.,…]{{0,3}}\s?(?:선?결제\s?|납부\s?)?(?:하지\s?|내지\s?)?(?:은|는)?\s?"
    r"(?:말고|말구|말아|말자|마세|마라|아니(?!면)|아닙|아닌(?!지|가)|아냐|아녜|싫|취소|안\s?(?:낼|내|할|해)|못\s?(?:내|낼|해)|"
    r"(?:너무\s?)?(?:많(?!이)|적(?=어요|네|은데|습)|비싸|비쌉|커|크|작|부담(?!\s?없)|무리)|환불|필요\s?없|ㄴㄴ|노노|(?:말)?한\s?적이?\s?없|(?:말)?한\s?게\s?아[니닙]|안\s?(?:했|그랬)|라니(?!까)|뭐고|(?:라고?\s?)?한\s?[건거]는?\s?(?:잘못|실수))"
)
# Between two mentions: the first is replaced by the second.
_REPLACED = re.compile(
    r"말고|말구|말아|마세요|아니(?!면|(?:야|에요|예요|죠|지)?\s?\?)|아닙니다|아닌(?:데|\s)|아녀|아뇨|아냐(?!\s?\?)|대신|ㄴㄴ|노노|정정|취소|잘못|오타|"
    r"->|=>|→|⇒|➡|(?:이|가|은|는)?\s?(?:너무\s?[많적비부크커작과]|많(?:고|으니|아서|네|은데|아요)|적(?:고|으니|어서|네|은데|어요)|비싸"
    r"|부담(?!\s?없)|부족|모자라)|"
    r"못\s?(?:내|해)(?:고|니)|안\s?(?:내|하)고|려다"
)
# Said of the first right after it, or of what was wanted before.
_TOO_MUCH = re.compile(
    r"(?:은|는|이|가|까진|까지는)?\s?(?:너무\s?|좀\s?)?(?:힘들|어렵|어려|그렇고|그래서|안\s?(?:되(?:고|니|겠)|된다(?:니까|면)))"
)
_SAID_BEFORE = re.compile(
    r"(?:이라고?|라고?|하려고?|하려|할려고?|내려고?|낼려고?)\s?(?:말?했|그랬)(?:는데|지만|다가)"
)
_INSTEAD = re.compile(r"(?:으로|로)(?!\s?나)|이?요|만(?:요|$|\s?(?:할|해|낼|내|부탁))")
_OF_SUM = re.compile(r"\s?(?:어치)?\s?")  # between "5만원" and "쓴 거"
_FROM = re.compile(r"\s?에서\s{0,3}")
_TO = re.compile(r"(?:으로|로)(?!\s?나)")
_CHANGED_TO = re.compile(
    r"(?:으로|로)\s?(?:다시\s?)?(?:좀\s?)?(?:바꿔|바꾸|바꿀|변경|수정|정정|고쳐|고칠|줄여|줄일|줄이|낮춰|낮출|낮추|올려|올릴|올리|늘려|늘릴|조정)"
)
# Between two mentions: they belong together or are alternatives.
_JOINED = re.compile(
    r"이랑|랑\s|하고(?!\s?싶)|\+|더하기|플러스|그리고|또|추가|에다|아니면|아님|이나\s|이든|혹은|~|부터|^\s?[와과](?![가-힣])|\s더\s"
)


def parse(text: str) -> Amount:
    """Return the sum named in a chat message. Never raises; takes time linear in the length of the message."""
    plain, indexes = normalize(text)
    mentions = _without_echoes(
        plain, sorted([*find_sums(plain), *find_shares(plain)], key=lambda mention: mention.start)
    )
    if not mentions:
        return NOTHING
    amount = _decide(plain, mentions)
    if amount.span is None:
        return amount
    start, end = amount.span
    # A character of the plain text may stand for several: the span ends where the last of them ends.
    return Amount(
        amount.kind, amount.won, amount.candidates, (indexes[start], indexes[end - 1] + _width(indexes, end))
    )


def _without_echoes(text: str, mentions: list[Mention]) -> list[Mention]:
    """Leave out what may be ordinary words when nothing else names a sum, and the uncertain words for everything
    that another mention makes clear.

    "쓴 거 지금 다" says it again with "다", and "5만원 쓴 거" only says what the sum is made of.
    """
    certain = any(mention.share is Share.ALL and not mention.unclear for mention in mentions)
    a_sum = any(mention.share is Share.SUM and not mention.doubtful for mention in mentions)
    kept: list[Mention] = []
    for mention in mentions:
        if mention.doubtful and not a_sum:
            continue
        if mention.share is Share.ALL and (mention.unclear or mention.restates):
            of_sum = (
                bool(kept)
                and kept[-1].share is Share.SUM
                and _OF_SUM.fullmatch(text, kept[-1].end, mention.start) is not None
            )
            if of_sum or (mention.unclear and certain):
                continue
        kept.append(mention)
    return kept


def _width(indexes: Sequence[int], end: int) -> int:
    return indexes[end] - indexes[end - 1]


def _decide(text: str, mentions: list[Mention]) -> Amount:
    taken_back = _taken_back(text, mentions)
    kept = [mention for mention, dropped in zip(mentions, taken_back, strict=True) if not dropped]
    sums = [mention for mention in kept if mention.share is Share.SUM]
    every = [mention for mention in kept if mention.share is Share.ALL]
    least = [mention for mention in kept if mention.share is Share.MINIMUM]
    halves = [mention for mention in kept if mention.share is Share.HALF]
    parts = [mention for mention in kept if mention.share is Share.PART]
    named = sums + every + least
    if not named:
        return NOTHING
    span = (min(mention.start for mention in named), max(mention.end for mention in named))
    candidates = tuple(dict.fromkeys(value for mention in sums for value in mention.candidates))
    unclear = (
        any(mention.unclear for mention in named)
        or bool(halves)
        or sum(map(bool, (sums, every, least))) > 1
        or bool(parts and every)
        or len(candidates) > 1
        or (len(sums) > 1 and _any_joined(text, sums))
    )
    if unclear:
        return Amount("ambiguous", None, candidates, span)
    if least:
        return Amount("minimum", None, (), (least[0].start, least[0].end))
    if every:
        return Amount("all", None, (), (every[0].start, every[0].end))
    won = sums[-1].won
    contradicted = any(
        mentions[here].won == mentions[here - 1].won == won and taken_back[here] != taken_back[here - 1]
        for here in range(1, len(mentions))
    )
    if contradicted:  # "5만원 말고 5만원"
        return Amount("ambiguous", None, candidates, span)
    return Amount("won", won, candidates, (sums[-1].start, sums[-1].end))


def _taken_back(text: str, mentions: list[Mention]) -> list[bool]:
    """Tell for each mention whether the message takes it back."""
    dropped = [False] * len(mentions)
    last_change = 0
    for number, mention in enumerate(mentions):
        after = text[mention.end : mention.end + _GAP]
        if number + 1 == len(mentions):
            dropped[number] = _REFUSED.match(after) is not None
        else:
            following = mentions[number + 1]
            dropped[number] = _replaced(
                text, text[mention.end : min(following.start, mention.end + _GAP)], following
            )
        gap = text[mentions[number - 1].end : mention.start][:_GAP] if number else ""
        if number and _CHANGED_TO.match(after) and not _JOINED.search(gap):
            for earlier in range(last_change, number):
                dropped[earlier] = True
            last_change = number
    return dropped


def _replaced(text: str, gap: str, following: Mention) -> bool:
    """Whether what stands between a mention and the following one replaces the former by the latter."""
    if _FROM.fullmatch(gap) and _TO.match(text, following.end):
        return True
    if _TOO_MUCH.match(gap) or (_SAID_BEFORE.search(gap) and _INSTEAD.match(text, following.end)):
        return True
    statement = gap.rpartition("?")[2]
    return _REPLACED.search(statement) is not None


def _any_joined(text: str, sums: list[Mention]) -> bool:
    return any(
        _JOINED.search(text[first.end : second.start][:_GAP]) is not None for first, second in pairwise(sums)
    )
