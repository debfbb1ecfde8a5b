"""Which messages are put together, and in what order."""

from __future__ import annotations

from assistant.unanswered_groups import Group, Guess, group
from assistant.unanswered_store import Message


def asked(
    *texts: str, outcome: str = "not understood", guess: str | None = "greet", confidence: float = 0.2
) -> list[Message]:
    """Return one message for each text, each in a conversation of its own, a second apart."""
    return [Message(t, t, float(at), outcome, guess, confidence) for at, t in enumerate(texts)]


def texts(groups: list[Group]) -> list[list[str]]:
    return [[question.text for question in found.questions] for found in groups]


def test_messages_that_ask_the_same_in_other_words_are_together() -> None:
    found = group(
        asked(
            "이번 달 얼마 썼는지 알려줘",
            "본인인증 문자가 안 와요",
            "이번달 얼마썼는지 알려줘요",
            "본인인증 문자 안와요",
            "이번 달 얼마 썼는지 알려 주세요",
        )
    )

    assert sorted(map(sorted, texts(found.groups))) == [
        ["본인인증 문자 안와요", "본인인증 문자가 안 와요"],
        ["이번 달 얼마 썼는지 알려 주세요", "이번 달 얼마 썼는지 알려줘", "이번달 얼마썼는지 알려줘요"],
    ]


def test_messages_without_a_letter_in_common_stay_apart() -> None:
    assert len(group(asked("환불", "한도", "점심 메뉴")).groups) == 3


def test_spellings_that_the_bot_takes_for_the_same_are_one_text() -> None:
    """Shown as most people typed it."""
    [found] = group(asked("KT 앱ㅋㅋㅋㅋ", "kt 앱ㅋㅋ", "ＫＴ  앱ㅋㅋㅋ", "kt 앱ㅋㅋ")).groups

    assert [(question.text, question.times) for question in found.questions] == [("kt 앱ㅋㅋ", 4)]


def test_what_was_asked_most_often_comes_first() -> None:
    """Groups and their questions; of equals the latest."""
    found = group(asked("한도", "환불", "환불", "점심 메뉴", "환불요", "환불요", "환불요"))

    assert texts(found.groups) == [["환불요", "환불"], ["점심 메뉴"], ["한도"]]


def test_a_group_tells_how_often_by_how_many_and_when() -> None:
    messages = [
        Message("one", "환불", 5.0, "asked back", "faq_methods", 0.3),
        Message("one", "환불", 9.0, "not understood", "ask_cancel_prepayment", 0.2),
        Message("two", "환불요", 7.0, "asked back", "ask_cancel_prepayment", 0.4),
        Message("two", "환불요", 8.0, "asked back", None, 0.0),
    ]

    [found] = group(messages).groups

    assert (found.times, found.conversations, found.last_asked) == (4, 2, 9.0)
    assert found.outcomes == [("asked back", 3), ("not understood", 1)]
    assert [(g.intent, g.times, round(g.confidence, 6)) for g in found.guesses] == [
        ("ask_cancel_prepayment", 2, 0.3),
        ("faq_methods", 1, 0.3),
    ]


def test_a_group_that_the_classifier_knew_nothing_about_has_no_guess() -> None:
    [found] = group(asked("ㅁㄴㅇㄹ", guess=None)).groups

    assert found.guesses == []


def test_the_rarest_texts_are_left_out_when_there_are_too_many() -> None:
    messages = asked("한도", "한도", "환불", "환불", "환불", "점심", "저녁", "저녁")

    found = group(messages, max_texts=2)

    assert texts(found.groups) == [["환불"], ["저녁"]]
    assert (found.texts_left_out, found.messages_left_out) == (2, 3)


def test_nothing_makes_no_group_and_one_text_makes_one() -> None:
    assert group([]).groups == []
    assert texts(group(asked("환불", guess="stop", confidence=0.5)).groups) == [["환불"]]
    assert group(asked("환불", guess="stop", confidence=0.5)).groups[0].guesses == [Guess("stop", 1, 0.5)]


def test_signs_of_which_normalising_leaves_nothing_are_listed_too() -> None:
    assert texts(group(asked("\ufe0f", "\ufe0f", "?")).groups) == [["\ufe0f"], ["?"]]
