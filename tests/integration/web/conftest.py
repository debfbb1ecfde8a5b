"""The real web process in front of a real sandbox, and a small server that speaks Rasa's REST channel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from prepayment.bootstrap import App, bootstrap
from prepayment.settings import Settings
from tests.integration.sandbox.harness import ROOT, Sandbox, free_port
from tests.integration.web.http_description import described
from tests.integration.web.rasa_server import RasaServer
from tests.integration.web.stack import Stack, web_settings
from tests.support.buyer import Buyer
from tests.support.chat_client import Chats
from tests.support.databases import Databases, empty
from tests.support.process import running
from web.app import make_site
from web.chat.socket import ChatSocket


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[RasaServer]:
    """The dialogue engine's place, for the whole session."""
    server = RasaServer(free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def web_process(
    sandbox_process: tuple[str, Path],
    rasa_server: RasaServer,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Settings, Path]]:
    """A web process for the whole session, on a migrated database of its own."""
    directory = tmp_path_factory.mktemp("web")
    settings = web_settings(
        directory,
        *sandbox_process,
        port=free_port(),
        rasa_port=rasa_server.port,
        database_url=databases.migrated(),
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
    environment = {**kept, **settings.environment_variables(), "PYTHONPATH": str(ROOT)}
    with running("web", directory, environment, settings.public_url):
        yield settings, directory


@pytest.fixture(scope="session")
def app(web_process: tuple[Settings, Path]) -> Iterator[App]:
    """The product in the test's own process, on the web process's database."""
    product = bootstrap(web_process[0])
    yield product
    product.close()


@pytest.fixture(scope="session")
def description(app: App) -> dict[str, Any]:
    """The OpenAPI description of the site; it is published nowhere."""
    return described(make_site(app, ChatSocket(app)))


@pytest.fixture(scope="session")
def http(web_process: tuple[Settings, Path]) -> Iterator[httpx.Client]:
    """A client of the web process that is no browser; made once because making one is slow."""
    with httpx.Client(base_url=web_process[0].public_url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def stack(
    web_process: tuple[Settings, Path],
    app: App,
    http: httpx.Client,
    sandbox: Sandbox,
    rasa_server: RasaServer,
) -> Stack:
    """Everything running, with an empty ledger, fresh demo customers and a dialogue engine that echoes."""
    settings, directory = web_process
    rasa_server.reset()
    http.cookies.clear()
    empty(app.database.engine)
    return Stack(settings, directory, app, sandbox, rasa_server, http)


@pytest.fixture
def chats(stack: Stack) -> Iterator[Chats]:
    """Opens chats as browsers do, and closes them at the end."""
    opened = Chats(stack.settings.public_url)
    yield opened
    opened.close()


@pytest.fixture
def buyer(stack: Stack) -> Iterator[Buyer]:
    """A customer's browser at the checkout."""
    with Buyer(stack) as person:
        yield person
