"""The use cases, a real sandbox process, and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prepayment.bootstrap import App, bootstrap
from tests.integration.money.shop import Shop, make_settings, open_shop
from tests.integration.sandbox.harness import Sandbox
from tests.support.databases import Databases


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
