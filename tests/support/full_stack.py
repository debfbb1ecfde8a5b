"""The whole product as its processes, on free ports with files of its own, plus the same application in the test."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
from dotenv import dotenv_values

from prepayment.adapters.sql.tables import metadata
from prepayment.bootstrap import App, bootstrap
from prepayment.migrate import migrate
from prepayment.orders import Order
from prepayment.ports import Customer
from prepayment.settings import Settings
from scripts.development_secrets import ensure_secrets
from tests.integration.sandbox.harness import free_port
from tests.support.processes import Processes
from tests.support.tokens import identity_token


@dataclass
class SandboxControl:
    """The sandbox's own pages and its control API."""

    public: httpx.Client

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Make a control call and return its JSON answer."""
        response = self.public.request(method, f"/_sandbox/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def reset(self) -> None:
        """Forget payments and prepayments, and put clock and faults back."""
        self.control("PUT", "clock", {"offset_seconds": 0})
        self.control("POST", "reset")

    def set_clock(self, moment: datetime) -> None:
        """Move the clock of every process."""
        self.control("PUT", "clock", {"at": moment.isoformat()})


@dataclass
class FullStack:
    """The running product. ``app`` works on the same database and the same outside as the processes."""

    settings: Settings
    app: App
    sandbox: SandboxControl
    rasa: httpx.Client
    processes: Processes

    def reset(self) -> None:
        """Begin anew: all processes; no orders, no conversations, fresh demo customers, the real time, no faults."""
        self.processes.start()
        self.sandbox.reset()
        with self.app.database.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())

    def customer(self, customer_id: str) -> Customer:
        """Return a demo customer."""
        rows = {row["customer_id"]: row for row in self.sandbox.control("GET", "customers")}
        row = rows[customer_id]
        return Customer(row["customer_id"], row["line_id"], row["name"])

    def phone_number(self, customer_id: str) -> str:
        """Return a demo customer's phone number, digits only."""
        rows = {row["customer_id"]: row for row in self.sandbox.control("GET", "customers")}
        return str(rows[customer_id]["phone_number"])

    def identity_token(self, customer_id: str) -> str:
        """Return an identity token as the host site signs it."""
        secret = self.settings.identity_token_secret.get_secret_value()
        return identity_token(self.customer(customer_id), secret)

    def conversation_of(self, session: dict[str, Any]) -> str:
        """Return the conversation that a ``session`` event names."""
        secret = self.settings.chat_token_secret.get_secret_value()
        claims = jwt.decode(session["token"], secret, algorithms=["HS256"], audience="prepay-chat")
        return str(claims["sub"])

    def newest_order(self, line_id: str) -> Order | None:
        """Return a line's newest order."""
        with self.app.database() as unit:
            return next(iter(unit.orders.of_line(line_id, limit=1)), None)

    def bot_events(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return what the dialogue said so far: events with ``text`` and ``metadata.utter_action``."""
        tracker = self.tracker(conversation_id)
        return [event for event in tracker.get("events") or [] if event["event"] == "bot"]

    def tracker(self, conversation_id: str) -> dict[str, Any]:
        """Return Rasa's tracker of a conversation."""
        token = self.settings.rasa_token.get_secret_value()
        answer = self.rasa.get(
            f"/conversations/{conversation_id}/tracker",
            params={"token": token, "include_events": "ALL"},
        )
        return dict(answer.raise_for_status().json())

    def log(self, name: str) -> str:
        """Return what a process has written."""
        return (self.settings.var_dir / f"{name}.log").read_text(errors="replace")


def make_settings(directory: Path, **changes: Any) -> Settings:
    """Return sandbox settings on free ports with generated secrets, all files in ``directory``.

    Beside the product's own site one host site may embed the chat: its origin is the last of ``allowed_origins``.
    ``changes`` are fields of the settings.
    """
    ensure_secrets(directory / "secrets.env")
    held = dotenv_values(directory / "secrets.env")
    web, rasa, actions, sandbox, host = (free_port() for _ in range(5))
    values: dict[str, Any] = {name.removeprefix("PREPAY_").lower(): value for name, value in held.items()}
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own keyword
        **{
            "environment": "sandbox",
            "var_dir": directory,
            "web_port": web,
            "rasa_port": rasa,
            "actions_port": actions,
            "sandbox_port": sandbox,
            # By number, not by name: for browsers it is another site than ours, as a real host is.
            "allowed_origins": (f"http://localhost:{web}", f"http://127.0.0.1:{host}"),
            **values,
            **changes,
        },
    )


@contextmanager
def full_stack(directory: Path, **changes: Any) -> Iterator[FullStack]:
    """Start every process of the Procfile, with ``changes`` to the settings; stop them at the end."""
    settings = make_settings(directory, **changes)
    migrate(settings.database_url)
    tls = ssl.create_default_context()
    with ExitStack() as stack:
        processes = Processes(settings, directory)
        stack.callback(processes.close)
        processes.start()
        public = stack.enter_context(
            httpx.Client(base_url=settings.portone_api_url, trust_env=False, verify=tls, timeout=20)
        )
        rasa = stack.enter_context(
            httpx.Client(base_url=settings.rasa_url, trust_env=False, verify=tls, timeout=20)
        )
        app = bootstrap(settings)
        stack.callback(app.close)
        yield FullStack(settings, app, SandboxControl(public), rasa, processes)
