"""What customers write does not reach the log."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from assistant import quiet_logging

SECRET = "내 비밀번호는 1234"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    stream = io.StringIO()
    quiet_logging.configure(stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers, root.level, warnings.showwarning = handlers, level, show
    structlog.reset_defaults()


def test_exceptions_show_types_and_places_only(log: io.StringIO) -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise RuntimeError(f"failed: {SECRET}") from cause
    except RuntimeError:
        logging.getLogger("rasa.core.processor").exception("Encountered an exception")

    written = log.getvalue()
    assert "Encountered an exception" in written
    assert "builtins.RuntimeError" in written
    assert "builtins.ValueError" in written
    assert "test_exceptions_show_types_and_places_only" in written
    assert "1234" not in written


def test_structured_entries_lose_their_texts_and_keep_their_codes(log: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        structlog.get_logger().exception("rest.message.received.failure", text=SECRET, status=500)

    written = log.getvalue()
    assert "rest.message.received.failure status=500" in written
    assert "builtins.ValueError" in written
    assert "1234" not in written


def test_a_percent_sign_in_a_structured_entry_is_no_format(log: io.StringIO) -> None:
    structlog.get_logger().error("100% failed")

    assert "100% failed" in log.getvalue()


def test_only_the_first_line_of_a_message_is_written(log: io.StringIO) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: %r", SECRET)

    assert "never retrieved" in log.getvalue()
    assert "1234" not in log.getvalue()


def test_information_from_libraries_is_not_written(log: io.StringIO) -> None:
    logging.getLogger("rasa.core.processor").info(SECRET)
    structlog.get_logger().info("processor.message", text=SECRET)
    warnings.warn("old", DeprecationWarning, stacklevel=1)

    assert log.getvalue() == ""


def test_our_own_information_is_written(log: io.StringIO) -> None:
    logging.getLogger("assistant").info("starting")

    assert "starting" in log.getvalue()
