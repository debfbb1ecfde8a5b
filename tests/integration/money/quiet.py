"""Workers at work, step by step, until nothing is left to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from prepayment.bootstrap import App
from tests.integration.money.skipping_clock import SkippingClock

MOST_STEPS = 2_000

# How far time goes on until all is settled: past a slow confirmation, an order's life, and the hours in which a
# confirmation may be repeated.
_WAITS: tuple[dict[str, float], ...] = ({"seconds": 80}, {"minutes": 16}, {"hours": 3}, {"hours": 3})


_LEFT = """
SELECT (SELECT count(*) FROM orders WHERE state NOT IN ('applied', 'expired', 'withdrawn', 'cancelled', 'review'))
    + (SELECT count(*) FROM outbox WHERE done_at IS NULL)
    + (SELECT count(*) FROM webhooks WHERE done_at IS NULL)
    + (SELECT count(*) FROM messages WHERE role = 'event' AND NOT answered)
"""


@contextmanager
def without_logs() -> Iterator[None]:
    """Leave logs out of runs that are full of trouble of their own making."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def work(app: App, most_steps: int = MOST_STEPS) -> None:
    """Do all that is due: webhooks, effects, sweeps, limits, alarms, and what is left to be said in chats."""
    for _ in range(most_steps):
        queues = (app.inbox, app.effects, app.sweeper, app.limit_control)
        if not any(queue.run_next() for queue in queues):
            break
    else:
        raise AssertionError("the workers do not come to rest")
    while app.alarms.run_next():
        pass
    app.conversations.answer_left_over(timedelta(0))


def come_to_rest(
    app: App, clock: SkippingClock, advance: Callable[..., None], most_steps: int = MOST_STEPS
) -> None:
    """Let the workers do what is left, and time go on for as long as something waits for it."""
    for wait in _WAITS:
        # Past every lease and back-off.
        clock.skip(minutes=10)
        work(app, most_steps)
        if is_at_rest(app):
            return
        advance(**wait)
    clock.skip(minutes=10)
    work(app, most_steps)


def is_at_rest(app: App) -> bool:
    """Whether nothing is left to be done, by anybody but a person."""
    with app.database.engine.connect().execution_options(prepayment_write=False) as connection:
        return not connection.exec_driver_sql(_LEFT).scalar_one()
