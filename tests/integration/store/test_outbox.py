"""The outbox: every effect is given to one worker at a time, in the order of its order, until it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.adapters.sql.tables import outbox
from prepayment.orders import EffectKind, State
from prepayment.ports import Effect
from tests.integration.store.at_once import at_once
from tests.integration.store.building import PATH_TO_APPLIED, rows, stored_order, walk

LEASE = timedelta(seconds=90)
PATH_TO_PAID = PATH_TO_APPLIED[:4]


def claim(database: SqlDatabase, *, after: timedelta = timedelta()) -> Effect | None:
    """Claim as a worker would that much later."""
    now = datetime.now(UTC) + after
    with database() as unit:
        effect = unit.effects.claim(now, now + LEASE)
        unit.commit()
    return effect


def close(database: SqlDatabase, effect: Effect | None, outcome: str = "done") -> None:
    assert effect is not None
    with database() as unit:
        unit.effects.done(effect, outcome)
        unit.commit()


def test_an_effect_is_claimed_by_one_of_several_workers(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_PAID)
    claimed = [effect for effect in at_once(8, lambda _: claim(database)) if effect is not None]
    assert [(effect.order_id, effect.kind, effect.state, effect.attempts) for effect in claimed] == [
        (order.id, EffectKind.APPLY, State.PAID, 1)
    ]


def test_workers_share_the_effects_of_several_orders(database: SqlDatabase) -> None:
    for number in range(6):
        walk(database, stored_order(database, f"line-{number}"), *PATH_TO_PAID)

    def work(_: int) -> list[int]:
        mine = []
        while effect := claim(database):
            mine.append(effect.id)
            close(database, effect)
        return mine

    done = [id_ for mine in at_once(3, work) for id_ in mine]
    assert sorted(done) == sorted(row.id for row in rows(database, outbox))
    assert claim(database, after=LEASE * 2) is None


def test_the_effects_of_one_order_keep_their_order(database: SqlDatabase) -> None:
    """The apply before its news, the revocation before the refund; a later one waits for the earlier."""
    walk(database, stored_order(database), *PATH_TO_APPLIED, State.CANCELLING, State.CANCELLED)
    seen = []
    while effect := claim(database):
        assert claim(database) is None
        seen.append(effect.kind)
        close(database, effect)
    assert seen == [
        EffectKind.APPLY,
        EffectKind.TELL_CHAT,
        EffectKind.REVOKE,
        EffectKind.REFUND,
        EffectKind.TELL_CHAT,
    ]


def test_an_order_that_is_stuck_does_not_hold_up_another(database: SqlDatabase) -> None:
    walk(database, stored_order(database), *PATH_TO_APPLIED)
    other = walk(database, stored_order(database, "line-2"), *PATH_TO_PAID)
    stuck = claim(database)
    assert stuck is not None
    with database() as unit:
        unit.effects.retry(stuck, datetime.now(UTC) + timedelta(minutes=5), "OutcomeUnknown")
        unit.commit()
    next_one = claim(database)
    assert next_one is not None
    assert next_one.order_id == other.id
    assert claim(database) is None


def test_a_failed_effect_comes_back_at_its_time_and_counts_its_attempts(database: SqlDatabase) -> None:
    walk(database, stored_order(database), *PATH_TO_PAID)
    first = claim(database)
    assert first is not None
    with database() as unit:
        unit.effects.retry(first, datetime.now(UTC) + timedelta(seconds=10), "OutcomeUnknown" * 50)
        unit.commit()
    assert claim(database, after=timedelta(seconds=9)) is None
    second = claim(database, after=timedelta(seconds=11))
    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)
    (row,) = rows(database, outbox)
    assert row.outcome == ("OutcomeUnknown" * 50)[:200]


def test_an_effect_whose_worker_died_is_given_again_when_its_lease_ends(database: SqlDatabase) -> None:
    walk(database, stored_order(database), *PATH_TO_PAID)
    first = claim(database)
    assert first is not None
    assert claim(database, after=LEASE - timedelta(seconds=5)) is None
    again = claim(database, after=LEASE + timedelta(seconds=5))
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_claim_that_is_undone_takes_nothing(database: SqlDatabase) -> None:
    walk(database, stored_order(database), *PATH_TO_PAID)
    now = datetime.now(UTC)
    with database() as unit:
        assert unit.effects.claim(now, now + LEASE) is not None
    effect = claim(database)
    assert effect is not None
    assert effect.attempts == 1


def test_an_effect_that_is_done_never_comes_back(database: SqlDatabase) -> None:
    """Not even when a worker that was too slow puts it back."""
    walk(database, stored_order(database), *PATH_TO_PAID)
    slow = claim(database)
    quick = claim(database, after=LEASE * 2)
    assert slow is not None
    close(database, quick, "applied")
    with database() as unit:
        unit.effects.retry(slow, datetime.now(UTC), "late")
        unit.commit()
    assert claim(database, after=LEASE * 10) is None


def test_a_step_that_is_undone_asks_for_nothing(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_PAID[:3])
    with database() as unit:
        unit.orders.move(order, State.PAID, at=datetime.now(UTC), cause="payment_read", actor="customer")
    assert claim(database) is None
