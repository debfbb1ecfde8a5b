"""Tells operators: a line in the log, and a message to their chat when an address is set."""

from __future__ import annotations

import logging
from typing import Final

import httpx

from prepayment.adapters.http import guarded, make_client
from prepayment.errors import OutcomeUnknown

logger = logging.getLogger(__name__)

TIMEOUT: Final = httpx.Timeout(10, connect=5, pool=5)


class LogBell:
    """Implements ``ports.AlarmBell`` with the log alone."""

    def ring(self, text: str) -> None:
        """Log one alarm."""
        logger.error("alarm: %s", text)

    def close(self) -> None:
        """Nothing is held."""


class HttpBell:
    """Implements ``ports.AlarmBell``: posts ``{"text": ...}``, which Slack, Mattermost and Teams take, and logs it."""

    def __init__(self, url: str, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._url = url
        self._http = make_client(url, timeout=timeout)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def ring(self, text: str) -> None:
        """Log and send one alarm.

        Raises:
            OutsideError: it may not have arrived.
        """
        logger.error("alarm: %s", text)
        guarded("alarm", lambda: self._post(text))

    def _post(self, text: str) -> None:
        response = self._http.post(self._url, json={"text": text})
        if not response.is_success:
            raise OutcomeUnknown(f"alarm: status {response.status_code}")
