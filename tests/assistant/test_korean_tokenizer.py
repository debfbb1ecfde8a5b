"""The tokenizer on ordinary and on hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.korean_tokenizer import KoreanTokenizer

TOKENIZER = KoreanTokenizer(
    {**KoreanTokenizer.get_default_config(), "user_words": ["소액결제", "선결제", "KT닷컴", "마이케이티"]}
)


def tokens(text: str) -> list[Token]:
    return TOKENIZER.tokenize(Message({TEXT: text}), TEXT)


def test_words_of_the_domain_stay_whole() -> None:
    forms = [token.text for token in tokens("KT닷컴이나 마이케이티에서 소액결제를 선결제할래요")]

    assert {"kt닷컴", "마이케이티", "소액결제", "선결제"} <= set(forms)


def test_particles_are_separated_from_nouns() -> None:
    assert [token.text for token in tokens("한도가")] == ["한도", "가"]


def test_offsets_point_into_the_text_as_typed() -> None:
    typed = "  ＫＴ닷컴에서\u200b  선결제"

    found = {token.text: typed[token.start : token.end] for token in tokens(typed)}

    assert found["kt닷컴"] == "ＫＴ닷컴"
    assert found["선결제"] == "선결제"


@pytest.mark.parametrize("typed", ["", " ", "\x00\x01\x1f", "\u200b\u200d", "\ud800"])
def test_nothing_to_read_gives_no_tokens(typed: str) -> None:
    assert tokens(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        "😀" * 50,
        "👨‍👩‍👧‍👦❤️",
        "ㅋㅋㅋㅋ",
        "ㅏㅏㅏ",
        "가" * 10_000,
        "선결제 해줘 " * 2_000,
        "가나다라마바사" * 1_500,
        "1" * 10_000,
    ],
    ids=[
        "emoji",
        "joined emoji",
        "consonants",
        "vowels",
        "one syllable",
        "many words",
        "one long word",
        "digits",
    ],
)
def test_any_message_is_read_in_order_and_within_its_bounds(typed: str) -> None:
    found = tokens(typed)

    assert found
    assert all(0 <= token.start < token.end <= len(typed) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(typed: str) -> None:
    assert all(0 <= token.start < token.end <= len(typed) for token in tokens(typed))
