"""Logging that says what went wrong and where, never what a customer wrote.

Rasa puts texts in log fields (`text=...`) and in exceptions (an action server's error body repeats the whole
conversation). Fields are therefore passed by an allow-list and exceptions are shown as types and places only.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog

SAFE_FIELDS = ("action_name", "code", "event_key", "port", "status", "type_name")
"""Fields of structured log entries that cannot hold a customer's words."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class TextFreeFormatter(logging.Formatter):
    """Formats the first line of a message, and of an exception only types and places."""

    def __init__(self) -> None:
        """Use one fixed line format."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the standard library's name)
        """Keep the first line: asyncio and others put the repr of an exception on the following ones."""
        record.message = record.message.split("\n", 1)[0]
        return super().formatMessage(record)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (the standard library's name)
        """Describe the exception and its causes without their messages."""
        lines = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            lines += [
                f"    at {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def configure(stream: TextIO | None = None) -> None:
    """Send every logger of the process through one text-free handler (standard error unless told)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(TextFreeFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("assistant").setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addFilter(_is_about_us)
    for name in ("sanic.root", "sanic.error"):
        # Rasa stops these from propagating, which would leave them to Python's handler of last resort.
        logging.getLogger(name).handlers = [handler]
    structlog.configure(
        processors=[_to_standard_logging],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _is_about_us(record: logging.LogRecord) -> bool:
    # Rasa 3.6 and its libraries of 2021 warn each other about their age at every import, and Rasa warns at every
    # reading of any domain that slots worked differently in version 2.
    noise = ("DeprecationWarning: ", "FutureWarning: ", "Slot auto-fill has been removed in 3.0")
    return not any(kind in record.getMessage() for kind in noise)


def _to_standard_logging(
    logger: Any, method: str, entry: dict[str, Any]
) -> tuple[tuple[str, ...], dict[str, Any]]:
    fields = " ".join(f"{name}={entry[name]}" for name in SAFE_FIELDS if name in entry)
    message = f"{entry['event']} {fields}".rstrip()
    return (message,), {"exc_info": entry.get("exc_info", method == "exception")}
