"""The order's page in every state: never done before it is applied, never failed while it is not known."""

from __future__ import annotations

import re

import pytest

from prepayment.orders import SETTLING, State
from tests.integration.store.building import walk
from tests.integration.store.test_orders import PATHS
from tests.integration.web.stack import Stack
from tests.support.buyer import Buyer

UNCERTAIN = sorted(SETTLING)


def visible(page: str) -> str:
    """The page's text without markup, scripts and styles."""
    return re.sub(r"<(script|style|svg).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)


@pytest.mark.parametrize("state", State)
def test_only_an_applied_order_is_called_complete(stack: Stack, buyer: Buyer, state: State) -> None:
    order = stack.open_order()
    order = walk(stack.app.database, order, *PATHS[state])
    assert ("완료" in visible(buyer.page(order))) is (state is State.APPLIED)


@pytest.mark.parametrize("state", UNCERTAIN)
def test_an_order_whose_money_moves_or_may_move_is_never_called_failed(
    stack: Stack, buyer: Buyer, state: State
) -> None:
    order = stack.open_order()
    order = walk(stack.app.database, order, *PATHS[state])
    text = visible(buyer.page(order))
    assert not re.search("실패|승인되지 않|승인하지 않|결제된 금액은 없|못했", text)
    assert buyer.state(order) == state.value
