"""The ``Idempotency-Key`` header, which PortOne's API knows and its SDK cannot send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import httpx

_FORM: Final = re.compile(r"[\x21\x23-\x7e]{16,256}")
_key: ContextVar[str | None] = ContextVar("idempotency_key", default=None)


@contextmanager
def idempotency_key(key: str) -> Iterator[None]:
    """Send ``key`` with the writes made inside the block, on this thread.

    Raises:
        ValueError: the key is not 16 to 256 visible ASCII characters without double quotes.
    """
    if _FORM.fullmatch(key) is None:
        raise ValueError("an idempotency key is 16 to 256 visible ASCII characters without double quotes")
    before = _key.set(key)
    try:
        yield
    finally:
        _key.reset(before)


def add_idempotency_key(request: httpx.Request) -> None:
    """Request hook: put the key of the block, in the double quotes that PortOne demands, on a write."""
    key = _key.get()
    if key is not None and request.method != "GET":
        request.headers["Idempotency-Key"] = f'"{key}"'
