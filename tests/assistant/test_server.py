"""The real server and the real shell on a trained model, with an action server that can misbehave."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import launch, launcher_environment

TOKEN = "test-token"
START_SECONDS = 120


class ActionServer(BaseHTTPRequestHandler):
    """Answers with `status` and `body`; a failure repeats the request, as rasa-sdk does."""

    status = 200
    body: Any = None

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps(self.body).encode() if self.status == 200 else request
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def actions_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), ActionServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/webhook"
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def variables(folder: Path, actions_url: str, port: int) -> dict[str, str]:
    return {
        "PREPAY_RASA_PORT": str(port),
        "PREPAY_RASA_TOKEN": TOKEN,
        "PREPAY_TRACKER_URL": f"sqlite:///{folder}/var/tracker.db",
        "PREPAY_ACTIONS_URL": actions_url,
    }


class Rasa:
    """A running server: its address and its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.log = log

    def get(self, path: str) -> tuple[int, Any]:
        """GET `path`; return status and JSON."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, None

    def say(self, text: str, sender: str) -> list[str]:
        """Send a message on the REST channel; return the texts that came back."""
        request = urllib.request.Request(
            self.url + "/webhooks/rest/webhook",
            json.dumps({"sender": sender, "message": text}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return [message["text"] for message in json.load(answer)]


@pytest.fixture(scope="module")
def rasa_server(project: Path, actions_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rasa]:
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    log = folder / "rasa.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant"],
            cwd=project,
            env=launcher_environment(**variables(folder, actions_url, port)),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Rasa(port, log)
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if server.get(f"/status?token={TOKEN}")[0] == 200:
                break
        except OSError:
            time.sleep(0.2)
    yield server
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) in (0, -signal.SIGTERM)


def test_the_api_asks_for_the_token(rasa_server: Rasa) -> None:
    assert rasa_server.get("/status")[0] == 401
    assert rasa_server.get("/conversations/someone/tracker?token=wrong")[0] == 401

    status, body = rasa_server.get(f"/status?token={TOKEN}")
    assert status == 200
    assert Path(body["model_file"]).name == "prepayment.tar.gz"


def test_it_listens_on_this_machine_only(rasa_server: Rasa) -> None:
    listening = Path("/proc/net/tcp").read_text() if os.path.exists("/proc/net/tcp") else ""
    addresses = re.findall(rf"\d+: ([0-9A-F]{{8}}):{rasa_server.port:04X} 00000000:0000 0A", listening)

    assert addresses == ["0100007F"]


def test_a_rule_answers(rasa_server: Rasa) -> None:
    assert rasa_server.say("안녕하세요", "greeter") == ["안녕하세요"]


def test_what_cannot_be_read_gets_the_fallback(rasa_server: Rasa) -> None:
    assert rasa_server.say("\u200b", "silent") == ["다시 말씀해 주세요"]


def test_a_good_action_result_is_used(rasa_server: Rasa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ActionServer, "body", {"events": [], "responses": [{"text": "50,000원 썼어요"}]})

    assert rasa_server.say("이번 달 얼마 썼어요", "user") == ["50,000원 썼어요"]


@pytest.mark.parametrize(
    "body",
    [
        {"events": [{"event": "slot"}], "responses": [{"text": "완료"}]},
        {"events": {}, "responses": [{"text": "완료"}]},
        {"events": [], "responses": "완료"},
    ],
)
def test_a_malformed_action_result_is_refused(
    rasa_server: Rasa, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]
) -> None:
    monkeypatch.setattr(ActionServer, "body", body)

    assert rasa_server.say("이번 달 얼마 썼어요", f"refused {body}") == []


def test_a_failing_action_leaves_no_text_in_the_log(
    rasa_server: Rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ActionServer, "status", 500)

    assert rasa_server.say("이번 달 얼마 썼어요", "unlucky") == []

    log = rasa_server.log.read_text()
    assert "ClientResponseError" in log
    assert "얼마" not in log
    assert "\\uc5bc" not in log


def test_a_turn_whose_action_fails_says_nothing_and_leaves_nothing(
    rasa_server: Rasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what comes after the action either: that would be said as if it had done its work."""
    monkeypatch.setattr(ActionServer, "status", 500)
    assert rasa_server.say("선결제 방법이 뭐가 있어요", "patient") == []
    _, tracker = rasa_server.get(f"/conversations/patient/tracker?token={TOKEN}")
    assert "user" not in [event["event"] for event in tracker["events"]]

    monkeypatch.setattr(ActionServer, "status", 200)
    monkeypatch.setattr(ActionServer, "body", {"events": [], "responses": [{"text": "이렇게 해요"}]})
    assert rasa_server.say("선결제 방법이 뭐가 있어요", "patient") == ["이렇게 해요", "안녕하세요"]


def test_a_port_in_use_is_named(project: Path, rasa_server: Rasa, tmp_path: Path) -> None:
    result = launch(project, "run", **variables(tmp_path, "http://127.0.0.1:1/webhook", rasa_server.port))

    assert result.returncode == 2
    assert f"Port {rasa_server.port} (PREPAY_RASA_PORT) is in use" in result.stderr


def test_without_settings_it_does_not_start(project: Path) -> None:
    result = launch(project)

    assert result.returncode == 2
    assert "assistant: PREPAY_RASA_PORT is not set." in result.stderr


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    result = launch(tmp_path, **variables(tmp_path, "http://127.0.0.1:1/webhook", free_port()))

    assert result.returncode == 2
    assert "make train" in result.stderr


@pytest.mark.parametrize(
    "command", [["run"], ["shell", "--conversation", "someone"]], ids=["server", "shell"]
)
def test_a_model_that_cannot_be_loaded_stops_the_start(
    project: Path, tmp_path: Path, actions_url: str, command: list[str]
) -> None:
    """Rasa itself would go on without a model and answer nothing."""
    for name in ("endpoints.yml", "credentials.yml"):
        (tmp_path / name).write_bytes((project / name).read_bytes())
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "broken.tar.gz").write_bytes(b"not a model")

    result = launch(tmp_path, *command, **variables(tmp_path, actions_url, free_port()))

    assert result.returncode == 1
    assert "the model could not be loaded" in result.stderr


def test_a_scripted_conversation_in_the_shell_keeps_its_sender(
    project: Path, tmp_path: Path, actions_url: str
) -> None:
    settings = variables(tmp_path, actions_url, free_port())

    result = launch(project, "shell", "--conversation", "demo-42", stdin="안녕하세요\n/stop\n", **settings)

    assert result.returncode == 0, result.stderr
    assert "안녕하세요" in result.stdout
    with sqlite3.connect(tmp_path / "var" / "tracker.db") as tracker:
        assert {("demo-42",)} == set(tracker.execute("SELECT sender_id FROM events"))
