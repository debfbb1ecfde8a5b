"""Parsing: the pipeline of `rasa init` against ours, trained on the same four fifths of the data.

The fifth that neither saw gives the times and, as a by-product, the share of right intents.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import yaml

from bench.comparison import Comparison, publish
from bench.processes import answers, free_port, private_environment, run, running
from scripts.paths import ROOT, rasa_command

SIDES = ("rasa init", "ours")
CONFIGS = {"stock": "bench/stock.yml", "ours": "config.yml"}
HELD_OUT_EVERY = 5
WARM_UP = 20
FALLBACK, OUT_OF_SCOPE = "nlu_fallback", "out_of_scope"

Labelled = list[tuple[str, str]]


def measure() -> None:
    """Train both (the stock pipeline takes minutes), measure, and publish `understanding`."""
    comparison = Comparison("parse")
    right = {"stock": 0, "ours": 0}
    training, held_out = split(labelled_examples(ROOT / "data" / "nlu"))
    with tempfile.TemporaryDirectory(prefix="prepayment-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        env = {**private_environment(folder), "RASA_MAX_CACHE_SIZE": "0"}
        _write(folder / "nlu.yml", training)
        urls = {side: _serve(side, config, folder, env, stack) for side, config in CONFIGS.items()}
        client = stack.enter_context(httpx.Client(timeout=60, trust_env=False))
        for _, text in held_out[:WARM_UP]:
            for url in urls.values():
                _parse(client, url, text)
        for intent, text in held_out:
            for side, times in (("stock", comparison.before), ("ours", comparison.after)):
                predicted, milliseconds = _parse(client, urls[side], text)
                times.append(milliseconds)
                right[side] += predicted == intent
    shares = {f"{side}_accuracy": round(count / len(held_out), 4) for side, count in right.items()}
    publish("understanding", [comparison], SIDES, shares)
    print(f"\nright intents of {len(held_out)} unseen messages: {shares}")


def labelled_examples(folder: Path) -> Labelled:
    """(intent, text) of every example in the NLU files of `folder`, in file order."""
    return [
        (entry["intent"], line.removeprefix("- ").strip())
        for path in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if "intent" in entry
        for line in entry["examples"].splitlines()
        if line.startswith("- ")
    ]


def split(examples: Labelled) -> tuple[Labelled, Labelled]:
    """(training, held out): within each intent every fifth example is held out."""
    seen: dict[str, int] = {}
    training: Labelled = []
    held_out: Labelled = []
    for intent, text in examples:
        seen[intent] = seen.get(intent, 0) + 1
        (held_out if seen[intent] % HELD_OUT_EVERY == 0 else training).append((intent, text))
    return training, held_out


def _write(path: Path, examples: Labelled) -> None:
    intents: dict[str, list[str]] = {}
    for intent, text in examples:
        intents.setdefault(intent, []).append(f"- {text}\n")
    entries = [{"intent": intent, "examples": "".join(lines)} for intent, lines in intents.items()]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True), encoding="utf-8")


def _serve(side: str, config: str, folder: Path, env: dict[str, str], stack: ExitStack) -> str:
    """Train the side and start a server with it; return the address to parse at."""
    training = ("--nlu", folder / "nlu.yml", "--config", config, "--domain", "domain.yml")
    output = ("--out", folder, "--fixed-model-name", side)
    print(f"training {SIDES[list(CONFIGS).index(side)]} ...", flush=True)
    start = time.monotonic()
    run(rasa_command("rasa", "train", "nlu", *training, *output), env)
    print(f"  {time.monotonic() - start:.0f} s", flush=True)
    port = free_port()
    token = env["PREPAY_RASA_TOKEN"]
    own = {**env, "PREPAY_TRACKER_URL": f"sqlite:///{folder}/{side}.db"}
    address = ("-i", "127.0.0.1", "-p", str(port), "--model", folder / f"{side}.tar.gz")
    command = rasa_command("rasa", "run", "--enable-api", "--auth-token", token, *address)
    healthy = answers(f"http://127.0.0.1:{port}/status?token={token}")
    stack.enter_context(running(command, own, healthy, folder / f"{side}.log"))
    return f"http://127.0.0.1:{port}/model/parse?token={token}"


def _parse(client: httpx.Client, url: str, text: str) -> tuple[str, float]:
    """Return the intent and the time in ms; the fallback counts as out of scope."""
    start = time.perf_counter()
    answer = client.post(url, json={"text": text})
    milliseconds = (time.perf_counter() - start) * 1000
    name = answer.raise_for_status().json()["intent"]["name"]
    return OUT_OF_SCOPE if name in (FALLBACK, None) else name, milliseconds
