"""What must hold of the money, whatever happened: read from everybody's books after any run.

``always`` holds between any two steps; ``settled`` holds once the worker has nothing left to do and nothing fails any
more. Both return what is wrong as sentences; none means that all is well.

``meddled`` names payments that somebody else charged or refunded by hand (PortOne's console, a channel that needs no
approval): we may learn of them late, but ``settled`` holds for them too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from prepayment.orders import TRANSITIONS, UNPAID, EffectKind, State
from tests.integration.money.books import Books, Movements, OrderBook, Outside

# Who must have the money of an order, by its state. Written down here once more on purpose.
_WITH_CUSTOMER = frozenset(
    {
        State.QUOTED,
        State.VERIFIED,
        State.PAYING,
        State.CONFIRMING,
        State.UNKNOWN,
        State.DECLINED,
        State.EXPIRED,
        State.WITHDRAWN,
        State.CANCELLED,
    }
)
_AT_PORTONE = frozenset({State.PAID, State.CANCELLING})
# A confirmation is under way or has no answer yet: the card may have been charged already.
_MAYBE_CHARGED = frozenset({State.CONFIRMING, State.UNKNOWN})
# An order that may still be charged or booked keeps its line to itself; one that is being given back does not.
_OCCUPYING = UNPAID | {State.CONFIRMING, State.UNKNOWN, State.PAID}
_ENDED = frozenset({State.APPLIED, State.EXPIRED, State.WITHDRAWN, State.CANCELLED})
_END_IS_TOLD = frozenset({State.APPLIED, State.EXPIRED, State.CANCELLED, State.REVIEW})
# To the customer these mean: nothing was charged, or it was given back.
_MEANS_NOT_CHARGED = frozenset({State.DECLINED, State.EXPIRED, State.CANCELLED})


def always(books: Books, meddled: Collection[str] = ()) -> list[str]:
    """Return what is wrong at this moment, in the middle of anything."""
    return [*_per_order_always(books, meddled), *_between_orders(books)]


def settled(books: Books, meddled: Collection[str] = (), listed: Collection[str] = ()) -> list[str]:
    """Return what is wrong after everything was worked off. ``listed`` are the orders that operators see as stuck."""
    problems = always(books, meddled)
    if books.inbox_left:
        problems.append(f"{books.inbox_left} webhooks are not worked off")
    for order in books.orders.values():
        problems += [f"{_name(order)}: {what}" for what in _unsettled(order, books, listed)]
    return problems


def said_too_early(
    order: OrderBook, said: State, outside: Outside, meddled: Collection[str] = ()
) -> list[str]:
    """Return what is wrong with telling a customer that ``order`` is ``said``, at the moment of telling."""
    problems = []
    net_won = outside.paid(order.payment_id).net_won
    if said is not order.state:
        problems.append(f"{_name(order)}: was told to be {said}")
    if said in _MEANS_NOT_CHARGED and net_won and order.payment_id not in meddled:
        problems.append(f"{_name(order)}: told {said} while {net_won} won are charged")
    if said is State.APPLIED and not _booked_won(order, outside):
        problems.append(f"{_name(order)}: told applied while the carrier has booked nothing")
    return problems


def _per_order_always(books: Books, meddled: Collection[str]) -> Iterator[str]:
    for order in books.orders.values():
        movements = books.outside.paid(order.payment_id)
        checks = (
            _story(order),
            _postings(order),
            _charges(order, movements),
            _at_the_carrier(order, books.outside),
            _chat(order),
        )
        for problems in checks:
            yield from (f"{_name(order)}: {what}" for what in problems)
        if order.payment_id not in meddled:
            yield from (f"{_name(order)}: {what}" for what in _truth(order, movements, books.outside))


def _between_orders(books: Books) -> Iterator[str]:
    open_orders = Counter(order.line_id for order in books.orders.values() if order.state in _OCCUPYING)
    for line_id, count in open_orders.items():
        if count > 1:
            yield f"line {line_id} has {count} open orders"
    known = {order.payment_id for order in books.orders.values()}
    for payment_id in books.outside.movements.keys() - known:
        if payment_id.startswith("pp"):
            yield f"payment {payment_id} was charged and belongs to no order"
    for order_id in books.outside.prepayments.keys() - books.orders.keys():
        if order_id.startswith("or"):
            yield f"the carrier has booked {order_id}, which is no order"
    prepaid: dict[tuple[str, str], int] = {}
    for row in books.outside.prepayments.values():
        if not row.revoked:
            key = (row.line_id, row.month)
            prepaid[key] = prepaid.get(key, 0) + row.amount_won
    for (line_id, month), won in prepaid.items():
        used_won = books.outside.used.get((line_id, month), 0)
        if won > used_won:
            yield f"line {line_id}, {month}: {won} won are prepaid of {used_won} used"


def _story(order: OrderBook) -> Iterator[str]:
    """The events are an unbroken way through the table, numbered upwards, up to the order's state."""
    before, number = None, 0
    for step in order.steps:
        if step.source is not before:
            yield f"event {step.number} begins at {step.source}, the one before ended at {before}"
        if before is None:
            if step.target is not State.QUOTED:
                yield f"began as {step.target}"
        elif step.target not in TRANSITIONS[before]:
            yield f"event {step.number} goes from {before} to {step.target}, which the table does not have"
        if step.number <= number:
            yield f"event {step.number} comes after {number}"
        before, number = step.target, step.number
    if before is not order.state:
        yield f"the last event ended at {before}"
    if number > order.version:
        yield f"event {number} is newer than version {order.version}"


