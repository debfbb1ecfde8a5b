"""Every state of the chat in both themes, on a desktop and a phone, as axe-core sees it."""

from __future__ import annotations

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import SIZES, Contexts
from tests.browser.pictures import picture
from tests.browser.states import STATES
from tests.support.full_stack import FullStack


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_row_8_axe_finds_nothing(
    new_context: Contexts, stack: FullStack, state: str, size: str, theme: str
) -> None:
    widget = STATES[state](new_context(**SIZES[size], color_scheme=theme), stack)
    picture(widget.page, f"state-{state}-{theme}")
    assert violations(widget.page) == []
    if state not in {"closed", "loading"}:
        assert violations(widget.frame) == []


def test_row_8_axe_would_find_something(new_context: Contexts, stack: FullStack) -> None:
    widget = STATES["buttons"](new_context(), stack)
    widget.input.evaluate("(box) => { box.labels[0].remove(); box.removeAttribute('placeholder'); }")
    widget.log.evaluate("(log) => { log.style.color = '#ddd'; }")
    found = violations(widget.frame)
    assert {line.partition(":")[0] for line in found} >= {"color-contrast", "label"}
