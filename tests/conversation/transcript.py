"""Runs a transcript: what a customer says and presses, against the running product, and what must come of it."""

from __future__ import annotations

from tests.conversation.expectations import Seen, judge
from tests.conversation.language import ANSWERED, SHOWN, Transcript, TranscriptError, Turn
from tests.conversation.side_by_side import Taken, render
from tests.conversation.stage import Stage
from tests.conversation.steps import RUN
from tests.support.full_stack import FullStack

PUSH_SECONDS = 20.0


class ConversationFailed(AssertionError):
    """A conversation did not go as its transcript says; the text shows all of it, side by side."""


def run(stack: FullStack, transcript: Transcript, *, push_seconds: float = PUSH_SECONDS) -> None:
    """Go through a conversation from its first message to the first turn that is wrong.

    Raises:
        ConversationFailed: the first such turn, with every expectation of it that does not hold.
        TranscriptError: a step has an argument that the runner does not know.
    """
    stage = Stage(stack, transcript.customer, push_seconds)
    taken: list[Taken] = []
    try:
        for turn in transcript.turns:
            taken.append(_take(turn, stage))
            if taken[-1].failed:
                raise ConversationFailed(render(transcript, taken))
    finally:
        stage.close()


def _take(turn: Turn, stage: Stage) -> Taken:
    """Take one turn and judge it; whatever goes wrong in it is shown beside what went right before."""
    taken = Taken(turn)
    try:
        RUN[turn.step](stage, turn.argument)
        if "messages" in turn.expected:
            stage.wait_for_rows(len(turn.expected["messages"]))
        taken.answers = stage.new_answers() if turn.step in ANSWERED else []
        taken.findings = judge(turn, Seen(stage, taken.answers, stage.new_rows()))
        if turn.step in SHOWN:
            stage.look()
    except TranscriptError:
        raise
    except Exception as error:
        taken.impossible = f"{type(error).__name__}: {error}"
        taken.answers = taken.answers or stage.new_answers()
    return taken
