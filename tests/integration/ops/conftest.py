"""A desk with the operator's command line, beside the product's use cases on the same database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prepayment.bootstrap import App, bootstrap
from tests.integration.money.shop import Shop, make_settings, open_shop
from tests.integration.ops.desk import Desk
from tests.integration.sandbox.harness import Sandbox
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def ops_app(
    sandbox_process: tuple[str, Path], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """The product's use cases on a migrated database: what web and worker do beside the operator."""
    settings = make_settings(tmp_path_factory.mktemp("ops"), *sandbox_process)
    app = bootstrap(settings.model_copy(update={"database_url": databases.migrated()}))
    yield app
    app.close()


@pytest.fixture
def shop(ops_app: App, sandbox: Sandbox) -> Shop:
    """The shop at noon in the middle of a month, with an empty ledger and fresh demo customers."""
    return open_shop(ops_app.settings, ops_app, sandbox)


@pytest.fixture
def desk(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An operator's desk in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return Desk(shop, tmp_path)
