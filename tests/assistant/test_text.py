"""Normalisation of typed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import has_hangul_word, normalize, normalize_with_spans, says_nothing


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ""),
        ("５만원", "5만원"),
        ("ＫＴ닷컴", "kt닷컴"),
        ("선\u200b결제\ufeff", "선결제"),
        ("\x00선결제\x07\t해줘\n", "선결제 해줘"),
        ("ㅋㅋㅋㅋㅋㅋ", "ㅋㅋ"),
        ("네에에에에!!!!", "네에에!!"),
        ("ㅇㅇ", "ㅇㅇ"),
        ("\u1109\u1165\u11ab\u1100\u1167\u11af\u110c\u1166", "선결제"),
        ("❤️", "❤"),
        ("\ud800", ""),
        ("   ", ""),
    ],
)
def test_variants_of_the_same_words_become_the_same_text(typed: str, expected: str) -> None:
    assert expected == normalize(typed)


def test_zeros_of_a_sum_are_never_cut() -> None:
    assert normalize("１００００００원") == "1000000원"


@given(st.text(max_size=200))
def test_every_character_knows_where_it_stood(typed: str) -> None:
    result = normalize_with_spans(typed)

    assert len(result.text) == len(result.spans)
    assert all(0 <= start < end <= len(typed) for start, end in result.spans)
    assert list(result.spans) == sorted(result.spans)


@given(st.text(max_size=200))
def test_no_invisible_characters_and_no_doubled_spaces_remain(typed: str) -> None:
    text = normalize(typed)

    assert text == text.strip(" ")
    assert "  " not in text
    assert not any(character in text for character in "\x00\t\n\r\u200b\u200d\ufeff\ufe0f")


@pytest.mark.parametrize("text", ["", " ", "?", "??", "~~", "...", "!?", "^^", "\u200b", "\u202e"])
def test_punctuation_and_blanks_say_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["ㅇㅇ", "네?", "5", "ok", "👍", "👍🏽", "🙅\u200d♂️"])
def test_letters_digits_and_pictures_say_something(text: str) -> None:
    assert not says_nothing(text)


@pytest.mark.parametrize("text", ["네", "5만", "ㅇㅋ 근데", "\u1102\u1166"])
def test_whole_syllables_are_words(text: str) -> None:
    assert has_hangul_word(text)


@pytest.mark.parametrize("text", ["", "ㅁㄴㅇㄹ", "tjsrufwp", "😀😀", "12 34"])
def test_letters_by_themselves_are_no_hangul_words(text: str) -> None:
    assert not has_hangul_word(text)
