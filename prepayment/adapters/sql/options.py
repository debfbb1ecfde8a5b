"""Execution options of a connection that say what its transaction is for; both are True unless set."""

from __future__ import annotations

from typing import Final

WRITE: Final = "prepayment_write"
DURABLE: Final = "prepayment_durable"
