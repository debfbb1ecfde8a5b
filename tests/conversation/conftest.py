"""Failures inside the transcript runner are shown as fully as those in tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.conversation.transcript")
