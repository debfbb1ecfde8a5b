"""The running parts that a test of the web process works with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import sqlalchemy as sa
from pydantic import SecretStr

from prepayment.adapters.sql.tables import webhooks
from prepayment.bootstrap import App
from prepayment.orders import Order
from prepayment.ports import Customer, Message
from prepayment.settings import Settings
from tests.integration.sandbox.harness import Sandbox
from tests.integration.web.rasa_server import RASA_TOKEN, RasaServer
from tests.support import tokens
from tests.support.databases import stored_text
from tests.support.settings import CHAT_SECRET, IDENTITY_SECRET, settings_beside

HOST_SITE = "https://shop.example"

MINJI = Customer("minji", "line-1001", "김민지")
YUNA = Customer("yuna", "line-1007", "윤유나")


def web_settings(
    directory: Path,
    sandbox_url: str,
    sandbox_directory: Path,
    *,
    port: int,
    rasa_port: int,
    database_url: str = "",
) -> Settings:
    """Settings of a web process on ``port`` whose outside is the test's sandbox and dialogue engine."""
    url = f"http://127.0.0.1:{port}"
    return settings_beside(
        sandbox_url,
        sandbox_directory,
        directory,
        public_url=url,
        web_port=port,
        rasa_port=rasa_port,
        database_url=database_url,
        allowed_origins=(url, HOST_SITE),
        rasa_token=SecretStr(RASA_TOKEN),
    )


@dataclass
class Stack:
    """``app`` is the product in the test's own process, on the same database: its worker and its ledger."""

    settings: Settings
    directory: Path
    app: App
    sandbox: Sandbox
    rasa: RasaServer
    http: httpx.Client

    def open_order(self, customer: Customer = MINJI, amount_won: int = 50_000) -> Order:
        """An order as the dialogue opens it, in a conversation of its own."""
        conversation_id = self.app.conversations.create()
        self.app.conversations.log_in(conversation_id, customer)
        return self.app.ordering.open(conversation_id, customer, amount_won)

    def order(self, order: Order) -> Order:
        """The order as it stands now."""
        return self.app.account.order(order.id)

    def work(self) -> None:
        """Do what the worker does until its outbox is empty."""
        while self.app.effects.run_next():
            pass

    def messages(self, conversation_id: str) -> list[Message]:
        """What is stored of a conversation."""
        return list(self.app.conversations.messages(conversation_id))

    def webhook_types(self, order: Order) -> list[str]:
        """The webhooks about an order's payment that have been dealt with."""
        query = sa.select(webhooks.c.type).where(webhooks.c.payment_id == order.payment_id)
        with self.app.database.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def log(self) -> str:
        """What the web process has logged."""
        return (self.directory / "log").read_text()

    def stored_bytes(self) -> bytes:
        """Everything that the web process keeps: its files, and its database, whose journals it reads too on SQLite."""
        files = [path for path in self.directory.rglob("*") if path.is_file()]
        engine = self.app.database.engine
        if engine.dialect.name == "sqlite":
            file = Path(engine.url.database or "")
            files += file.parent.glob(f"{file.name}*")
        return b"".join([stored_text(engine).encode(), *(path.read_bytes() for path in files)])


def identity_token(customer: Customer = MINJI, *, secret: str = IDENTITY_SECRET, **changes: Any) -> str:
    """An identity token as the host site signs it."""
    return tokens.identity_token(customer, secret, **changes)


def conversation_token(conversation_id: str, *, secret: str = CHAT_SECRET, **changes: Any) -> str:
    """A conversation token as web signs it."""
    now = int(time.time())
    claims = {"sub": conversation_id, "aud": "prepay-chat", "iat": now, "exp": now + 3600}
    return tokens.signed(secret, **{**claims, **changes})


def conversation_of(session: dict[str, Any]) -> str:
    """The conversation that a `session` event names."""
    claims = jwt.decode(session["token"], CHAT_SECRET, algorithms=["HS256"], audience="prepay-chat")
    return str(claims["sub"])