def _postings(order: OrderBook) -> Iterator[str]:
    """Every entry sums to zero, belongs to an event, and the won are where the state says."""
    numbers = {step.number for step in order.steps}
    for number, accounts in order.postings.items():
        if sum(accounts.values()):
            yield f"the postings of event {number} sum to {sum(accounts.values())}"
        if number not in numbers:
            yield f"postings of event {number}, which does not exist"
    balances, won = order.balances(), order.booked_won
    nothing: dict[str, int] = {}
    at_portone, at_carrier = {"customer": -won, "gateway": won}, {"customer": -won, "carrier": won}
    if order.state in _WITH_CUSTOMER:
        right = [nothing]
    elif order.state in _AT_PORTONE:
        right = [at_portone]
    elif order.state is State.APPLIED:
        right = [at_carrier]
    else:
        right = [nothing, at_portone, at_carrier]
    if balances not in right:
        yield f"the ledger says {balances}"


def _charges(order: OrderBook, movements: Movements) -> Iterator[str]:
    if len(movements.charges) > 1:
        yield f"was charged {len(movements.charges)} times"
    if movements.net_won < 0:
        yield f"got back {-movements.net_won} won too much"
    if movements.charges and order.charged_won not in (None, movements.charges[0]):
        yield f"notes a charge of {order.charged_won} won, it was {movements.charges[0]}"


def _at_the_carrier(order: OrderBook, outside: Outside) -> Iterator[str]:
    row = outside.prepayments.get(order.id)
    if row is None or row.revoked:
        if order.state is State.APPLIED:
            yield "is applied, and the carrier has not booked it"
        return
    if (row.line_id, row.month, row.amount_won) != (order.line_id, order.month, order.amount_won):
        yield f"the carrier has booked {row}"
    if not outside.paid(order.payment_id).charges:
        yield "the carrier has booked it, and nothing was charged"
    if State.PAID not in order.targets():
        yield "the carrier has booked it, and it was never paid"
    if order.state in _WITH_CUSTOMER and EffectKind.REVOKE not in order.undone:
        yield "the carrier has booked it"


def _truth(order: OrderBook, movements: Movements, outside: Outside) -> Iterator[str]:
    """What holds as long as nobody but us moves the money of a payment."""
    net_won = movements.net_won
    if order.state in _WITH_CUSTOMER - _MAYBE_CHARGED and net_won:
        yield f"{net_won} won are charged"
    if order.state in {State.PAID, State.APPLIED} and net_won != order.booked_won:
        yield f"{net_won} won are charged"
    if order.state is State.CANCELLING and net_won not in (0, order.booked_won):
        yield f"{net_won} won are charged"
    given_back = bool(movements.charges) and not net_won
    if given_back and _booked_won(order, outside) and EffectKind.REVOKE not in order.undone:
        yield "was refunded and is still booked at the carrier"


def _chat(order: OrderBook) -> Iterator[str]:
    """What is told is what happened, in its order, each once."""
    targets = order.targets()
    for name, heard in (("told", order.told), ("said", order.said)):
        way = iter(targets)
        if not all(state in way for state in heard):
            yield f"was {name} as {[*map(str, heard)]}, and went through {[*map(str, targets)]}"


def _unsettled(order: OrderBook, books: Books, listed: Collection[str]) -> Iterator[str]:
    movements = books.outside.paid(order.payment_id)
    booked_won = _booked_won(order, books.outside)
    if order.state is State.REVIEW:
        if order.id not in listed:
            yield "is in review and is not listed"
        if not any(order.id in subject for subject in books.alarmed):
            yield "is in review without an alarm"
    elif order.state not in _ENDED:
        yield "has not come to an end" + ("" if order.id in listed else " and is not listed")
    elif order.state is State.APPLIED:
        if not movements.net_won == order.booked_won == booked_won:
            yield f"{movements.net_won} won are charged, {booked_won} booked at the carrier"
    elif movements.net_won or booked_won:
        yield f"{movements.net_won} won are charged, {booked_won} booked at the carrier"
    if order.undone:
        yield f"effects are left: {[*map(str, order.undone)]}"
    if order.state in _END_IS_TOLD and order.told[-1:] != [order.state]:
        yield f"its end was not told: {[*map(str, order.told)]}"
    if order.state in _END_IS_TOLD and order.said[-1:] != [order.state]:
        yield f"its end is not in the chat: {[*map(str, order.said)]}"


def _booked_won(order: OrderBook, outside: Outside) -> int:
    row = outside.prepayments.get(order.id)
    return 0 if row is None or row.revoked else row.amount_won


def _name(order: OrderBook) -> str:
    return f"order {order.id} ({order.state}, {order.amount_won} won)"
