"""The desk's feeds, which have no end of their own, when the web process is to stop."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import httpx

from prepayment.bootstrap import bootstrap
from tests.integration.sandbox.harness import ROOT, free_port
from tests.integration.web.desk_visitor import PASSWORD, DeskVisitor, until
from tests.integration.web.stack import web_settings
from tests.support.databases import Databases
from tests.support.process import running


def test_a_stopping_server_ends_its_feeds_in_good_order(
    sandbox_process: tuple[str, Path], databases: Databases, tmp_path: Path
) -> None:
    """It need not wait for pages that would listen for ever, nor cut them off."""
    settings = web_settings(
        tmp_path, *sandbox_process, port=free_port(), rasa_port=free_port(), database_url=databases.migrated()
    )
    app = bootstrap(settings)
    staff = app.staff.add("hana", name="이하나", password=PASSWORD, actor="operator:test")
    app.close()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
    environment = {**kept, **settings.environment_variables(), "PYTHONPATH": str(ROOT)}
    with ExitStack() as listening:
        with running("web", tmp_path, environment, settings.public_url):
            http = listening.enter_context(httpx.Client(base_url=settings.public_url, trust_env=False))
            events = listening.enter_context(DeskVisitor(http).enter(staff).feed())
            until(events, "board")
        assert list(events) == [], "an answer that is cut off raises"
    assert "timeout graceful shutdown exceeded" not in (tmp_path / "log").read_text()
