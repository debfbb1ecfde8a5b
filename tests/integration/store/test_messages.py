"""The messages of a conversation: numbered without gap or double, each taken in once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.ports import Button, Customer, Image, Reply
from tests.integration.store.at_once import at_once
from tests.integration.store.building import stored_conversation

PICTURE = Reply("순서예요.", image=Image("/static/images/steps.svg", "순서", 700, 500), ends=True)
HELLO = Reply(
    "안녕하세요.", (Button("선결제하기", payload="/prepay"), Button("열기", url="https://kt.example"))
)


@pytest.fixture
def conversation(database: SqlDatabase) -> str:
    return stored_conversation(database)


def say(database: SqlDatabase, conversation: str, client_id: str, text: str = "안녕") -> int:
    with database() as unit:
        message = unit.conversations.add_user_message(conversation, client_id=client_id, text=text)
        unit.commit()
    return message.seq


def reply(database: SqlDatabase, conversation: str, *replies: Reply) -> None:
    with database() as unit:
        unit.conversations.add_replies(conversation, replies)
        unit.commit()


def tell(database: SqlDatabase, conversation: str, source: str) -> None:
    with database() as unit:
        unit.conversations.add_event(conversation, "EXTERNAL_x", {"order_id": "or1"}, source=source)
        unit.commit()


def answer(database: SqlDatabase, conversation: str, seq: int) -> None:
    with database() as unit:
        unit.conversations.mark_answered(conversation, seq)
        unit.commit()


def waiting(database: SqlDatabase, older_than: timedelta = timedelta()) -> list[str]:
    with database() as unit:
        return sorted(unit.conversations.waiting(datetime.now(UTC) - older_than))


def test_a_message_that_is_sent_by_many_at_once_is_stored_once(
    database: SqlDatabase, conversation: str
) -> None:
    """A reconnecting browser sends again what it has no answer to."""
    assert set(at_once(8, lambda index: say(database, conversation, "same", f"{index}만원"))) == {1}
    with database() as unit:
        (stored,) = unit.conversations.messages(conversation)
    assert say(database, conversation, "same", "다른 말") == 1
    with database() as unit:
        assert unit.conversations.messages(conversation) == [stored]


def test_the_same_client_id_in_another_conversation_is_another_message(
    database: SqlDatabase, conversation: str
) -> None:
    other = stored_conversation(database)
    assert (say(database, conversation, "1"), say(database, other, "1", "네")) == (1, 1)
    with database() as unit:
        assert [m.text for m in unit.conversations.messages(other)] == ["네"]


def test_many_writers_at_once_leave_no_gap_and_no_double(database: SqlDatabase, conversation: str) -> None:
    def write(index: int) -> None:
        for number in range(3):
            say(database, conversation, f"{index}-{number}")
            reply(database, conversation, HELLO, HELLO)
            tell(database, conversation, f"{index}-{number}")

    at_once(6, write)
    with database() as unit:
        stored = [unit.conversations.message(conversation, seq) for seq in range(1, 73)]
        assert [message.seq for message in stored if message is not None] == list(range(1, 73))
        assert unit.conversations.message(conversation, 73) is None
        assert unit.conversations.last_seqs([conversation]) == {conversation: 72}


def test_a_transaction_that_is_undone_uses_no_number(database: SqlDatabase, conversation: str) -> None:
    with database() as unit:
        unit.conversations.add_user_message(conversation, client_id="1", text="사라질 말")
    assert say(database, conversation, "2") == 1


def test_a_message_comes_back_as_it_was_stored(database: SqlDatabase, conversation: str) -> None:
    with database() as unit:
        said = unit.conversations.add_user_message(
            conversation, client_id="c-1", text="선결제 🙏", payload="/prepay"
        )
        (told,) = unit.conversations.add_replies(conversation, [HELLO])
        unit.commit()
    assert (said.role, said.text, said.client_id, said.payload) == ("user", "선결제 🙏", "c-1", "/prepay")
    assert (told.role, told.text, told.buttons) == ("bot", HELLO.text, HELLO.buttons)
    with database() as unit:
        assert unit.conversations.messages(conversation) == [said, told]
        assert unit.conversations.message(conversation, told.seq) == told


def test_an_event_is_taken_in_once_for_each_source(database: SqlDatabase, conversation: str) -> None:
    at_once(6, lambda _: tell(database, conversation, "effect:1"))
    tell(database, conversation, "effect:2")
    with database() as unit:
        first = unit.conversations.unanswered(conversation)
        assert first is not None
        assert (first.seq, first.role, first.text) == (1, "event", "EXTERNAL_x")
        assert json.loads(first.payload or "") == {"order_id": "or1"}
        assert unit.conversations.last_seqs([conversation]) == {conversation: 2}


def test_events_are_never_shown_but_count_in_the_numbers(database: SqlDatabase, conversation: str) -> None:
    say(database, conversation, "1")
    tell(database, conversation, "effect:1")
    reply(database, conversation, HELLO)
    with database() as unit:
        assert [m.seq for m in unit.conversations.messages(conversation)] == [1, 3]
        assert [m.seq for m in unit.conversations.messages(conversation, after=1)] == [3]
        assert unit.conversations.messages(conversation, after=3) == []


def test_of_a_long_conversation_the_newest_part_is_read_oldest_first(
    database: SqlDatabase, conversation: str
) -> None:
    reply(database, conversation, *[HELLO] * 6)
    with database() as unit:
        assert [m.seq for m in unit.conversations.messages(conversation, limit=3)] == [4, 5, 6]


def test_what_is_unanswered_comes_oldest_first(database: SqlDatabase, conversation: str) -> None:
    say(database, conversation, "1")
    tell(database, conversation, "effect:1")
    say(database, conversation, "2")
    reply(database, conversation, HELLO)
    seen: list[int] = []
    with database() as unit:
        while message := unit.conversations.unanswered(conversation, after=seen[-1] if seen else 0):
            seen.append(message.seq)
    assert seen == [1, 2, 3]
    answer(database, conversation, 1)
    with database() as unit:
        first = unit.conversations.unanswered(conversation)
        assert first is not None
        assert first.seq == 2


def test_a_message_waits_for_help_only_when_it_is_old_and_an_event_at_once(
    database: SqlDatabase, conversation: str
) -> None:
    eventful = stored_conversation(database)
    say(database, conversation, "1")
    tell(database, eventful, "effect:1")
    reply(database, stored_conversation(database), HELLO)
    assert waiting(database) == sorted([conversation, eventful])
    assert waiting(database, older_than=timedelta(seconds=30)) == [eventful]
    answer(database, conversation, 1)
    answer(database, eventful, 1)
    assert waiting(database) == []


def test_a_conversation_waits_once_however_much_is_unanswered(
    database: SqlDatabase, conversation: str
) -> None:
    for number in range(3):
        tell(database, conversation, f"effect:{number}")
    assert waiting(database) == [conversation]


def test_a_conversation_belongs_to_nobody_until_it_is_bound(database: SqlDatabase, conversation: str) -> None:
    minji = Customer("minji", "line-1001", "김민지")
    with database() as unit:
        assert unit.conversations.customer(conversation) is None
        unit.conversations.bind(conversation, minji)
        unit.commit()
    with database() as unit:
        assert unit.conversations.customer(conversation) == minji
        assert unit.conversations.customer("nothing") is None


def test_last_numbers_are_read_for_the_asked_conversations_only(
    database: SqlDatabase, conversation: str
) -> None:
    empty, other = stored_conversation(database), stored_conversation(database)
    say(database, conversation, "1")
    say(database, other, "1")
    with database() as unit:
        assert unit.conversations.last_seqs([conversation, empty, "nothing"]) == {conversation: 1, empty: 0}
        assert unit.conversations.last_seqs([]) == {}


def test_a_reply_keeps_its_picture_and_its_end(database: SqlDatabase, conversation: str) -> None:
    reply(database, conversation, PICTURE, HELLO)
    with database(write=False) as unit:
        first, second = unit.conversations.messages(conversation)
    assert (first.image, first.ends) == (PICTURE.image, True)
    assert (second.image, second.ends) == (None, False)
