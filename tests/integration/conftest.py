"""The kinds of databases, the real sandbox process on a free port, and a real receiver of its webhooks."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from prepayment.bootstrap import App, bootstrap
from tests.integration.money.shop import Shop, make_settings, open_shop
from tests.integration.sandbox.harness import (
    API_SECRET,
    CARRIER_KEY,
    Receiver,
    Sandbox,
    free_port,
    sandbox_environment,
)
from tests.support.databases import ENGINES, Databases, SqliteDatabases
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.process import running


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL for the whole session."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session", params=ENGINES)
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Databases of one kind; what uses them runs on every kind, one kind after the other."""
    if request.param == "sqlite":
        return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))
    server: PostgresServer = request.getfixturevalue("postgres")
    return server


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A sandbox process for the whole session: its address and its directory (with `log`)."""
    directory, port = tmp_path_factory.mktemp("sandbox"), free_port()
    url = f"http://127.0.0.1:{port}"
    with running("sandbox", directory, sandbox_environment(directory, port), url):
        yield url, directory


@pytest.fixture(scope="session")
def session_sandbox(sandbox_process: tuple[str, Path]) -> Iterator[Sandbox]:
    """Calls at the process; the connections are shared by all tests because making them is slow."""
    url, directory = sandbox_process
    shop_key = {"Authorization": f"PortOne {API_SECRET}"}
    carrier_key = {"Authorization": f"Bearer {CARRIER_KEY}"}
    tls = ssl.create_default_context()
    with (
        httpx.Client(base_url=url, trust_env=False, verify=tls, timeout=20) as public,
        httpx.Client(base_url=url, trust_env=False, verify=tls, timeout=20, headers=shop_key) as portone,
        httpx.Client(
            base_url=f"{url}/carrier", trust_env=False, verify=tls, timeout=20, headers=carrier_key
        ) as carrier,
    ):
        yield Sandbox(url, directory, public, portone, carrier)


@pytest.fixture
def sandbox(session_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A sandbox with fresh demo customers, no payments, no faults and the real time."""
    session_sandbox.control("PUT", "clock", {"offset_seconds": 0})
    session_sandbox.control("POST", "reset")
    yield session_sandbox
    session_sandbox.control("DELETE", "faults")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP server for webhooks."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            listening.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(listening.answers.pop(0) if listening.answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Receiver(f"http://127.0.0.1:{server.server_port}/webhooks/portone")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listening
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def money_app(
    sandbox_process: tuple[str, Path], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """The product's use cases on a migrated database; made once because making connections is slow."""
    settings = make_settings(tmp_path_factory.mktemp("money"), *sandbox_process)
    app = bootstrap(settings.model_copy(update={"database_url": databases.migrated()}))
    yield app
    app.close()


@pytest.fixture
def shop(money_app: App, sandbox: Sandbox) -> Shop:
    """The shop at noon in the middle of a month, with an empty ledger and fresh demo customers."""
    return open_shop(money_app.settings, money_app, sandbox)
