"""Fixtures that more than one kind of test needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.full_stack import FullStack, full_stack

# How quick a machine is at the moment is no property of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def session_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullStack]:
    """Every process of the product, once for the whole run."""
    with full_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def stack(session_stack: FullStack) -> Iterator[FullStack]:
    """The running product, begun anew."""
    session_stack.reset()
    yield session_stack
    session_stack.reset()
