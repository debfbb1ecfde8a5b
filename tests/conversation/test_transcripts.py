"""Every transcript of ``transcripts/*.yml``, through the real model, action server, sandbox, gateway and ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversation.language import Transcript, load_all
from tests.conversation.transcript import ConversationFailed, run
from tests.support.full_stack import FullStack

TRANSCRIPTS = [
    pytest.param(transcript, id=f"{transcript.file}: {transcript.title}")
    for transcript in load_all(Path(__file__).parent / "transcripts")
]


@pytest.mark.parametrize("transcript", TRANSCRIPTS)
def test_conversation(transcript: Transcript, stack: FullStack) -> None:
    """The bot answers, and the ledger stands, as the transcript says."""
    try:
        run(stack, transcript)
    except ConversationFailed as failure:
        pytest.fail(str(failure), pytrace=False)
