"""The checkout in Chromium: a real web process and a real sandbox; the dialogue engine has no part in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from prepayment.bootstrap import App
from prepayment.calendar import SEOUL, Month
from prepayment.settings import Settings
from tests.browser.checkout.gallery import Gallery
from tests.browser.conftest import Contexts
from tests.integration.conftest import sandbox_process, session_sandbox
from tests.integration.sandbox.harness import Sandbox
from tests.integration.web.conftest import app, http, rasa_server, web_process
from tests.integration.web.rasa_server import RasaServer
from tests.integration.web.stack import Stack
from tests.support.databases import Databases, SqliteDatabases, empty

__all__ = ["app", "http", "rasa_server", "sandbox_process", "session_sandbox", "web_process"]

# Far from the month's end, where orders live shorter.
NOON = datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """SQLite files: what pages look like does not depend on the kind of database."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="module")
def stack(
    web_process: tuple[Settings, Path],
    app: App,
    http: httpx.Client,
    session_sandbox: Sandbox,
    rasa_server: RasaServer,
) -> Stack:
    """Everything running, at noon in the middle of a month, with an empty ledger; once for a module."""
    settings, directory = web_process
    empty(app.database.engine)
    session_sandbox.control("PUT", "clock", {"at": NOON.isoformat()})
    session_sandbox.control("POST", "reset", {"month": str(Month.of(NOON))})
    return Stack(settings, directory, app, session_sandbox, rasa_server, http)


@pytest.fixture(scope="module")
def gallery(stack: Stack) -> Gallery:
    """Every page of the checkout, made when it is first asked for."""
    return Gallery(stack)


@pytest.fixture
def page(new_context: Contexts) -> Page:
    """A page in a fresh profile."""
    return new_context().new_page()
