"""Every payment of a window of time, although the pages of the list shift while they are read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, Final

from prepayment.adapters.portone.readings import payment_reading
from prepayment.errors import OutcomeUnknown
from prepayment.ports import PaymentReading

PASSES_MAX: Final = 5
# A million payments: more are no list of ours.
PAGES_MAX: Final = 10_000

_logger = logging.getLogger(__name__)

ReadPage = Callable[[int], list[Any]]


def every_payment(read_page: ReadPage) -> Iterator[PaymentReading]:
    """Yield a reading of each item of all pages, numbered from 0 to the first empty one; some of them twice.

    A payment whose status changes meanwhile leaves its place in the list, and those behind it move up, perhaps onto a
    page that was read already. So the pages are read again until they say the same twice: what left in between would
    be missing the second time.

    Raises:
        OutsideError: a page could not be read, or there is no end of them; what was yielded is true but not all.
    """
    before: set[PaymentReading] | None = None
    met = set[PaymentReading]()
    for _ in range(PASSES_MAX):
        now = set[PaymentReading]()
        for reading in _one_pass(read_page):
            now.add(reading)
            if before is None or reading not in met:
                yield reading
        if now == before:
            return
        before = now
        met |= now
    _logger.warning("the list of payments kept changing while it was read %d times", PASSES_MAX)


def _one_pass(read_page: ReadPage) -> Iterator[PaymentReading]:
    # A page may be shorter than was asked for, so that only an empty one is the end.
    before: list[Any] = []
    for number in range(PAGES_MAX):
        items = read_page(number)
        if not items:
            return
        if items == before:
            raise OutcomeUnknown("list payments: the same page twice")
        before = items
        for item in items:
            yield payment_reading("", item if isinstance(item, dict) else {})
    raise OutcomeUnknown(f"list payments: more than {PAGES_MAX} pages")
