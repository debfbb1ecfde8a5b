"""The use cases on a real database with the real sandbox outside, and a customer who goes through its windows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr

from prepayment.adapters.sql.tables import messages, metadata, orders, outbox, webhooks
from prepayment.bootstrap import App
from prepayment.calendar import SEOUL, Month
from prepayment.orders import Event, Order, State
from prepayment.ports import Alarm, Customer, PaymentGateway
from prepayment.service.alarms import Alarms
from prepayment.service.checkout import Checkout
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement
from prepayment.settings import Settings
from tests.integration.money.talker import Talker
from tests.integration.sandbox.harness import (
    Sandbox,
    free_port,
    one_time_code,
    returned,
    wait_until,
)
from tests.support.buyer import APPROVED
from tests.support.settings import settings_beside

MONTH = Month(2031, 5)
NOON = datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL)
MINJI = Customer("minji", "line-1001", "김민지")
YUNA = Customer("yuna", "line-1007", "윤유나")
PHONES = {MINJI.line_id: "01000001001", YUNA.line_id: "01000001007"}
NAMES = {customer.line_id: customer.name for customer in (MINJI, YUNA)}

Result = dict[str, str]


@dataclass
class Bell:
    """Implements ``ports.AlarmBell``: keeps what was rung."""

    heard: list[str] = field(default_factory=list)

    def ring(self, text: str) -> None:
        """Keep an alarm."""
        self.heard.append(text)


def make_settings(directory: Path, sandbox_url: str, sandbox_directory: Path) -> Settings:
    """Settings whose outside is the sandbox process; nobody listens for webhooks or answers as Rasa."""
    return settings_beside(
        sandbox_url,
        sandbox_directory,
        directory,
        public_url=f"http://127.0.0.1:{free_port()}",
        rasa_port=free_port(),
        rasa_token=SecretStr("rasa-token-of-the-tests"),
    )


class WindowRefused(Exception):
    """PortOne opens no window; the argument is its code."""


@dataclass
class Shop:
    """``parts`` are the ones in ``app``, for tests that put one of them in another's place."""

    settings: Settings
    app: App
    sandbox: Sandbox
    parts: Parts

    # -- time

    def set_clock(self, moment: datetime) -> None:
        """Move every process to a moment."""
        self.sandbox.control("PUT", "clock", {"at": moment.isoformat()})

    def advance(self, **time: float) -> None:
        """Move every process forward."""
        self.set_clock(self.app.clock.now() + timedelta(**time))

    # -- the customer

    def open_order(self, customer: Customer = MINJI, amount_won: int = 50_000) -> Order:
        """An order as the dialogue opens it, in a conversation of its own."""
        conversation_id = self.app.conversations.create()
        self.app.conversations.log_in(conversation_id, customer)
        return self.app.ordering.open(conversation_id, customer, amount_won)

    def go_through_identity(self, order: Order, *, line_id: str = MINJI.line_id) -> None:
        """Open the identity window for an order and prove to hold a line."""
        parameters = self.app.identity.start(order.checkout_token)
        answer = self.sandbox.public.post("/v2/browser/identity-verifications", json=parameters)
        assert answer.status_code == 200, answer.text
        path, page = answer.json()["path"], self.sandbox.public
        person = {"operator": "KT", "name": NAMES[line_id], "birth_date": "19900517"}
        page.post(path, data={**person, "phone_number": PHONES[line_id], "action": "send"})
        code = one_time_code(page.get(path).text)
        returned(page.post(path, data={"code": code, "action": "check"}))

    def verify(self, order: Order) -> Order:
        """Verify identity for an order's own line."""
        self.go_through_identity(order, line_id=order.line_id)
        return self.app.identity.finish(order.checkout_token)

    def open_window(self, order: Order, checkout: Checkout | None = None) -> str:
        """Open the card window; returns its path at the sandbox."""
        parameters = (checkout or self.app.checkout).start_payment(order.checkout_token)
        return self.open_sandbox_window(parameters)

    def open_sandbox_window(self, parameters: Mapping[str, object]) -> str:
        """What the browser SDK does with the parameters that the checkout gave it. Raises WindowRefused."""
        answer = self.sandbox.public.post("/v2/browser/payments", json=parameters)
        body = answer.json()
        if answer.status_code != 200:
            raise WindowRefused(body["code"])
        return str(body["path"])

    def authorise(self, order: Order, card: str = APPROVED) -> Result:
        """Send a card in a window of its own; what the window brings back."""
        return self.sandbox.send_card(self.open_window(order), card)

    def finish(self, order: Order, result: Result, checkout: Checkout | None = None) -> Order:
        """Take a window's return."""
        return (checkout or self.app.checkout).finish_payment(
            order.checkout_token, payment_token=result.get("paymentToken"), tx_id=result.get("txId")
        )

    def ready_to_pay(self, customer: Customer = MINJI, amount_won: int = 50_000) -> tuple[Order, Result]:
        """An order whose card window has come back with a token that is not confirmed yet."""
        order = self.open_order(customer, amount_won)
        self.verify(order)
        return order, self.authorise(order)

    def end_unpaid(self, order: Order, end: State) -> None:
        """Let an unpaid order run out of time (EXPIRED), or be withdrawn (WITHDRAWN)."""
        if end is State.EXPIRED:
            self.advance(minutes=16)
            self.sweep()
        else:
            self.app.ordering.withdraw(order.line_id, cause="wished")
        assert self.state(order) is end

    def cancel_at_console(self, order: Order, **body: int) -> None:
        """Somebody cancels the payment (or ``amount`` won of it) at PortOne, past us."""
        path = f"/payments/{order.payment_id}/cancel"
        self.sandbox.portone.post(path, json={"reason": "console", **body}).raise_for_status()

    def paid(self, customer: Customer = MINJI, amount_won: int = 50_000) -> Order:
        """An order that is paid and not applied yet."""
        order, result = self.ready_to_pay(customer, amount_won)
        order = self.finish(order, result)
        assert order.state is State.PAID
        return order

    # -- the worker

    def work(self) -> None:
        """Do what is due in the outbox."""
        while self.app.effects.run_next():
            pass

    def work_through(self) -> None:
        """Do all that is in the outbox, what waits for another try included."""
        self.make_due()
        self.work()

    def make_due(self) -> None:
        """Let the time pass that effects wait for: back-off and leases run on the machine's time."""
        now = self.app.clock.machine_now()
        with self.app.database.engine.begin() as connection:
            connection.execute(sa.update(outbox).where(outbox.c.done_at.is_(None)).values(due_at=now))

    def sweep(self) -> None:
        """Look at every order that is due, what waits for another try included."""
        with self.app.database.engine.begin() as connection:
            connection.execute(sa.update(orders).values(sweep_after=None))
        while self.app.sweeper.run_next():
            pass

    def read_inbox(self) -> None:
        """Work off the webhooks that were taken."""
        with self.app.database.engine.begin() as connection:
            connection.execute(
                sa.update(webhooks)
                .where(webhooks.c.done_at.is_(None))
                .values(due_at=self.app.clock.machine_now())
            )
        while self.app.inbox.run_next():
            pass

    def checkout_with(self, gateway: PaymentGateway) -> Checkout:
        """The checkout with another payment adapter."""
        parts = replace(self.parts, gateway=gateway)
        return Checkout(parts, Settlement(parts))

    # -- what became of it

    def order(self, order: Order) -> Order:
        """The order as it stands now."""
        return self.app.account.order(order.id)

    def state(self, order: Order) -> State:
        """Where the order stands now."""
        return self.order(order).state

    def events(self, order: Order) -> list[Event]:
        """The order's story."""
        with self.app.database() as unit:
            return list(unit.orders.events(order.id))

    def way(self, order: Order) -> list[State]:
        """The states that the order went through."""
        return [event.target for event in self.events(order)]

    def balances(self, order: Order) -> dict[str, int]:
        """Won per account, the empty ones left out."""
        with self.app.database() as unit:
            return {name: won for name, won in unit.books.balances(order.id).items() if won}

    def alarms(self) -> list[Alarm]:
        """What operators are to look at."""
        with self.app.database() as unit:
            return list(unit.alarms.open())

    def told(self, order: Order) -> list[str]:
        """The states that the chat was told of."""
        query = (
            sa.select(messages.c.payload)
            .where(messages.c.conversation_id == order.conversation_id, messages.c.role == "event")
            .order_by(messages.c.seq)
        )
        with self.app.database.engine.connect() as connection:
            payloads = [json.loads(payload) for payload in connection.execute(query).scalars()]
        return [payload["state"] for payload in payloads if payload.get("order_id") == order.id]

    def rung(self) -> list[str]:
        """Let the worker send what operators are to be told; returns it."""
        bell = Bell()
        alarms = Alarms(replace(self.parts, bell=bell))
        while alarms.run_next():
            pass
        return bell.heard

    def charges(self, order: Order) -> int:
        """How often the customer's card was charged."""
        return int(self.sandbox.raw(order.payment_id)["charges"])

    def refunds(self, order: Order) -> int:
        """How often the customer's card got money back."""
        return int(self.sandbox.raw(order.payment_id)["refunds"])

    def booked(self, order: Order) -> list[int]:
        """The sums that the carrier has booked for the order."""
        path = f"/v1/lines/{order.line_id}/months/{order.month}"
        month = self.sandbox.carrier.get(path).raise_for_status().json()
        return [row["amount_won"] for row in month["prepayments"] if row["order_id"] == order.id]

    def prepay_elsewhere(self, amount_won: int, line_id: str = MINJI.line_id) -> None:
        """The customer prepays by another way of the carrier's."""
        path = f"/v1/lines/{line_id}/prepayments/elsewhere-{amount_won}"
        body = {"month": str(Month.of(self.app.clock.now())), "amount_won": amount_won}
        self.sandbox.carrier.put(path, json=body).raise_for_status()

    def wait_until_taken(self, kind: str) -> None:
        """Wait until a request has met the fault of this kind that was switched on for it."""
        wait_until(lambda: kind not in [fault["kind"] for fault in self.sandbox.control("GET", "faults")])


def open_shop(settings: Settings, app: App, sandbox: Sandbox) -> Shop:
    """A shop with an empty ledger, at noon in the middle of a month in which the demo customers bought."""
    with app.database.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    parts = replace(app.parts, assistant=Talker())
    shop = Shop(settings, app, sandbox, parts)
    begin_at(shop, NOON)
    return shop


def begin_at(shop: Shop, moment: datetime) -> None:
    """Move to a moment and let the demo customers have bought in its month."""
    shop.set_clock(moment)
    shop.sandbox.control("POST", "reset", {"month": str(Month.of(moment))})
