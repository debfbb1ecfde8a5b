"""Which messages count as unanswered, read from stores that Rasa wrote."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import UserUtteranceReverted, UserUttered
from sqlalchemy.dialects import postgresql, sqlite
from tracked_conversations import TrackedConversations, answer

import assistant.unanswered_store
from assistant.unanswered_store import Message, StoreUnreadable, page_query, read_unanswered

NOW = 1_747_450_000.0
BEGINNING = 0.0
FALLBACK = [("nlu_fallback", 0.7), ("check_usage", 0.19), ("faq_methods", 0.11)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TrackedConversations]:
    """An empty store."""
    opened = TrackedConversations(tmp_path / "tracker.db")
    yield opened
    opened.close()


def outcomes(store: TrackedConversations, since: float = BEGINNING) -> dict[str, str]:
    return {message.text: message.outcome for message in read_unanswered(store.url, since)}


def test_a_message_comes_with_its_conversation_time_and_best_real_guess(store: TrackedConversations) -> None:
    """The fallback leads the ranking but is no guess."""
    store.turn("one", "얼마 긁었누", "nlu_fallback", "utter_fallback", at=NOW, ranking=FALLBACK)

    assert read_unanswered(store.url, BEGINNING) == [
        Message("one", "얼마 긁었누", NOW, "not understood", "check_usage", 0.19)
    ]


def test_a_message_without_any_reading_has_no_guess(store: TrackedConversations) -> None:
    store.turn("one", "ㅁㄴㅇㄹ", None, at=NOW, ranking=[])

    assert read_unanswered(store.url, BEGINNING) == [
        Message("one", "ㅁㄴㅇㄹ", NOW, "not understood", None, 0.0)
    ]


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("action_clarify", "asked back"),
        ("utter_rephrase_in_form", "asked to rephrase"),
        ("utter_fallback", "not understood"),
        ("action_not_understood", "not understood"),
        ("utter_default", "not understood"),
        ("action_default_fallback", "not understood"),
    ],
)
@pytest.mark.parametrize("intent", ["nlu_fallback", "check_usage", "out_of_scope"])
def test_the_action_that_followed_tells_the_outcome(
    store: TrackedConversations, action: str, outcome: str, intent: str
) -> None:
    """Also among other actions, and whatever the intent was."""
    store.turn("one", "글", intent, "validate_prepay_form", action, "prepay_form", at=NOW)

    assert outcomes(store) == {"글": outcome}


def test_what_was_answered_is_not_listed(store: TrackedConversations) -> None:
    store.turn("one", "얼마 썼어요", "check_usage", "action_check_usage", at=NOW)

    assert outcomes(store) == {}


def test_out_of_scope_is_told_apart(store: TrackedConversations) -> None:
    store.turn("one", "피자 시켜줘", "out_of_scope", "utter_out_of_scope", at=NOW)

    assert outcomes(store) == {"피자 시켜줘": "out of scope"}


def test_buttons_and_our_own_events_are_nobodys_words(store: TrackedConversations) -> None:
    """Nor is what the bot did after them blamed on the message before."""
    store.turn("one", "얼마 썼어요", "check_usage", "action_check_usage", at=NOW)
    store.turn("one", "/nlu_fallback", "nlu_fallback", "utter_fallback", at=NOW + 1)
    store.turn("two", "선결제", "faq_methods", "utter_faq_methods", at=NOW)
    store.add("two", UserUttered.create_external("EXTERNAL_logged_in"), *answer(NOW, "action_clarify"))
    store.turn("three", " \u200b\n", "nlu_fallback", "utter_fallback", at=NOW)

    assert outcomes(store) == {}


def test_a_customer_may_type_what_our_events_look_like(store: TrackedConversations) -> None:
    store.turn("one", "EXTERNAL: EXTERNAL_logged_in", "nlu_fallback", "utter_fallback", at=NOW)

    assert outcomes(store) == {"EXTERNAL: EXTERNAL_logged_in": "not understood"}


def test_messages_before_the_given_time_are_left_out(store: TrackedConversations) -> None:
    store.turn("one", "옛날 글", "nlu_fallback", "utter_fallback", at=NOW - 1)
    store.turn("one", "새 글", "nlu_fallback", "utter_fallback", at=NOW)

    assert outcomes(store, since=NOW) == {"새 글": "not understood"}


def test_what_rasa_takes_back_was_still_asked(store: TrackedConversations) -> None:
    """Rasa's default fallback removes the message from the dialogue, not from the store."""
    store.turn("one", "뭐래", "check_usage", "action_default_fallback", at=NOW)
    store.add("one", UserUtteranceReverted(timestamp=NOW))
    store.turn("one", "안녕", "greet", "utter_greet", at=NOW + 1)

    assert outcomes(store) == {"뭐래": "not understood"}


