"""Latency of whole turns: Rasa started as shipped against the launcher with its repairs; all else is shared.

Both servers run at once with the same model, action server and sandbox, and take turns, so that whatever else the
machine does falls on both.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from bench.comparison import Comparison, publish
from bench.processes import BenchmarkError, answers, free_port, private_environment, run, running
from scripts.model import MODEL
from scripts.paths import app_command, rasa_command

SIDES = ("rasa run", "python -m assistant")
CONVERSATIONS = 8
ROUNDS = 5
WARM_UP = 1
CUSTOMER = "minji"
FAQ = "선결제 방법 알려주세요"
OPEN_FORM = "선결제 할게요"
FORM = "5만원"
STOP = "그만할래"


class Side:
    """One Rasa server, spoken to as one conversation at a time."""

    def __init__(self, port: int, stack: ExitStack) -> None:
        self._url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        self._client = stack.enter_context(httpx.Client(timeout=30, trust_env=False))
        self.conversation = ""

    def say(self, text: str) -> tuple[list[str], float]:
        """Send `text`; return what came back and the time in ms. Raises BenchmarkError when nothing came."""
        start = time.perf_counter()
        answer = self._client.post(self._url, json={"sender": self.conversation, "message": text})
        milliseconds = (time.perf_counter() - start) * 1000
        texts = [message.get("text", "") for message in answer.raise_for_status().json()]
        if not texts:
            raise BenchmarkError(f"{text!r} got no answer")
        return texts, milliseconds


def measure() -> None:
    """Start everything, measure, and publish `turns`."""
    faq = Comparison("FAQ turn")
    form = Comparison("form turn")
    with tempfile.TemporaryDirectory(prefix="prepayment-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        env = private_environment(folder)
        sides = _start(env, folder, stack)
        for number in range(WARM_UP + CONVERSATIONS):
            for side in sides:
                command = app_command("prepayment.demo_conversation", "--customer", CUSTOMER)
                side.conversation = run(command, env).split()[-1]
            for _ in range(ROUNDS):
                measured = number >= WARM_UP
                _compare(FAQ, sides, faq if measured else None)
                _compare(OPEN_FORM, sides)
                _compare(FORM, sides, form if measured else None)
                _compare(STOP, sides)
    publish("turns", [faq, form], SIDES)


def _compare(text: str, sides: tuple[Side, Side], comparison: Comparison | None = None) -> None:
    """Say `text` on both sides, note the times, and insist that both answer the same."""
    (before, before_ms), (after, after_ms) = (side.say(text) for side in sides)
    if before != after:
        raise BenchmarkError(f"{text!r}: the two sides differ: {before!r} and {after!r}")
    if comparison is not None:
        comparison.before.append(before_ms)
        comparison.after.append(after_ms)


def _start(env: dict[str, str], folder: Path, stack: ExitStack) -> tuple[Side, Side]:
    sandbox = f"http://127.0.0.1:{env['PREPAY_SANDBOX_PORT']}/health"
    stack.enter_context(running(app_command("sandbox"), env, answers(sandbox), folder / "sandbox.log"))
    run(app_command("prepayment.migrate"), env)
    actions = f"http://127.0.0.1:{env['PREPAY_ACTIONS_PORT']}/health"
    stack.enter_context(running(app_command("actions"), env, answers(actions), folder / "actions.log"))

    token = env["PREPAY_RASA_TOKEN"]
    shipped = ("run", "--enable-api", "--auth-token", token, "-i", "127.0.0.1", "--model", str(MODEL))
    sides = []
    for name in ("shipped", "launcher"):
        port = free_port()
        own = {**env, "PREPAY_RASA_PORT": str(port), "PREPAY_TRACKER_URL": f"sqlite:///{folder}/{name}.db"}
        command = (
            rasa_command("assistant")
            if name == "launcher"
            else rasa_command("rasa", *shipped, "-p", str(port))
        )
        healthy = answers(f"http://127.0.0.1:{port}/status?token={token}")
        stack.enter_context(running(command, own, healthy, folder / f"{name}.log"))
        sides.append(Side(port, stack))
    return sides[0], sides[1]
