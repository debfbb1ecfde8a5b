"""A process that writes a conversation, orders and effects: ``URL CONVERSATION NAME ROUNDS``.

Prints how many effects it did.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.ports import Reply
from tests.integration.store.building import PATH_TO_APPLIED, stored_order, walk


def main(url: str, conversation_id: str, name: str, rounds: int) -> None:
    """Write with connections that are made and given up all the time, as processes that come and go do."""
    done = 0
    for number in range(rounds):
        database = SqlDatabase(make_engine(url), SystemClock())
        with database() as unit:
            unit.conversations.add_user_message(conversation_id, client_id=f"{name}-{number}", text="안녕")
            unit.conversations.add_replies(conversation_id, [Reply("네")])
            unit.commit()
        walk(database, stored_order(database, f"line-{name}-{number}"), *PATH_TO_APPLIED)
        now = datetime.now(UTC)
        with database() as unit:
            effect = unit.effects.claim(now, now + timedelta(seconds=90))
            if effect is not None:
                unit.effects.done(effect, "done")
                done += 1
            unit.commit()
        database.close()
    print(done)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
