"""An operator who types commands: in this process, in one of its own, and at a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from typer.testing import CliRunner

from prepayment.adapters.sql.tables import messages
from prepayment.ops.cli import cli
from prepayment.orders import Event, Order, State
from tests.integration.money.shop import Shop
from tests.integration.sandbox.harness import ROOT

INTERRUPT = "Ctrl-C"

Arguments = tuple[object, ...]


def ignore() -> None:
    """Nobody else does anything."""


@dataclass(frozen=True)
class Printed:
    """What a command came to. ``out`` is what it printed, ``err`` what it said to the operator beside that."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What was printed, without the spaces that fill tables."""
        return [line.strip() for line in self.out.splitlines() if line.strip()]


@dataclass
class Desk:
    """``shop`` is the product that the operator looks after."""

    shop: Shop
    directory: Path

    def environment(self) -> dict[str, str]:
        """The environment of a command, with the product's settings and wide enough for every table."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
        ours = self.shop.settings.environment_variables()
        return {**kept, **ours, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}

    def run(self, *arguments: object, **environment: str | None) -> Printed:
        """Run a command in this process, without a terminal."""
        foreign = {name: None for name in os.environ if name.startswith("PREPAY_")}
        result = CliRunner().invoke(
            cli, [*map(str, arguments)], env={**foreign, **self.environment(), **environment}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Printed(result.exit_code, result.stdout, result.stderr)

    def done(self, *arguments: object) -> str:
        """Run a command that must succeed; what it printed."""
        printed = self.run(*arguments)
        assert printed.code == 0, printed.out + printed.err
        return printed.out

    def read(self, *arguments: object) -> Any:
        """Run a reading command; its JSON, whatever the exit code."""
        return json.loads(self.run(*arguments, "--json").out)

    def refused(self, *arguments: object) -> str:
        """Run a command that must be refused; why, in one line."""
        printed = self.run(*arguments)
        assert printed.code == 2, printed.out + printed.err
        lines = printed.err.strip().splitlines()
        assert len(lines) == 1, printed.err
        return lines[0]

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command in a process of its own, without a terminal."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.directory,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def type_at_terminal(
        self,
        typed: str,
        *arguments: object,
        before: Callable[[], None] = ignore,
        after: Callable[[], None] = ignore,
    ) -> Printed:
        """Run a command in a process at a terminal, and type when it asks; all it printed is in ``out``.

        ``before`` is what others do while it asks, ``after`` what they do when it was answered.
        """
        ours, theirs = pty.openpty()
        try:
            process = subprocess.Popen(
                self._command(arguments),
                cwd=self.directory,
                env={**self.environment(), "TERM": "dumb"},
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
            os.close(theirs)
            try:
                shown = self._converse(process, ours, typed, before, after)
            finally:
                process.kill()
                code = process.wait(timeout=90)
            return Printed(code, shown, "")
        finally:
            os.close(ours)

    # -- what the commands are about

    def applied(self, amount_won: int = 50_000) -> Order:
        """A prepayment that is paid and applied."""
        order = self.shop.paid(amount_won=amount_won)
        self.shop.work()
        assert self.shop.state(order) is State.APPLIED
        return self.shop.order(order)

    def in_review(self, order: Order, cause: str = "differs:currency") -> Order:
        """An order that somebody has doubts about."""
        app = self.shop.app
        with app.database() as unit:
            moved = unit.orders.move(
                self.shop.order(order), State.REVIEW, at=app.clock.now(), cause=cause, actor="worker"
            )
            unit.commit()
        return moved

    def last_event(self, order: Order) -> Event:
        """The newest step of an order."""
        return self.shop.events(order)[-1]

    def told(self, order: Order) -> list[str]:
        """The states of an order that the chat was given to tell."""
        with self.shop.app.database.engine.connect() as connection:
            payloads = connection.scalars(
                sa.select(messages.c.payload)
                .where(messages.c.conversation_id == order.conversation_id, messages.c.role == "event")
                .order_by(messages.c.seq)
            ).all()
        return [json.loads(payload)["state"] for payload in payloads if payload]

    def _converse(
        self,
        process: subprocess.Popen[bytes],
        terminal: int,
        typed: str,
        before: Callable[[], None],
        after: Callable[[], None],
    ) -> str:
        """Type when it asks; returns what was shown until it ended."""
        shown, ready = b"", True
        # A terminal that everybody has left is read as an error.
        with suppress(OSError):
            while ready:
                ready = bool(select.select([terminal], [], [], 60)[0])
                part = os.read(terminal, 4096) if ready else b""
                shown += part
                if typed and b"Type yes" in shown:
                    before()
                    if typed == INTERRUPT:
                        process.send_signal(signal.SIGINT)
                    else:
                        os.write(terminal, typed.encode())
                    typed = ""
                    after()
        process.wait(timeout=180)
        return shown.decode()

    def _command(self, arguments: Arguments) -> list[str]:
        return [sys.executable, "-m", "prepayment.ops", *map(str, arguments)]
