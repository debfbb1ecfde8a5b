"""Ways in which a webhook goes wrong: each turns the right delivery into the ones that are made in its place."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

# A held notice that no other notice of its payment follows is delivered after all.
LONGEST_HELD_MS = 10_000
OLD_SECONDS = 600
WRONG_KEY = "wrong_key"


@dataclass(frozen=True)
class Delivery:
    """One delivery of a notice, as it is to be made.

    `wait` and `age` are seconds: how long to wait, and how old the timestamp is. `flaw` is WRONG_KEY or None. `held`
    waits for the next notice of the payment; `urgent` goes before the answer of the request that caused it.
    """

    url: str
    payload: str
    payment_id: str
    webhook_id: str
    wait: float = 0.0
    age: int = 0
    flaw: str | None = None
    held: bool = False
    urgent: bool = False


def new_webhook_id() -> str:
    """The id of one notice, the same in all its tries."""
    return f"wh_{uuid.uuid4().hex}"


def _forged(delivery: Delivery) -> Delivery:
    return replace(delivery, webhook_id=new_webhook_id(), flaw=WRONG_KEY)


def _about_another_payment(delivery: Delivery) -> Delivery:
    notice = json.loads(delivery.payload)
    notice["data"]["paymentId"] = f"pp{uuid.uuid4().hex}"
    return replace(delivery, payload=json.dumps(notice, separators=(",", ":")))


WEBHOOK_ACTIONS: dict[str, Callable[[Delivery, int], list[Delivery]]] = {
    "lose": lambda right, ms: [],
    "delay": lambda right, ms: [replace(right, wait=ms / 1000)],
    "duplicate": lambda right, ms: [right, right],
    "duplicate_new_id": lambda right, ms: [right, replace(right, webhook_id=new_webhook_id())],
    "out_of_order": lambda right, ms: [replace(right, held=True, wait=(ms or LONGEST_HELD_MS) / 1000)],
    "before_answer": lambda right, ms: [replace(right, urgent=True)],
    # Whoever forges or replays does not stop the right one.
    "forge": lambda right, ms: [_forged(right), right],
    "forge_payment": lambda right, ms: [_about_another_payment(_forged(right)), right],
    "replay": lambda right, ms: [right, replace(right, age=OLD_SECONDS)],
}
