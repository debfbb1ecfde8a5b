"""Signals as a person at a terminal gives them, wherever the tests run.

A run in the background, or under ``nohup``, ignores SIGINT or SIGHUP, and so would every process that tests start and
then interrupt.
"""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Take back what is ignored."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)
