"""Everything that can be refused or go wrong, as types.

PrepaymentError
├── RuleViolation                 the wish breaks a rule of prepaying; nothing was changed
│   ├── InvalidAmount
│   ├── BelowMinimum
│   ├── ExceedsOutstanding
│   ├── NothingToPrepay
│   ├── OutstandingBelowMinimum
│   └── OrderInProgress
├── IdentityError                 the identity step did not prove that the line is theirs
│   ├── IdentityNotCompleted
│   ├── IdentityMismatch
│   ├── IdentityExpired
│   └── IdentityAttemptsExhausted
├── OrderError
│   ├── OrderNotFound
│   ├── OrderClosed
│   ├── TransitionNotAllowed
│   └── TransitionConflict
├── ConversationError
│   ├── ChoiceStale
│   ├── ConversationTaken
│   └── NotLoggedIn
└── OutsideError                  PortOne, the carrier or Rasa
    ├── NotSent                   never reached them: safe to send again
    ├── OutcomeUnknown            may or may not have happened: read the truth
    ├── Refused                   they said no
    └── Misconfigured             our credentials or settings: only an operator can mend it

``code`` names the error to the outside: ``utter_problem_<code>`` in the chat, a message on the checkout page.
"""

from __future__ import annotations

from typing import ClassVar


class PrepaymentError(Exception):
    """Base of every error of this package."""

    code: ClassVar[str] = "error"

    def details(self) -> dict[str, int | str]:
        """Return the values a wording of this error may name (won as int)."""
        return {key: value for key, value in vars(self).items() if isinstance(value, int | str)}


class RuleViolation(PrepaymentError):
    """A wish that breaks a rule of prepaying."""


class InvalidAmount(RuleViolation):
    """Zero or a negative sum."""

    code = "invalid_amount"

    def __init__(self, amount_won: int) -> None:
        super().__init__(f"{amount_won} won is not a sum to pay")
        self.amount_won = amount_won


class BelowMinimum(RuleViolation):
    """Less than the smallest sum that can be prepaid."""

    code = "below_minimum"

    def __init__(self, amount_won: int, minimum_won: int, outstanding_won: int) -> None:
        super().__init__(f"{amount_won} won is under the minimum of {minimum_won}")
        self.amount_won = amount_won
        self.minimum_won = minimum_won
        self.outstanding_won = outstanding_won


class ExceedsOutstanding(RuleViolation):
    """More than what was used this month and is not yet prepaid."""

    code = "exceeds_outstanding"

    def __init__(self, amount_won: int, outstanding_won: int) -> None:
        super().__init__(f"{amount_won} won is more than the outstanding {outstanding_won}")
        self.amount_won = amount_won
        self.outstanding_won = outstanding_won


class NothingToPrepay(RuleViolation):
    """Nothing was used this month, or all of it is prepaid."""

    code = "nothing_to_prepay"

    def __init__(self, prepaid_won: int) -> None:
        super().__init__("nothing is outstanding this month")
        self.prepaid_won = prepaid_won


class OutstandingBelowMinimum(RuleViolation):
    """What is outstanding is less than the minimum, so no sum can be prepaid."""

    code = "outstanding_below_minimum"

    def __init__(self, outstanding_won: int, minimum_won: int) -> None:
        super().__init__(f"outstanding {outstanding_won} won is under the minimum of {minimum_won}")
        self.outstanding_won = outstanding_won
        self.minimum_won = minimum_won


class OrderInProgress(RuleViolation):
    """Another prepayment of this line is being settled; a new one has to wait for it."""

    code = "order_in_progress"

    def __init__(self, order_id: str, amount_won: int) -> None:
        super().__init__(f"order {order_id} is being settled")
        self.order_id = order_id
        self.amount_won = amount_won


class IdentityError(PrepaymentError):
    """The identity step did not prove that the line is the customer's."""


class IdentityNotCompleted(IdentityError):
    """The identity window was closed or the verification failed."""

    code = "identity_not_completed"


class IdentityMismatch(IdentityError):
    """Verified, but for another phone number than the line's."""

    code = "identity_mismatch"


class IdentityExpired(IdentityError):
    """The verification is older than allowed, or was already used."""

    code = "identity_expired"


class IdentityAttemptsExhausted(IdentityError):
    """No more identity windows can be opened for this order."""

    code = "identity_attempts_exhausted"


class OrderError(PrepaymentError):
    """Something about an order."""


class OrderNotFound(OrderError):
    """No such order or checkout link."""

    code = "order_not_found"


class OrderClosed(OrderError):
    """The order takes no further step of the kind that was asked for."""

    code = "order_closed"

    def __init__(self, order_id: str, state: str) -> None:
        super().__init__(f"order {order_id} is {state}")
        self.order_id = order_id
        self.state = state


class TransitionNotAllowed(OrderError):
    """The transition table has no such step: a bug, not a race."""

    code = "transition_not_allowed"


class TransitionConflict(OrderError):
    """Somebody else moved the order first; read it again."""

    code = "transition_conflict"


class ConversationError(PrepaymentError):
    """Something about a conversation."""


class ChoiceStale(ConversationError):
    """The button is not offered any more: the conversation has gone on."""

    code = "stale"


class ConversationTaken(ConversationError):
    """The conversation belongs to another customer."""

    code = "forbidden"


class NotLoggedIn(ConversationError):
    """It takes a customer, and the conversation has none."""

    code = "not_logged_in"


class OutsideError(PrepaymentError):
    """A part outside did not do what was asked."""

    code = "outside_unavailable"


class NotSent(OutsideError):
    """The request never reached the other side: sending it again is safe."""


class OutcomeUnknown(OutsideError):
    """The request may or may not have taken effect: read the truth before anything else."""


class Refused(OutsideError):
    """The other side said no.

    ``reason`` is its machine-readable code; ``message`` its short text for the customer, free of personal data, or "".
    """

    code = "refused"

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


class Misconfigured(OutsideError):
    """Wrong credentials or settings; retrying does not help."""
