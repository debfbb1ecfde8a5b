"""The application the actions call, put together once a process."""

from __future__ import annotations

from functools import cache

from prepayment.bootstrap import App, bootstrap


@cache
def application() -> App:
    """Return the application; the first call puts it together. Raises SettingsError."""
    return bootstrap()
