"""What customers think of their conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.insertion import insert
from prepayment.ports import Clock, Opinion, Rating


class SqlRatings:
    """The ratings of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def put(self, conversation_id: str, opinion: Opinion) -> None:
        """Keep an opinion, in place of the one before."""
        last_seq = sa.select(t.conversations.c.last_seq).where(t.conversations.c.id == conversation_id)
        now = {"opinion": opinion.value, "seq": last_seq.scalar_subquery(), "at": self._clock.now()}
        self._connection.execute(
            insert(self._connection, t.ratings)
            .values(conversation_id=conversation_id, **now)
            .on_conflict_do_update(index_elements=[t.ratings.c.conversation_id], set_=now)
        )

    def get(self, conversation_id: str) -> Opinion | None:
        """Return the opinion of a conversation, if there is one."""
        query = sa.select(t.ratings.c.opinion).where(t.ratings.c.conversation_id == conversation_id)
        opinion = self._connection.execute(query).scalar_one_or_none()
        return None if opinion is None else Opinion(opinion)

    def between(self, since: datetime, until: datetime) -> Sequence[Rating]:
        """Return the opinions given from ``since`` until before ``until``, newest first."""
        query = (
            sa.select(t.ratings)
            .where(t.ratings.c.at >= since, t.ratings.c.at < until)
            .order_by(t.ratings.c.at.desc(), t.ratings.c.conversation_id)
        )
        return [
            Rating(row.conversation_id, Opinion(row.opinion), row.seq, row.at)
            for row in self._connection.execute(query)
        ]
