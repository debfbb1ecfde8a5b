"""The tone of data/responses: one calm voice, short sentences, no empty apology, dates as they are spoken."""

from __future__ import annotations

import re

import pytest

from tests.unit.test_response_facts import Text, each_text, everything_shown

SENTENCE_MAX = 75
OTHER_VOICES = re.compile(
    r"고객님|귀하|당신|십시오|바랍니다|드립니다|하셔야|하시기|ㅠ|ㅎ|ㅋ|(?<=[가-힣])~|[!?]{2}"
)
EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
APOLOGY = re.compile(r"죄송|미안|불편을")
NEXT_STEP = re.compile(r"(?:주세요|보세요|돼요|드릴게요)")
# 2026-11-30, 11/30, 11.30: in a chat a date is 11월 30일.
WRITTEN_DATE = re.compile(r"\d{4}-\d{1,2}|(?<!\d)\d{1,2}[/.]\d{1,2}(?!\d)")
MARKS = re.compile(r"\*\*|^\s*(?:[-|]|\d+\.)\s*", re.MULTILINE)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, list items and table rows each by themselves."""
    return [part.strip() for part in re.split(r"[.?!]\s|\n", MARKS.sub("", text)) if part.strip()]


def empty_apologies(text: str) -> list[str]:
    """Return the apologies that say nothing of what can be done."""
    return APOLOGY.findall(text) if APOLOGY.search(text) and not NEXT_STEP.search(text) else []


@each_text
def test_sentences_are_short(text: Text) -> None:
    assert [one for one in sentences(text.text) if len(one) > SENTENCE_MAX] == []


@each_text
def test_no_other_voice_is_heard(text: Text) -> None:
    shown = everything_shown(text)
    assert OTHER_VOICES.findall(shown) == []
    assert EMOJI.findall(shown) == []


@each_text
def test_an_apology_says_what_to_do(text: Text) -> None:
    assert empty_apologies(text.text) == []


@each_text
def test_dates_are_written_as_they_are_spoken(text: Text) -> None:
    assert WRITTEN_DATE.findall(text.text) == []


@pytest.mark.parametrize(
    "wrong", ["고객님, 기다려 주세요", "확인 바랍니다", "정말요??", "좋아요ㅎㅎ", "안녕하세요~"]
)
def test_the_voice_check_hears_another_voice(wrong: str) -> None:
    assert OTHER_VOICES.search(wrong)


def test_the_apology_check_sees_one_that_leaves_the_customer_alone() -> None:
    assert empty_apologies("죄송해요. 처리하지 못했어요.") == ["죄송"]
    assert empty_apologies("죄송해요. 잠시 뒤에 다시 해 주세요.") == []


@pytest.mark.parametrize("wrong", ["2026-11-30까지", "11/30까지", "11.30까지"])
def test_the_date_check_sees_a_written_date(wrong: str) -> None:
    assert WRITTEN_DATE.search(wrong)


def test_sentences_are_told_apart_by_ends_and_lines() -> None:
    assert sentences("**한 줄**이에요. 둘째예요?\n\n- 셋째") == ["한 줄이에요", "둘째예요", "셋째"]
