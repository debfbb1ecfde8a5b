"""Customers who prepay from the quote until they are told, and the worker that does its part."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from bench.instant_outside import POLICY, InstantAssistant, InstantCarrier, InstantGateway
from bench.money_worker import Wake, working
from bench.processes import BenchmarkError
from prepayment.adapters.alarm_bell import LogBell
from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.bootstrap import App, assemble
from prepayment.desk_hours import DeskHours
from prepayment.orders import State
from prepayment.ports import Customer, WebhookNotice
from prepayment.service.parts import Parts
from prepayment.settings import Settings

SUM_WON = 50_000
TALK = ("안녕하세요", "선결제 할게요", "5만원")
TOLD_WITHIN_SECONDS = 60.0


@dataclass
class Run:
    """So many orders and how long all of them took, in s; ``times_ms`` of each, from the first quote until told."""

    seconds: float
    times_ms: list[float]


@dataclass
class Load:
    """The product on one database with nobody outside to wait for."""

    app: App
    gateway: InstantGateway
    assistant: InstantAssistant
    _told: dict[str, threading.Event] = field(default_factory=dict)

    def run(self, orders: int, at_once: int) -> Run:
        """Let so many customers at once prepay, until there are so many orders more. Raises BenchmarkError."""
        visits = self._enter(orders)
        start = time.perf_counter()
        with working(self.app, self._tell) as wake, ThreadPoolExecutor(at_once) as customers:
            times = list(customers.map(lambda visit: self._prepay(visit[0], visit[1], wake), visits))
        self._finish()
        return Run(time.perf_counter() - start, times)

    def talk_and_prepay(self) -> None:
        """Leave one finished order of a customer who talked before. Raises BenchmarkError."""
        ((conversation_id, customer),) = self._enter(1)
        for number, text in enumerate(TALK):
            self.app.conversations.say(conversation_id, client_id=str(number), text=text)
        self.app.conversations.answer_all(conversation_id)
        with working(self.app, self._tell) as wake:
            self._prepay(conversation_id, customer, wake)
        self._finish()

    def check_books(self) -> None:
        """Raise BenchmarkError unless all is done and every book agrees: fast and wrong would not count."""
        now = self.app.clock.now()
        report = self.app.reconciliation.compare(now - timedelta(hours=1), now)
        wrong = [*report.differences, *report.under_way, *self.app.stuck.listing()]
        if wrong:
            raise BenchmarkError(f"{len(wrong)} orders are not as they should be: {wrong[0]}")

    def _enter(self, visits: int) -> list[tuple[str, Customer]]:
        """Customers with a line of their own, each in a new conversation."""
        found = [
            (f"cv{uuid.uuid4().hex}", Customer(f"cu{uuid.uuid4().hex}", f"ln{uuid.uuid4().hex}", "김민지"))
            for _ in range(visits)
        ]
        with self.app.database() as unit:
            for conversation_id, customer in found:
                unit.conversations.create(conversation_id)
                unit.conversations.bind(conversation_id, customer)
            unit.commit()
        return found

    def _prepay(self, conversation_id: str, customer: Customer, wake: Wake) -> float:
        app = self.app
        start = time.perf_counter()
        app.ordering.check(customer.line_id)
        app.ordering.quote(customer.line_id, SUM_WON)
        order = app.ordering.open(conversation_id, customer, SUM_WON)
        told = self._told[order.id] = threading.Event()
        token = order.checkout_token
        app.checkout.summary(token)
        identity = app.identity.start(token)
        self.gateway.identify(str(identity["identityVerificationId"]))
        app.identity.finish(token)
        app.checkout.summary(token)
        app.checkout.start_payment(token)
        payment_token, tx_id = self.gateway.approve(order.payment_id)
        order = app.checkout.finish_payment(token, payment_token=payment_token, tx_id=tx_id)
        if order.state is not State.PAID:
            raise BenchmarkError(f"an order is {order.state} instead of paid")
        app.inbox.take(WebhookNotice(f"wh{uuid.uuid4().hex}", "Transaction.Paid", order.payment_id))
        wake()
        if not told.wait(TOLD_WITHIN_SECONDS):
            raise BenchmarkError(f"nobody was told of an order: it is {app.account.order(order.id).state}")
        return (time.perf_counter() - start) * 1000

    def _tell(self) -> None:
        """Let those go on that the working thread has told."""
        for order_id in self.assistant.told():
            self._told.pop(order_id).set()

    def _finish(self) -> None:
        """Do what nobody waited for."""
        while self.app.inbox.run_next() or self.app.effects.run_next():
            pass


@contextmanager
def load_on(url: str) -> Iterator[Load]:
    """Put the product together on a migrated database."""
    logging.getLogger("prepayment").setLevel(logging.ERROR)
    clock, gateway, assistant = SystemClock(), InstantGateway(), InstantAssistant()
    database = SqlDatabase(make_engine(url), clock)
    parts = Parts(
        clock=clock,
        database=database,
        carrier=InstantCarrier(),
        gateway=gateway,
        assistant=assistant,
        bell=LogBell(),
        policy=POLICY,
        public_url="https://prepay.example",
        pause_at_differences=1,
        redact=str,
        desk_hours=DeskHours.parse("mon-fri 09:00-18:00"),
        desk_minutes=10,
    )
    app = assemble(Settings(database_url=url), parts, database)
    try:
        yield Load(app, gateway, assistant)
    finally:
        app.close()
