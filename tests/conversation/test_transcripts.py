"""Every transcript of ``transcripts/*.yml``, through the real model, action server, sandbox, gateway and ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conversation.transcript import TranscriptRun, load
from tests.support.full_stack import FullStack

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.yml"))
TRANSCRIPTS = [
    pytest.param(transcript, id=f"{path.stem}: {transcript['title']}")
    for path in FILES
    for transcript in load(path)
]


@pytest.mark.parametrize("transcript", TRANSCRIPTS)
def test_conversation(transcript: dict[str, Any], stack: FullStack) -> None:
    """The bot answers, and the ledger stands, as the transcript says."""
    TranscriptRun(stack, transcript).run()
