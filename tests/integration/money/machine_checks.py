"""What a single step must not do, seen from the step before it and from the calls it makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prepayment.calendar import Month
from prepayment.orders import State
from tests.integration.money.books import Books


@dataclass
class StepChecks:
    """Remembers the books before a step (``before``, at ``since``) and the confirmations that were sent."""

    before: Books | None = None
    since: datetime | None = None
    _tokens: dict[str, dict[str, str]] = field(default_factory=dict)  # payment -> key -> token
    _problems: list[str] = field(default_factory=list)

    def begin(self, books: Books, now: datetime) -> None:
        """Forget everything."""
        self._tokens.clear()
        self._problems.clear()
        self.next(books, now)

    def next(self, books: Books, now: datetime) -> None:
        """Remember how things stand."""
        self.before, self.since = books, now

    def confirming(self, payment_id: str, given: Mapping[str, Any]) -> None:
        """Note a confirmation that is sent."""
        tokens = self._tokens.setdefault(payment_id, {})
        if tokens.setdefault(given["key"], given["token"]) != given["token"]:
            self._problems.append(f"payment {payment_id}: the key {given['key']} confirms two tokens")

    def wrong(self, books: Books, meddled: Collection[str], *, is_alone: bool) -> list[str]:
        """What is wrong with the step. Only when it was alone, what was outstanding before still was in it."""
        problems = [*self._problems, *self._wrong_keys(books)]
        return [*problems, *self._wrong_charges(books, meddled)] if is_alone else problems

    def _wrong_keys(self, books: Books) -> Iterator[str]:
        """An authorisation is confirmed with one key, whoever confirms it and however often."""
        for order in books.orders.values():
            keys = self._tokens.get(order.payment_id, {})
            authorised = order.targets().count(State.CONFIRMING)
            if len(keys) > authorised:
                yield f"{order.id}: {len(keys)} keys for {authorised} authorisations: {[*keys]}"

    def _wrong_charges(self, books: Books, meddled: Collection[str]) -> Iterator[str]:
        """Nothing is charged that was not outstanding, or in another month than its own."""
        assert self.before is not None
        assert self.since is not None
        before = self.before.outside
        for order in books.orders.values():
            charged = books.outside.paid(order.payment_id).charges
            if charged == before.paid(order.payment_id).charges or order.payment_id in meddled:
                continue
            if charged[-1] != order.amount_won:
                continue  # PortOne charged another sum than we asked for
            outstanding_won = before.outstanding_won(order.line_id, order.month)
            if charged[-1] > outstanding_won:
                yield f"{order.id}: {charged[-1]} won charged, {outstanding_won} were outstanding"
            if str(Month.of(self.since)) != order.month:
                yield f"{order.id}: charged for {order.month} at {self.since}"
