"""What customers, others and the worker do about limits, and what came of it."""

from __future__ import annotations

import json

import sqlalchemy as sa

from prepayment.adapters.sql.limit_tables import limit_changes
from prepayment.adapters.sql.tables import messages
from prepayment.limit_changes import ChangeState, LimitChange
from prepayment.ports import Customer
from prepayment.service.limit_control import LIMIT_CHANGED_INTENT
from tests.integration.money.shop import MINJI, Shop


def conversation(shop: Shop, customer: Customer = MINJI) -> str:
    """A conversation of a customer who is logged in."""
    conversation_id = shop.app.conversations.create()
    shop.app.conversations.log_in(conversation_id, customer)
    return conversation_id


def block(shop: Shop, customer: Customer = MINJI) -> LimitChange:
    """The customer says yes to blocking, in a conversation of its own."""
    return shop.app.limit_control.block(conversation(shop, customer), customer)


def unblock(shop: Shop, customer: Customer = MINJI) -> LimitChange:
    """The customer says yes to unblocking, in a conversation of its own."""
    return shop.app.limit_control.unblock(conversation(shop, customer), customer)


def limit_won(shop: Shop, line_id: str = MINJI.line_id) -> int:
    """The line's limit at the carrier."""
    return shop.app.carrier.line(line_id).limit_won


def set_elsewhere(shop: Shop, won: int, line_id: str = MINJI.line_id) -> None:
    """Somebody sets the limit by another way of the carrier's."""
    shop.sandbox.carrier.put(f"/v1/lines/{line_id}/limit", json={"limit_won": won}).raise_for_status()


def find_out(shop: Shop) -> None:
    """Let the worker look into all that is open, once, leases and back-off being over."""
    with shop.app.database.engine.begin() as connection:
        connection.execute(
            sa.update(limit_changes)
            .where(limit_changes.c.due_at.is_not(None))
            .values(due_at=shop.app.clock.machine_now())
        )
    while shop.app.limit_control.run_next():
        pass


def state(shop: Shop, change: LimitChange) -> ChangeState:
    """Where a change stands now."""
    return shop.app.limit_control.change(change.id).state


def way(shop: Shop, change: LimitChange) -> list[tuple[str, str, str]]:
    """The steps of a change: where to, why, and who."""
    with shop.app.database(write=False) as unit:
        return [(event.target, event.cause, event.actor) for event in unit.limit_changes.events(change.id)]


def told(shop: Shop, conversation_id: str) -> list[str]:
    """The ids of the changes that a chat was told of."""
    query = sa.select(messages.c.payload).where(
        messages.c.conversation_id == conversation_id, messages.c.text == LIMIT_CHANGED_INTENT
    )
    with shop.app.database.engine.connect() as connection:
        return [json.loads(payload)["change_id"] for payload in connection.execute(query).scalars()]


def changes(shop: Shop) -> list[LimitChange]:
    """All changes, newest first."""
    with shop.app.database(write=False) as unit:
        return [record.change for record in unit.limit_changes.recent()]
