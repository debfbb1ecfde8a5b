"""The whole product on a PostgreSQL, all of whose parts can be killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import conversations, messages
from tests.integration.outages.killable_postgres import KillablePostgres
from tests.integration.outages.visitor import Visitor
from tests.integration.sandbox.harness import wait_until
from tests.support.chat_client import Chats
from tests.support.full_stack import FullStack, full_stack
from tests.support.postgres import postgres_server

# Longer than the lease of a turn and than what the worker leaves to web.
A_WHILE = timedelta(minutes=2)
SLOW_MS = 2_500


@dataclass
class Outages:
    """The running product; ``database`` is the server on which the ledger and the trackers are."""

    stack: FullStack
    database: KillablePostgres
    chats: Chats

    def visitor(self, customer_id: str | None = None) -> Visitor:
        """A chat of somebody, logged in when a customer is named."""
        if customer_id is None:
            return Visitor(self.chats)
        return Visitor(self.chats, identity=self.stack.identity_token(customer_id))

    def slow(self, kind: str) -> None:
        """Let the next call of a kind at the outside take its time."""
        self.stack.sandbox.control(
            "PUT", "faults", {"kind": kind, "action": "slow", "ms": SLOW_MS, "count": 1}
        )

    def wait_until_slow(self) -> None:
        """Wait until that call is under way."""
        wait_until(lambda: not self.stack.sandbox.control("GET", "faults"), 30)

    def pass_time(self) -> None:
        """As if a while had passed: leases of who died are over, and messages are old."""
        now = self.stack.app.clock.machine_now()
        with self.stack.app.database.engine.begin() as connection:
            leased = sa.update(conversations).where(conversations.c.turn_until.is_not(None))
            connection.execute(leased.values(turn_until=now))
            waiting = sa.update(messages).where(messages.c.answered.is_(False))
            connection.execute(waiting.values(at=self.stack.app.clock.now() - A_WHILE))

    def assert_kept(self, visitor: Visitor) -> None:
        """Every acknowledged message is stored once, in its order, answered, and shown; nobody holds the turn."""
        conversation_id = self.stack.conversation_of(visitor.chat.session)
        query = sa.select(messages).where(messages.c.conversation_id == conversation_id)
        with self.stack.app.database.engine.connect() as connection:
            rows = connection.execute(query.order_by(messages.c.seq)).all()
        typed = [(row.client_id, row.text) for row in rows if row.role == "user" and row.payload is None]
        assert typed == visitor.acknowledged
        assert all(row.answered for row in rows)
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        shown = [row.text for row in rows if row.role != "event"]
        wait_until(lambda: [row["text"] for row in visitor.rows()] == shown)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FullStack, KillablePostgres]]:
    """Every process, once for all outages."""
    with postgres_server() as server:
        database = KillablePostgres(server)
        directory = tmp_path_factory.mktemp("outages")
        urls = {"database_url": database.database_url, "tracker_url": database.tracker_url}
        with full_stack(directory, **urls) as stack:
            yield stack, database


@pytest.fixture
def outages(running: tuple[FullStack, KillablePostgres]) -> Iterator[Outages]:
    """The running product, begun anew."""
    stack, database = running
    stack.reset()
    stack.sandbox.control("DELETE", "faults")
    chats = Chats(stack.settings.public_url)
    yield Outages(stack, database, chats)
    chats.close()
