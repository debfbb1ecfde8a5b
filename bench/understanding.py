"""Understanding: the pipeline of `rasa init` against ours, both trained on the same messages, judged on tests/nlu.

Both servers run at once and take turns, so that whatever else the machine does falls on both. Training is measured one
after the other, with Rasa's cache off. From all of data/nlu the stock pipeline learns for most of an hour: by default
both learn from an even sample of it.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from assistant.labelled_messages import read_labelled
from bench.comparison import Comparison, publish
from bench.processes import BenchmarkError, answers, free_port, private_environment, run, running
from bench.training_sample import SAMPLE, write_training
from scripts.nlu_data import OUT_OF_SCOPE, SMALL_TALK, TEST_SETS, Labelled
from scripts.paths import ROOT, rasa_command

NAMES = ("rasa init", "ours")
CONFIGS = (ROOT / "bench" / "stock.yml", ROOT / "config.yml")
WARM_UP = 50
FALLBACK = "nlu_fallback"


@dataclass
class Side:
    """One trained pipeline behind a server: what it cost and how often it was right."""

    url: str
    process: subprocess.Popen[bytes]
    training_seconds: float
    right: dict[str, int] = field(default_factory=dict)

    def parse(self, client: httpx.Client, text: str) -> tuple[str, float]:
        """Return the intent and the time in ms; the fallback counts as out of scope."""
        start = time.perf_counter()
        answer = client.post(self.url, json={"text": text})
        milliseconds = (time.perf_counter() - start) * 1000
        name = answer.raise_for_status().json()["intent"]["name"]
        return OUT_OF_SCOPE if name in (FALLBACK, None) else name, milliseconds

    def memory_mb(self) -> float:
        """Resident memory of the server's process, in MB. Raises BenchmarkError."""
        command = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode != 0:
            raise BenchmarkError(f"no memory figure for process {self.process.pid}")
        return int(answer.stdout) / 1024


def measure(sample: int | None = SAMPLE) -> None:
    """Train both on `sample` messages (None: all), measure, and publish `understanding`."""
    sets = {path.stem: read_labelled(path) for path in TEST_SETS}
    small_talk = [(OUT_OF_SCOPE, line) for line in SMALL_TALK.read_text(encoding="utf-8").splitlines()]
    comparison = Comparison("parse")
    with tempfile.TemporaryDirectory(prefix="prepayment-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        env = {**private_environment(folder), "RASA_MAX_CACHE_SIZE": "0"}
        training = write_training(folder / "nlu.yml", sample)
        sides = [_start(number, training, env, stack) for number in range(len(NAMES))]
        client = stack.enter_context(httpx.Client(timeout=60, trust_env=False))
        for _, text in sets["plain"][:WARM_UP]:
            for side in sides:
                side.parse(client, text)
        for title, messages in {**sets, "small talk": small_talk}.items():
            _judge(title, messages, sides, client, comparison)
        figures = _figures(sides, {**sets, "small talk": small_talk})
    publish("understanding", [comparison], NAMES, figures)
    print("\n" + _table(figures))


def _judge(
    title: str, messages: Labelled, sides: list[Side], client: httpx.Client, comparison: Comparison
) -> None:
    for intent, text in messages:
        for side, times in zip(sides, (comparison.before, comparison.after), strict=True):
            predicted, milliseconds = side.parse(client, text)
            times.append(milliseconds)
            side.right[title] = side.right.get(title, 0) + (predicted == intent)


def _figures(sides: list[Side], judged: dict[str, Labelled]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, side in zip(("stock", "ours"), sides, strict=True):
        for title, messages in judged.items():
            share = side.right[title] / len(messages)
            if title == "small talk":
                figures[f"small_talk_wrongly_taken_{name}"] = round(1 - share, 4)
            else:
                figures[f"{title}_accuracy_{name}"] = round(share, 4)
        figures[f"training_seconds_{name}"] = round(side.training_seconds, 1)
        figures[f"memory_mb_{name}"] = round(side.memory_mb())
    for cost in ("training_seconds", "memory_mb"):
        figures[f"{cost}_ratio"] = round(figures[f"{cost}_ours"] / figures[f"{cost}_stock"], 3)
    return figures


def _table(figures: dict[str, float]) -> str:
    rows = [name.removesuffix("_ours") for name in figures if name.endswith("_ours")]
    lines = [f"| | {NAMES[0]} | {NAMES[1]} | ratio |", "|---|---|---|---|"]
    for row in rows:
        ratio = figures.get(f"{row}_ratio", "")
        lines.append(f"| {row} | {figures[f'{row}_stock']} | {figures[f'{row}_ours']} | {ratio} |")
    return "\n".join(lines)


def _start(number: int, data: Path, env: dict[str, str], stack: ExitStack) -> Side:
    """Train a pipeline on `data` and start a server with it."""
    folder = data.parent
    training = ("--nlu", data, "--config", CONFIGS[number], "--domain", ROOT / "domain.yml")
    output = ("--out", folder, "--fixed-model-name", f"side-{number}")
    print(f"training {NAMES[number]} ...", flush=True)
    start = time.monotonic()
    run(rasa_command("rasa", "train", "nlu", *training, *output), env)
    seconds = time.monotonic() - start
    print(f"  {seconds:.0f} s", flush=True)
    port = free_port()
    token = env["PREPAY_RASA_TOKEN"]
    own = {**env, "PREPAY_TRACKER_URL": f"sqlite:///{folder}/{number}.db"}
    address = ("-i", "127.0.0.1", "-p", str(port), "--model", folder / f"side-{number}.tar.gz")
    command = rasa_command("rasa", "run", "--enable-api", "--auth-token", token, *address)
    healthy = answers(f"http://127.0.0.1:{port}/status?token={token}")
    process = stack.enter_context(running(command, own, healthy, folder / f"{number}.log"))
    return Side(f"http://127.0.0.1:{port}/model/parse?token={token}", process, seconds)
