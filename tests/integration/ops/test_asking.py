"""What counts as a confirmation, typed at a terminal."""

from __future__ import annotations

import os
import pty
from collections.abc import Callable, Iterator

import pytest

from prepayment.ops.asking import make_sure
from prepayment.ops.refusals import Refusal

Typing = Callable[[str], None]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typing]:
    """Types at a terminal that is this process's standard input."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        yield lambda text: void(os.write(ours, text.encode()))
    os.close(ours)


def void(_: object) -> None:
    """Nothing is returned."""


@pytest.mark.parametrize("typed", ["yes\n", "YES\n", " yes \n"])
def test_yes_is_a_confirmation(typing: Typing, typed: str) -> None:
    typing(typed)
    make_sure("Type yes", confirmed=False)


@pytest.mark.parametrize("typed", ["no\n", "\n", "y\n", "yes please\n", "ye\x04\x04", "\x04"])
def test_nothing_else_is(typing: Typing, typed: str) -> None:
    """``\\x04`` is the end of what is typed."""
    typing(typed)
    with pytest.raises(Refusal, match="Not confirmed"):
        make_sure("Type yes", confirmed=False)


def test_what_was_confirmed_is_not_asked(typing: Typing) -> None:
    make_sure("Type yes", confirmed=True)
