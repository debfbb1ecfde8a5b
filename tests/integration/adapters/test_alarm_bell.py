"""Alarms reach the log, and the operators' chat when there is one."""

from __future__ import annotations

import json

import pytest

from prepayment.adapters.alarm_bell import HttpBell, LogBell
from prepayment.errors import NotSent, OutcomeUnknown
from tests.integration.sandbox.harness import Receiver, free_port


def test_an_alarm_is_posted_as_chats_take_it_and_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    bell = HttpBell(receiver.url)
    bell.ring("[review] order or1")
    bell.close()
    ((headers, body),) = receiver.received
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"text": "[review] order or1"}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "alarm: [review] order or1"
    ]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_chat_that_does_not_take_it_counts_as_not_told(receiver: Receiver, status: int) -> None:
    receiver.answers.append(status)
    bell = HttpBell(receiver.url)
    with pytest.raises(OutcomeUnknown):
        bell.ring("look")
    bell.close()


def test_a_chat_that_is_not_there_counts_as_not_told_and_its_address_is_kept_out_of_the_error() -> None:
    bell = HttpBell(f"http://127.0.0.1:{free_port()}/hooks/secret-of-the-chat")
    with pytest.raises(NotSent) as failure:
        bell.ring("look")
    bell.close()
    assert "secret-of-the-chat" not in str(failure.value)


def test_without_a_chat_the_log_is_told(caplog: pytest.LogCaptureFixture) -> None:
    bell = LogBell()
    bell.ring("look")
    bell.close()
    assert "alarm: look" in caplog.text
