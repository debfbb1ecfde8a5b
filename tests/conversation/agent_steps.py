"""What a person on our side does in a conversation."""

from __future__ import annotations

import uuid
from typing import Final

from tests.conversation.language import TranscriptError
from tests.conversation.stage import Stage

AGENT: Final = "staff-test"
NAME: Final = "이상담"


def agent(stage: Stage, command: str) -> None:
    """``join``, ``say`` something, or ``leave`` the conversation of the customer's open ticket."""
    hand_over = stage.stack.app.hand_over
    ticket = hand_over.current(stage.conversation)
    assert ticket is not None, "nobody has asked for a person"
    shown = len(stage.new_rows())
    match command.split(maxsplit=1):
        case ["join"]:
            hand_over.join(ticket.number, agent=AGENT, name=NAME)
        case ["say", text]:
            hand_over.say(ticket.number, agent=AGENT, client_id=str(uuid.uuid4()), text=text)
        case ["leave"]:
            hand_over.leave(ticket.number, agent=AGENT)
        case _:
            raise TranscriptError(f"unknown step of an agent: {command!r}")
    stage.wait_for_rows(shown + 1)
