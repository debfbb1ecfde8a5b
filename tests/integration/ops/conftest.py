"""A desk with the operator's command line, beside the product's use cases on the same database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.money.shop import Shop
from tests.integration.ops.desk import Desk


@pytest.fixture
def desk(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An operator's desk in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return Desk(shop, tmp_path)
