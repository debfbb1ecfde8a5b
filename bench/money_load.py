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

from bench.instant_outside import POLICY, InstantAssistant, InstantCarrier, InstantGateway
from bench.processes import BenchmarkError
from prepayment.adapters.alarm_bell import LogBell
from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.bootstrap import App, assemble
from prepayment.orders import State
from prepayment.ports import Customer, WebhookNotice
from prepayment.service.parts import Parts
from prepayment.settings import Settings
from prepayment.worker import Worker

SUM_WON = 50_000
TOLD_WITHIN_SECONDS = 60.0
LOOK_SECONDS = 0.2


@dataclass
class Run:
    """How long each order took, in ms from the first quote until the customer was told, and all of them, in s."""

    seconds: float
    times_ms: list[float]


@dataclass
class Load:
    """The product on one database with nobody outside to wait for."""

    app: App
    gateway: InstantGateway
    assistant: InstantAssistant
    _told: dict[str, threading.Event] = field(default_factory=dict)
    _work: threading.Event = field(default_factory=threading.Event)

    def run(self, orders: int, at_once: int) -> Run:
        """Let so many customers at once prepay, until there are so many orders more. Raises BenchmarkError."""
        conversations = [self._enter() for _ in range(orders)]
        with self._worker(), ThreadPoolExecutor(at_once) as customers:
            start = time.perf_counter()
            times = list(customers.map(lambda one: self._prepay(*one), conversations))
            return Run(time.perf_counter() - start, times)

    def _enter(self) -> tuple[str, Customer]:
        """A customer with a line of their own who has talked a little."""
        customer = Customer(f"cu{uuid.uuid4().hex}", f"ln{uuid.uuid4().hex}", "김민지")
        conversation_id = self.app.conversations.create()
        self.app.conversations.log_in(conversation_id, customer)
        for number, text in enumerate(("안녕하세요", "선결제 할게요", "5만원")):
            self.app.conversations.say(conversation_id, client_id=str(number), text=text)
        self.app.conversations.answer_all(conversation_id)
        return conversation_id, customer

    def _prepay(self, conversation_id: str, customer: Customer) -> float:
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
        self._work.set()
        if not told.wait(TOLD_WITHIN_SECONDS):
            raise BenchmarkError(f"nobody was told of an order: it is {app.account.order(order.id).state}")
        return (time.perf_counter() - start) * 1000

    @contextmanager
    def _worker(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self._do_work, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _do_work(self, stop: threading.Event) -> None:
        """As the worker process does, but woken at once instead of looking now and then."""
        worker = Worker(self.app)
        while not stop.is_set():
            busy = worker.step()
            for order_id in self.assistant.told():
                self._told.pop(order_id).set()
            if not busy:
                self._work.wait(LOOK_SECONDS)
                self._work.clear()


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
    )
    app = assemble(Settings(database_url=url), parts, database)
    try:
        yield Load(app, gateway, assistant)
    finally:
        app.close()
