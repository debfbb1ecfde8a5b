"""The inbox: every webhook once, to one worker at a time, until it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.adapters.sql.tables import webhooks
from prepayment.ports import InboxItem, WebhookNotice
from tests.integration.store.at_once import at_once
from tests.integration.store.building import rows

LEASE = timedelta(seconds=90)


def notice(number: int = 1) -> WebhookNotice:
    return WebhookNotice(id=f"wh_{number}", type="Transaction.Paid", payment_id=f"pp{number}")


def add(database: SqlDatabase, number: int = 1) -> bool:
    with database() as unit:
        new = unit.inbox.add(notice(number))
        unit.commit()
    return new


def claim(database: SqlDatabase, *, after: timedelta = timedelta()) -> InboxItem | None:
    now = datetime.now(UTC) + after
    with database() as unit:
        item = unit.inbox.claim(now, now + LEASE)
        unit.commit()
    return item


def test_a_webhook_that_comes_many_times_at_once_is_kept_once(database: SqlDatabase) -> None:
    assert sorted(at_once(8, lambda _: add(database))) == [False] * 7 + [True]
    assert len(rows(database, webhooks)) == 1


def test_a_webhook_that_came_before_leaves_the_transaction_usable(database: SqlDatabase) -> None:
    add(database)
    with database() as unit:
        assert not unit.inbox.add(notice())
        assert unit.inbox.add(notice(2))
        unit.commit()
    assert [row.id for row in rows(database, webhooks)] == ["wh_1", "wh_2"]


def test_several_workers_share_the_webhooks_and_do_each_once(database: SqlDatabase) -> None:
    for number in range(8):
        add(database, number)

    def work(_: int) -> list[str]:
        mine = []
        while item := claim(database):
            mine.append(item.id)
            with database() as unit:
                unit.inbox.done(item, "read")
                unit.commit()
        return mine

    done = [id_ for mine in at_once(4, work) for id_ in mine]
    assert sorted(done) == [f"wh_{number}" for number in range(8)]
    assert claim(database, after=LEASE * 2) is None


def test_a_webhook_that_was_put_back_waits_and_counts_its_attempts(database: SqlDatabase) -> None:
    add(database)
    item = claim(database)
    assert item == InboxItem("wh_1", "pp1", 1)
    with database() as unit:
        unit.inbox.retry(item, datetime.now(UTC) + LEASE, "OutcomeUnknown")
        unit.commit()
    assert claim(database) is None
    with database() as unit:
        (failing,) = unit.books.failing(1)
    assert (failing.kind, failing.subject, failing.outcome) == ("webhook", "pp1", "OutcomeUnknown")
    again = claim(database, after=LEASE * 2)
    assert again is not None
    assert again.attempts == 2


def test_a_worker_that_dies_leaves_its_webhook_to_another(database: SqlDatabase) -> None:
    add(database)
    assert claim(database) is not None
    assert claim(database) is None
    assert claim(database, after=LEASE * 2) is not None
