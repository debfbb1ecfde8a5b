"""The trained model on messages it never saw: a floor for every intent, for small talk, and for what is no message."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from rasa.core.agent import Agent
from rasa.shared.utils.io import read_yaml_file

from assistant.labelled_messages import read_labelled
from assistant.nlu_evaluation import OUT_OF_SCOPE, Prediction, by_intent, predict, summarize
from assistant.nlu_report import read_small_talk, wrongly_taken

TESTS = ROOT / "tests" / "nlu"
MODEL = ROOT / "models" / "prepayment.tar.gz"
CONFIG: dict[str, Any] = dict(read_yaml_file(ROOT / "config.yml"))
POLICY = next(p for p in CONFIG["policies"] if p["name"].endswith("ClarificationPolicy"))
# What can be typed; the domain's others are sent by buttons and by our own processes only.
INTENTS = sorted(
    {
        entry["intent"]
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for entry in read_yaml_file(path)["nlu"]
    }
)
MONEY = {"request_prepayment", "ask_cancel_prepayment", "ask_block_limit", "ask_unblock_limit"}


@pytest.fixture(scope="module")
def agent() -> Agent:
    """The product's model, as `make train` leaves it."""
    assert MODEL.is_file(), "there is no model: run make train"
    return Agent.load(str(MODEL))


@pytest.fixture(scope="module")
def plain(agent: Agent) -> list[Prediction]:
    """Ordinary messages."""
    return understood(agent, TESTS / "plain.tsv")


@pytest.fixture(scope="module")
def hard(agent: Agent) -> list[Prediction]:
    """Long stories, sums in passing, dialect, typing without spaces."""
    return understood(agent, TESTS / "hard.tsv")


@pytest.fixture(scope="module")
def small_talk(agent: Agent) -> list[Prediction]:
    """Everyday remarks, none of which the bot answers."""
    return asyncio.run(predict(agent, read_small_talk(TESTS / "small_talk.txt")))


def understood(agent: Agent, path: Path) -> list[Prediction]:
    return asyncio.run(predict(agent, read_labelled(path)))


def test_the_test_sets_hold_enough_of_every_intent() -> None:
    counts = Counter(intent for intent, _ in read_labelled(TESTS / "plain.tsv"))

    assert sorted(counts) == INTENTS
    assert min(counts.values()) >= 15
    assert {intent for intent, _ in read_labelled(TESTS / "hard.tsv")} == set(INTENTS)


def test_ordinary_messages_are_understood(plain: list[Prediction]) -> None:
    figures = summarize(plain)

    assert figures["in_scope_accuracy"] >= 0.96, figures
    assert figures["out_of_scope_rejected"] >= 0.93, figures


def test_hard_messages_are_mostly_understood(hard: list[Prediction]) -> None:
    figures = summarize(hard)

    assert figures["in_scope_accuracy"] >= 0.90, figures
    assert figures["out_of_scope_rejected"] >= 0.88, figures


@pytest.mark.parametrize("intent", INTENTS)
def test_no_intent_is_understood_badly(plain: list[Prediction], hard: list[Prediction], intent: str) -> None:
    right, total = by_intent(plain + hard)[intent]

    assert right / total >= 0.85, [p for p in plain + hard if p.expected == intent != p.predicted]


def test_small_talk_is_rarely_taken_for_a_request(small_talk: list[Prediction]) -> None:
    assert len(small_talk) == 1000

    assert len(wrongly_taken(small_talk)) <= 30


def test_small_talk_never_moves_money(small_talk: list[Prediction]) -> None:
    """A money intent below the confidence that acts is asked back, not acted on."""
    assert set(POLICY["stakes_intents"]) >= MONEY

    acted_on = [p for p in small_talk if p.predicted in MONEY and p.confidence >= POLICY["stakes_threshold"]]
    assert acted_on == []


def test_blocking_and_unblocking_are_never_mixed_up_surely(
    plain: list[Prediction], hard: list[Prediction]
) -> None:
    """The confusion that would anger most: below the acting confidence both are offered."""
    pair = {"ask_block_limit", "ask_unblock_limit"}
    mixed_up = [
        p
        for p in plain + hard
        if {p.expected, p.predicted} == pair and p.confidence >= POLICY["stakes_threshold"]
    ]

    assert len(mixed_up) <= 2, mixed_up


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("네 근데 취소도 되나요", "ask_cancel_prepayment"),
        ("ㅇㅋ 근데 나중에 환불돼?", "ask_cancel_prepayment"),
        ("네 그런데 수수료가 있나요", "faq_cautions"),
        ("응 근데 한도는 언제 돌아와", "faq_limit_restored"),
        ("네 근데 언제까지 쓸 수 있는 거죠", "faq_eligible_charges"),
        ("좋아요 근데 제가 얼마 썼어요", "check_usage"),
        ("ㅇㅋ 근데", "out_of_scope"),
        ("네 근데요...", "out_of_scope"),
    ],
)
def test_a_yes_that_goes_on_is_no_consent(agent: Agent, text: str, meant: str) -> None:
    """What follows the yes is answered; where nothing follows, nobody has agreed to anything."""
    parsed = asyncio.run(agent.parse_message(text))

    assert parsed["intent"]["name"] == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "가" * 10_000,
        "선결제 " * 3_000,
        "5만원" * 3_000,
        "😀🎉👍🏽",
        "ㄱㄴㄷㄹㅁㅂㅅ",
        "ㅏㅑㅓㅕ",
        "\x00\x01\x07\x1b[31m",
        "\u202e\u200f선결제\u200f\u202c",
        "\ud83d",
        "?",
    ],
    ids=[
        "empty",
        "blanks",
        "10,000 letters",
        "12,000 letters",
        "3,000 sums",
        "emoji",
        "consonants",
        "vowels",
        "control characters",
        "right-to-left",
        "half a surrogate pair",
        "question mark",
    ],
)
def test_whatever_is_typed_is_parsed(agent: Agent, text: str) -> None:
    parsed = asyncio.run(agent.parse_message(text))

    assert parsed["intent"]["name"] in {*INTENTS, "nlu_fallback", None}


@pytest.mark.parametrize("text", ["", "😀🎉👍🏽", "ㄱㄴㄷㄹㅁㅂㅅ", "ㅏㅑㅓㅕ", "?", "~", "!!", "..."])
def test_what_says_nothing_is_not_understood(agent: Agent, text: str) -> None:
    parsed = asyncio.run(agent.parse_message(text))

    assert parsed["intent"]["name"] in {OUT_OF_SCOPE, "nlu_fallback", None}