@pytest.mark.parametrize("page", [1, 2, 7, 10_000])
def test_conversations_that_alternate_are_kept_apart(
    store: TrackedConversations, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many rows are read at a time."""
    monkeypatch.setattr(assistant.unanswered_store, "PAGE", page)
    store.turn("one", "하나", "check_usage", at=NOW)
    store.turn("two", "둘", "greet", "utter_greet", at=NOW + 1)
    store.add("one", *answer(NOW + 2, "action_clarify"))
    store.turn("two", "셋", "nlu_fallback", at=NOW + 3)
    store.turn("one", "넷", "greet", "utter_greet", at=NOW + 4)
    store.add("two", *answer(NOW + 5, "utter_rephrase_in_form"))

    assert [(m.conversation, m.text, m.outcome) for m in read_unanswered(store.url, BEGINNING)] == [
        ("one", "하나", "asked back"),
        ("two", "셋", "asked to rephrase"),
    ]


def test_the_store_is_free_for_rasa_between_two_pages(
    store: TrackedConversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that kept its transaction open would make Rasa's writing fail."""
    monkeypatch.setattr(assistant.unanswered_store, "PAGE", 2)
    for number in range(4):
        store.turn(f"conversation {number}", "글", "nlu_fallback", at=NOW)
    engine = sa.create_engine(store.url, future=True)
    events = assistant.unanswered_store._events(engine, BEGINNING)
    next(events)

    writer = sqlite3.connect(store.url.removeprefix("sqlite:///"), timeout=0)
    with writer:
        written = writer.execute("UPDATE events SET timestamp = timestamp").rowcount
    writer.close()

    assert written > 0
    assert len(list(events)) == 3


def test_the_query_is_the_same_plain_sql_on_sqlite_and_postgresql() -> None:
    """No function of either."""
    query = page_query(1, 2, NOW)

    on_sqlite, on_postgresql = (
        str(query.compile(dialect=dialect))
        for dialect in (sqlite.dialect(paramstyle="named"), postgresql.dialect(paramstyle="named"))
    )

    assert on_sqlite == on_postgresql
    assert re.findall(r"\w+ ?\(", on_sqlite) == ["AND (", "IN ("]


def test_what_is_shown_stays_on_its_line_and_has_no_hidden_signs(store: TrackedConversations) -> None:
    """Escape sequences, line breaks of all kinds, directions of writing, half characters."""
    text = "\x1b[31m선\u200b결제\r\n\x85\u2028 방\u202e법\x00 \ud83d ok\uffff"
    store.turn("one", text, "nlu_fallback", "utter_fallback", at=NOW)

    assert list(outcomes(store)) == ["[31m선결제 방법 ok"]


def test_a_missing_store_is_named_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "missing.db"

    with pytest.raises(StoreUnreadable, match=r"missing\.db"):
        read_unanswered(f"sqlite:///{file}", BEGINNING)
    assert not file.exists()


def test_a_database_without_rasas_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    sqlite3.connect(file).execute("CREATE TABLE messages (id INTEGER)")

    with pytest.raises(StoreUnreadable, match="no table events"):
        read_unanswered(f"sqlite:///{file}", BEGINNING)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, and long enough for its header to be read\n" * 20, encoding="utf-8")

    with pytest.raises(StoreUnreadable, match="not a database"):
        read_unanswered(f"sqlite:///{file}", BEGINNING)


@pytest.mark.parametrize("data", ["{", "[]", json.dumps({"text": 1}), json.dumps({"parse_data": "x"})])
def test_a_row_that_rasa_did_not_write_is_named(store: TrackedConversations, data: str) -> None:
    store.turn("one", "글", "greet", "utter_greet", at=NOW)
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE events SET data = ? WHERE type_name = 'user'", (data,))

    with pytest.raises(StoreUnreadable, match="Row 2 of the table events"):
        read_unanswered(store.url, BEGINNING)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://rasa:secret@127.0.0.1:1/rasa",
        "postgresql+psycopg://rasa:secret@localhost/rasa",
        "nothing://rasa:secret@localhost/rasa",
        "postgresql://rasa:secret@localhost:port/rasa",
        "rasa:secret@localhost",
    ],
)
def test_a_store_out_of_reach_is_an_error_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnreadable) as caught:
        read_unanswered(url, BEGINNING)
    assert "secret" not in str(caught.value)
