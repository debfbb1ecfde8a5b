"""The proxy in front, with its own configuration: it leads to web and to nothing else, and names who called."""

from __future__ import annotations

import os
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.sandbox.harness import ROOT, free_port, wait_until
from tests.integration.web.own_site import own_site
from tests.integration.web.polling import Poller, polling_client
from tests.integration.web.stack import Stack
from tests.support.chat_client import Chats
from web.chat.limits import CONNECTIONS

# Comes with the tests' packages.
CADDY = Path(sysconfig.get_path("scripts")) / "caddy"
WEB = "127.0.0.1:8000"
# Rasa's, the action server's, the sandbox's, the proxy's own, and what else stands beside web.
PRIVATE = (
    *(
        "/conversations",
        "/conversations/cv1/tracker",
        "/conversations/cv1/trigger_intent",
        "/conversations/cv1/messages",
    ),
    *("/model", "/model/parse", "/model/train", "/model/predict", "/domain", "/status", "/version"),
    *("/webhooks", "/webhooks/rest", "/webhooks/rest/webhook", "/webhooks/rest/webhook?stream=true"),
    *("/webhook", "/actions", "/_sandbox/customers", "/carrier/v1/lines/line-1001", "/payments/pp1"),
    *(
        "/config/",
        "/reverse_proxy/upstreams",
        "/metrics",
        "/docs",
        "/openapi.json",
        "/redoc",
        "/.env",
        "/.git/config",
    ),
)


@dataclass
class Proxy:
    """A running proxy: where browsers reach it, and the stack whose web it leads to."""

    url: str
    stack: Stack

    def ask(self, lines: str) -> bytes:
        """Send a request as it stands; returns the answer."""
        place = urlsplit(self.url)
        with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
            connection.sendall(lines.replace("\n", "\r\n").encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def proxy(stack: Stack, tmp_path: Path) -> Iterator[Proxy]:
    """The real proxy with the real configuration; only the ports are others."""
    port, web_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = stack.settings.model_copy(
        update={
            "web_port": web_port,
            "public_url": url,
            "allowed_origins": (url,),
            "trusted_proxies": ("127.0.0.1",),
        }
    )
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    assert text.count(WEB) == 1
    file = tmp_path / "Caddyfile"
    file.write_text("{\n\tadmin off\n}\n" + text.replace(WEB, f"127.0.0.1:{web_port}"))
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    command = [str(CADDY), "run", "--config", str(file), "--adapter", "caddyfile"]
    with own_site(settings), (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **homes, "PUBLIC_URL": url}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_until(lambda: well(url))
            yield Proxy(url, stack)
        finally:
            process.terminate()
            process.wait(timeout=15)


def well(url: str) -> bool:
    """Whether web answers through the proxy."""
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_row_51_nothing_but_web_can_be_reached(proxy: Proxy) -> None:
    """Not by its paths, and not by the name of another server as the host or in the request's first line."""
    rasa, sandbox = proxy.stack.settings.rasa_url, proxy.stack.settings.portone_api_url
    place = urlsplit(proxy.url).netloc
    with httpx.Client(base_url=proxy.url, trust_env=False) as http:
        for path in PRIVATE:
            for method in ("GET", "POST"):
                status = http.request(method, path, json={"sender": "cv1", "message": "/affirm"}).status_code
                assert status in (404, 405), (method, path)
    for other in (rasa, sandbox):
        host = urlsplit(other).netloc
        for first, name in (
            (f"GET {other}/status HTTP/1.1", host),
            (f"POST {other}/webhooks/rest/webhook HTTP/1.1", place),
            (f"CONNECT {host} HTTP/1.1", host),
            ("GET /..%2f..%2fconversations HTTP/1.1", host),
            ("GET //conversations/cv1/tracker HTTP/1.1", place),
            ("GET /static/../conversations HTTP/1.1", place),
        ):
            answer = proxy.ask(f"{first}\nHost: {name}\nContent-Length: 0\nConnection: close\n\n")
            assert not answer.startswith(b"HTTP/1.1 2") or b"\r\nContent-Length: 0\r\n" in answer, first
            assert b"tracker" not in answer
    assert proxy.stack.rasa.heard == []
    assert proxy.stack.rasa.told == []


def test_row_51_the_chat_works_through_the_proxy(proxy: Proxy) -> None:
    chats = Chats(proxy.url)
    try:
        chat = chats.open()
        chat.say("프록시 뒤에서도 되나요")
        chat.wait_for_bot("답: 프록시 뒤에서도")
    finally:
        chats.close()


def test_row_50_behind_the_proxy_an_address_is_the_callers_whatever_a_header_says(proxy: Proxy) -> None:
    """Who names another address with every call is counted as the same one, and nobody else is held up."""
    with polling_client(proxy.url) as http:
        answers = []
        for number in range(CONNECTIONS.amount + 1):
            http.headers.update({"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"})
            answers.append(Poller(http).connect())
    assert '"session"' in answers[-2]
    assert "rate_limited" in answers[-1]
    with polling_client(proxy.url) as other:
        assert '"session"' in Poller(other).connect()


def test_row_50_the_proxy_takes_no_body_over_a_megabyte(proxy: Proxy) -> None:
    with httpx.Client(base_url=proxy.url, trust_env=False) as http:
        assert http.post("/webhooks/portone", content=b"x" * 2_000_000).status_code == 413
