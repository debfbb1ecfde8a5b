"""Reads from Rasa's tracker store what customers typed and did not get an answer to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.sql import Select

from assistant.unanswered_text import printable

NOT_UNDERSTOOD = "not understood"
ASKED_TO_REPHRASE = "asked to rephrase"
ASKED_BACK = "asked back"
OUT_OF_SCOPE = "out of scope"

ACTION_OUTCOMES = {
    "action_clarify": ASKED_BACK,
    "action_not_understood": NOT_UNDERSTOOD,
    "utter_rephrase_in_form": ASKED_TO_REPHRASE,
    "utter_fallback": NOT_UNDERSTOOD,
    "utter_default": NOT_UNDERSTOOD,
    "action_default_fallback": NOT_UNDERSTOOD,
}
"""Actions after which a message counts as unanswered, and what became of it then."""

FALLBACK_INTENT = "nlu_fallback"
OUT_OF_SCOPE_INTENT = "out_of_scope"
EXTERNAL_INTENTS = "EXTERNAL_"

PAGE = 10_000
"""Row ids read in one transaction: SQLite keeps Rasa from writing for as long as one lasts."""

# The table of Rasa's SQLTrackerStore. Every query is plain SQL, so that it runs on SQLite and on PostgreSQL.
EVENTS = sa.table(
    "events",
    sa.column("id", sa.Integer),
    sa.column("sender_id", sa.String),
    sa.column("type_name", sa.String),
    sa.column("timestamp", sa.Float),
    sa.column("action_name", sa.String),
    sa.column("data", sa.Text),
)


class StoreUnreadable(Exception):
    """The tracker store is missing or cannot be read; the message says why, without the store's password."""


class Message(NamedTuple):
    """What a customer typed, on one line, and what became of it: one of the outcomes above.

    `asked_at` is Unix time in seconds. `guess` is the classifier's best intent, the fallback set aside, None when it
    had none; `confidence` is that intent's, from 0 to 1.
    """

    conversation: str
    text: str
    asked_at: float
    outcome: str
    guess: str | None
    confidence: float


def read_unanswered(tracker_url: str, since: float) -> list[Message]:
    """Return the messages typed since the Unix time `since` that fell back, were asked back or were out of scope.

    The oldest comes first. Raises StoreUnreadable.
    """
    engine = _engine(tracker_url)
    try:
        return sorted(unanswered(_events(engine, since)), key=lambda message: message.asked_at)
    except DBAPIError as reason:
        # The driver's words alone: SQLAlchemy would add the statement.
        raise StoreUnreadable(f"The tracker store cannot be read: {_first_line(reason.orig)}") from reason
    except SQLAlchemyError as reason:
        raise StoreUnreadable(f"The tracker store cannot be read: {_first_line(reason)}") from reason
    finally:
        engine.dispose()


def unanswered(events: Iterable[Any]) -> Iterator[Message]:
    """Yield the messages among rows of the table of events; those of one conversation must come in their order."""
    waiting: dict[str, Message] = {}
    for event in events:
        if event.type_name == "user":
            last = waiting.pop(event.sender_id, None)
            if last is not None and last.outcome:
                yield last
            message = _typed(event)
            if message is not None:
                waiting[event.sender_id] = message
        elif event.sender_id in waiting:
            message = waiting[event.sender_id]
            waiting[event.sender_id] = message._replace(outcome=ACTION_OUTCOMES[event.action_name])
    yield from (message for message in waiting.values() if message.outcome)


def _typed(event: Any) -> Message | None:
    """Return the message of a user event (outcome "" while it may have been answered), None when nobody typed it."""
    try:
        data = json.loads(event.data)
        text = printable(data.get("text") or "")
        parsed = data.get("parse_data") or {}
        intent = (parsed.get("intent") or {}).get("name")
        ranking = parsed.get("intent_ranking") or []
        readings = [
            (r["name"], float(r["confidence"])) for r in ranking if r["name"] not in (None, FALLBACK_INTENT)
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as reason:
        raise StoreUnreadable(f"Row {event.id} of the table events is not what Rasa writes.") from reason
    if not text or text.startswith("/") or (intent or "").startswith(EXTERNAL_INTENTS):
        return None
    if intent is None or intent == FALLBACK_INTENT:
        outcome = NOT_UNDERSTOOD
    else:
        outcome = OUT_OF_SCOPE if intent == OUT_OF_SCOPE_INTENT else ""
    guess, confidence = readings[0] if readings else (None, 0.0)
    return Message(event.sender_id, text, event.timestamp, outcome, guess and printable(guess), confidence)


def _events(engine: Engine, since: float) -> Iterator[Any]:
    """Yield the rows that matter in the order of their ids, a page at a time."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(EVENTS.name):
            raise StoreUnreadable(
                "The tracker store has no table events: Rasa makes it when the bot first runs."
            )
        first = connection.execute(sa.select(sa.func.min(EVENTS.c.id))).scalar()
        last = connection.execute(sa.select(sa.func.max(EVENTS.c.id))).scalar()
    if first is None:
        return
    for start in range(first, last + 1, PAGE):
        with engine.connect() as connection:
            rows = connection.execute(page_query(start, min(start + PAGE - 1, last), since)).all()
        yield from rows


def page_query(first: int, last: int, since: float) -> Select:
    """Return the query for user messages, and the actions that matter, among the rows `first` to `last`."""
    counts = sa.and_(EVENTS.c.type_name == "action", EVENTS.c.action_name.in_(list(ACTION_OUTCOMES)))
    return (
        sa.select(EVENTS)
        .where(EVENTS.c.id.between(first, last), EVENTS.c.timestamp >= since)
        .where(sa.or_(EVENTS.c.type_name == "user", counts))
        .order_by(EVENTS.c.id)
    )


def _engine(tracker_url: str) -> Engine:
    try:
        url = make_url(tracker_url)
        engine = sa.create_engine(url, future=True)
    except (ArgumentError, ImportError, NoSuchModuleError, ValueError) as reason:
        # Not the reason's words: they can repeat the URL with its password.
        raise StoreUnreadable("PREPAY_TRACKER_URL must begin with sqlite:/// or postgresql://") from reason
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        # SQLite would make an empty one.
        raise StoreUnreadable(
            f"There is no tracker store at {url.database}: Rasa makes it when the bot first runs."
        )
    return engine


def _first_line(reason: BaseException | None) -> str:
    return (str(reason).strip() or type(reason).__name__).splitlines()[0]
