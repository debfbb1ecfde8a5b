"""The transcript runner itself: it fails when it should, and shows why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conversation.expectations import Finding
from tests.conversation.language import EXPECTATIONS, STEPS, Transcript, TranscriptError, load, load_all, read
from tests.conversation.side_by_side import Taken, render, width
from tests.conversation.stage import Said
from tests.conversation.steps import RUN
from tests.conversation.transcript import ConversationFailed, run
from tests.support.full_stack import FullStack

WISH = {"user": "5만원 선결제해줘"}
HERE = Path(__file__).parent


def transcript(*turns: dict[str, Any], customer: str | None = "minji") -> Transcript:
    """A conversation of these turns."""
    return read({"title": "a conversation", "customer": customer, "turns": list(turns)}, "tests")


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        pytest.param([{"user": "네", "bots": []}], "unknown words", id="a misspelt expectation"),
        pytest.param([{"typed": "네", "bot": []}], "unknown words", id="a misspelt step"),
        pytest.param([{"bot": []}], "one step", id="no step"),
        pytest.param([{"user": "네", "choose": "네", "bot": []}], "one step", id="two steps"),
        pytest.param([{"user": "네", "bot": "utter_greet"}], "bot is list", id="a value of another shape"),
        pytest.param([{"user": ["네"], "bot": []}], "user is str", id="a step of another shape"),
        pytest.param([{"user": "네"}], "expects nothing", id="no expectation at all"),
        pytest.param([{"clock": "+1m", "bot": []}], "cannot be known", id="an answer to no message"),
        pytest.param(["네"], "not a turn", id="no turn"),
    ],
)
def test_what_cannot_be_read_is_refused(turns: list[Any], said: str) -> None:
    with pytest.raises(TranscriptError, match=said):
        read({"title": "a conversation", "turns": turns}, "tests")


@pytest.mark.parametrize(
    "row", [{"turns": []}, {"title": "x"}, {"title": "x", "turns": [], "client": "y"}, 1]
)
def test_a_transcript_has_a_title_and_turns_and_nothing_unknown(row: object) -> None:
    with pytest.raises(TranscriptError):
        read(row, "tests")


def test_two_conversations_of_a_file_do_not_share_a_title(tmp_path: Path) -> None:
    file = tmp_path / "twice.yml"
    file.write_text("- {title: a, turns: [{user: x, bot: []}]}\n" * 2)
    with pytest.raises(TranscriptError, match="two of them"):
        load(file)


def test_every_step_can_be_taken() -> None:
    assert set(RUN) == set(STEPS)


def test_every_word_is_explained() -> None:
    """In the folder's manual."""
    lines = (HERE / "README.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1].split("`, `") for line in lines if line.startswith("| `")]
    explained = {re.split(r"[: ]", part.strip("` "))[0] for cell in cells for part in cell}
    assert {*STEPS, *EXPECTATIONS} <= explained


def test_the_transcripts_are_many_and_none_is_told_twice() -> None:
    told = [
        (one.customer, tuple((turn.step, str(turn.argument)) for turn in one.turns))
        for one in load_all(HERE / "transcripts")
    ]
    assert len(told) >= 150
    assert len(set(told)) == len(told)


WRONG: list[tuple[str, list[dict[str, Any]], str, str]] = [
    ("another response", [{**WISH, "bot": ["utter_greet"]}], "bot: [utter_greet]", "bot: [utter_confirm]"),
    ("one response less", [{**WISH, "bot": []}], "bot: []", "bot: [utter_confirm]"),
    ("words that were not said", [{**WISH, "says": ["60,000원"]}], "says: 60,000원", "says: not said"),
    ("words that were said", [{**WISH, "not_says": ["50,000원"]}], "not_says: 50,000원", "not_says: said"),
    ("another value in a slot", [{**WISH, "slots": {"amount": 1}}], "slots: {amount: 1}", "{amount: 50000}"),
    ("an order that is not there", [{**WISH, "order": "quoted 50000"}], "order: quoted 50000", "order: none"),
    (
        "an order of another state",
        [WISH, {"user": "네", "order": "paid 50000"}],
        "order: paid 50000",
        "order: quoted 50000",
    ),
    ("a charge", [{**WISH, "charged_won": 50_000}], "charged_won: 50000", "charged_won: 0"),
    ("a posting", [{**WISH, "ledger": {"carrier": 50_000}}], "ledger: {carrier: 50000}", "ledger: {}"),
    ("another limit", [{**WISH, "limit_won": 0}], "limit_won: 0", "limit_won: 300000"),
    ("a message of another", [{**WISH, "messages": ["agent: 네"]}], "messages: [agent: 네]", "[user: 5만원"),
    (
        "a person who was not asked for",
        [{**WISH, "ticket": "waiting asked"}],
        "ticket: waiting",
        "ticket: none",
    ),
    ("a button that is not offered", [WISH, {"choose": "환불"}, WISH], "choose: 환불", "is not offered"),
    (
        "a news that does not come",
        [WISH, {"pushed": ["utter_result_applied"]}],
        "pushed: [utter_res",
        "pushed: []",
    ),
    (
        "a button of long ago",
        [WISH, {"user": "아니요"}, {"choose_old": "네, 진행할게요"}],
        "refused: none",
        "refused: stale",
    ),
    (
        "an answer sooner than can be",
        [{**WISH, "within_seconds": 0}],
        "within_seconds: 0",
        "within_seconds: 0.",
    ),
]


@pytest.mark.parametrize(
    ("turns", "expected", "happened"), [pytest.param(*case[1:], id=case[0]) for case in WRONG]
)
def test_a_conversation_that_goes_otherwise_fails(
    stack: FullStack, turns: list[dict[str, Any]], expected: str, happened: str
) -> None:
    """The wrong turn is marked, with what was expected on its left and what happened on its right."""
    first, *later = turns
    told = transcript({"bot": ["utter_confirm"], **first}, *later)
    with pytest.raises(ConversationFailed) as failure:
        run(stack, told, push_seconds=0.2)
    marked = [line for line in str(failure.value).splitlines() if line.startswith(">> ")]
    assert any(
        expected in left and happened in right
        for left, _, right in (line.partition(" | ") for line in marked)
    ), str(failure.value)


def test_a_conversation_that_goes_as_told_passes(stack: FullStack) -> None:
    right = {"bot": ["utter_confirm"], "says": ["50,000원"], "slots": {"amount": 50_000}, "order": "none"}
    run(stack, transcript({**WISH, **right}, {"pushed": []}), push_seconds=0.2)


@pytest.mark.parametrize(
    "turn",
    [{"checkout": ["dance"]}, {"clock": "noon"}, {"pause": "long"}, {"operator": "sing"}, {"down": "web"}],
)
def test_an_argument_that_no_step_knows_stops_the_run(stack: FullStack, turn: dict[str, Any]) -> None:
    with pytest.raises(TranscriptError):
        run(stack, transcript(WISH, {"user": "네", "order": "quoted 50000"}, turn))


def test_all_that_is_wrong_in_a_turn_is_shown_and_nothing_after_it_is_done(stack: FullStack) -> None:
    told = transcript(
        {**WISH, "bot": [], "order": "paid 1", "charged_won": 0}, {"user": "네", "order": "none"}
    )
    with pytest.raises(ConversationFailed) as failure:
        run(stack, told)
    text = str(failure.value)
    assert text.count(">> ") == 3  # the turn and its two wrong expectations
    assert "not reached" in text


def test_the_columns_stand_under_each_other_whatever_is_written_in_them() -> None:
    """Hangul takes two places; long texts are wrapped."""
    told = transcript({"user": "선결제 " * 30, "says": ["가나다라" * 20, "abc"]})
    said = [Said("utter_confirm", "한 줄\n\n" + "긴 줄 " * 40)]
    findings = [Finding("says", "가나다라" * 20, "not said", False), Finding("says", "abc", "abc", True)]
    lines = render(told, [Taken(told.turns[0], said, findings)]).splitlines()[2:]
    bars = {width(line[: line.index(" | ")]) for line in lines if " | " in line}
    assert len(bars) == 1
    assert max(map(width, lines)) <= 2 * 62 + 6
