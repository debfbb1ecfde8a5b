"""A dialogue engine that says in the chat what it was given to tell, and remembers whether it was true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from prepayment.errors import NotSent
from prepayment.orders import State
from prepayment.ports import Reply
from prepayment.service.conversations import PAYMENT_RESULT_INTENT

# Of an order and what the customer is about to be told of it: what is wrong with that.
Check = Callable[[str, State], Sequence[str]]


@dataclass
class Witness:
    """Implements ``ports.Assistant``. While ``away`` every call raises NotSent; ``lies`` are what it should not have
    been given to say."""

    check: Check = lambda order_id, state: ()
    away: bool = False
    lies: list[str] = field(default_factory=list)

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Answer a message with itself."""
        self._be_there()
        return [Reply(f"heard: {text}")]

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Say what became of a payment, in the form that books.py reads back."""
        self._be_there()
        if intent != PAYMENT_RESULT_INTENT:
            return [Reply(f"heard: {intent}")]
        order_id, state = entities["order_id"], State(entities["state"])
        self.lies += self.check(order_id, state)
        return [Reply(f"order {order_id} is {state}")]

    def close(self) -> None:
        """Nothing is open."""

    def _be_there(self) -> None:
        if self.away:
            raise NotSent("the dialogue engine is away")
