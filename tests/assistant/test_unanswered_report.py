"""The two formats, the second read back by Rasa's own reader."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message as Example

from assistant.text import normalize
from assistant.unanswered_groups import group
from assistant.unanswered_report import Section, as_text, as_yaml
from assistant.unanswered_store import Message
from assistant.unanswered_text import printable

HOSTILE = [
    "[5만원](amount) 낼게요",
    '[5만원]{"entity": "amount", "value": 50000}',
    '[5만원][{"entity": "amount"}]',
    "[카드번호 가림]",
    "- intent: affirm",
    "--- ",
    "# 주석",
    "a: b | > & * ! % @ ` ' \" { } ? ,",
    "${PREPAY_TRACKER_URL} $HOME",
    r"\u000a  - intent: affirm\n",
    "<b>글</b> {{x}}",
    "한 줄\n  - intent: affirm\r\n두 줄\u2028세 줄\x0b네 줄\x85",
    "👩🏽‍💻 이모지",
]


def asked(*texts: str) -> list[Message]:
    return [
        Message(f"conversation {number}", printable(text), 1_747_450_000.0, "not understood", "greet", 0.25)
        for number, text in enumerate(texts)
    ]


def section(*texts: str) -> Section:
    return Section("Heading", group(asked(*texts)).groups, ())


def read_back(text: str) -> list[Example]:
    """Return Rasa's examples; its warnings about what it skips are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        return list(RasaYAMLReader().reads(text).training_examples)


def test_the_text_for_reading() -> None:
    messages = [
        Message("one", "환불", 1_747_440_000.0, "asked back", "ask_cancel_prepayment", 0.31),
        Message("two", "환불", 1_747_450_000.0, "asked back", "ask_cancel_prepayment", 0.33),
        Message("two", "환불요", 1_747_440_001.0, "not understood", "stop", 0.1),
        Message("three", "점심", 1_747_440_002.0, "not understood", None, 0.0),
    ]

    assert (
        as_text([Section("Heading", group(messages).groups, ["Remark."])])
        == """\
Heading
Remark.

1. asked 3 times in 2 conversations, last seen 2025-05-17 11:46 (Seoul)
   outcome: asked back 2 times, not understood 1 time
   best guess: ask_cancel_prepayment 2 times (mean confidence 0.32), stop 1 time (mean confidence 0.10)
       2 x  환불
       1 x  환불요

2. asked 1 time in 1 conversation, last seen 2025-05-17 09:00 (Seoul)
   outcome: not understood 1 time
   best guess: none
       1 x  점심
"""
    )


def test_of_a_long_group_the_first_eight_are_shown_and_the_rest_counted() -> None:
    lines = as_text(
        [section(*(f"선결제 취소 환불 방법 알려줘 {number}" for number in range(10)))]
    ).splitlines()

    assert sum(" x  " in line for line in lines) == 8
    assert lines[-1].strip() == "and 2 more"


def test_a_long_message_is_shortened_for_reading_and_whole_in_the_draft() -> None:
    long = "환불해주세요 " * 100

    assert max(map(len, as_text([section(long)]).splitlines())) < 140
    assert read_back(as_yaml([section(long)]))[0].get("text") == long.strip()


def test_the_draft_has_every_message_once_and_no_intent_chosen() -> None:
    texts = [f"선결제 취소 환불 방법 알려줘 {number}" for number in range(10)] + ["점심 메뉴"]

    examples = read_back(as_yaml([section(*texts), section("피자")]))

    assert sorted(example.get("text") for example in examples) == sorted([*texts, "피자"])
    assert {example.get("intent") for example in examples} == {"CHOOSE"}


def test_the_draft_says_above_each_group_what_it_is_and_what_was_guessed() -> None:
    lines = as_yaml([section("환불")]).splitlines()

    place = lines.index("  - intent: CHOOSE")
    assert lines[place - 3 : place + 3] == [
        "  # 1. asked 1 time in 1 conversation, last seen 2025-05-17 11:46 (Seoul)",
        "  # outcome: not understood 1 time",
        "  # best guess: greet 1 time (mean confidence 0.25)",
        "  - intent: CHOOSE",
        "    examples: |",
        "      - 환불",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_example_without_entities(text: str, tmp_path: Path) -> None:
    """Read as a file, as training does; what the bot makes of it is what it made of the message."""
    file = tmp_path / "draft.yml"
    file.write_text(as_yaml([section(text)]), encoding="utf-8")

    [example] = load_data(str(file)).training_examples

    assert example.get("intent") == "CHOOSE"
    assert not example.get("entities")
    assert normalize(example.get("text")) == normalize(printable(text))


def test_a_text_in_ascii_is_not_unescaped() -> None:
    """Rasa does that to files of ASCII alone."""
    [example] = read_back(as_yaml([section(r"C:\users\u0041")]))

    assert normalize(example.get("text")) == r"c:\users\u0041"


@given(st.lists(st.text(st.characters() | st.sampled_from("[](){}\\-#:$| \n"), max_size=30), max_size=6))
def test_whatever_was_typed_can_be_read_back(texts: list[str]) -> None:
    """Every text that is anything at all, once, on its own, as the bot would read it."""
    shown = [text for text in texts if printable(text)]

    examples = read_back(as_yaml([section(*shown)]))

    assert sorted(
        normalize(example.get("text")) for example in examples if normalize(example.get("text"))
    ) == (sorted({normalize(printable(text)) for text in shown} - {""}))
    assert not any(example.get("entities") for example in examples)


def test_a_draft_of_nothing_can_be_read_too() -> None:
    assert read_back(as_yaml([Section("Unanswered: nothing.", (), ())])) == []
