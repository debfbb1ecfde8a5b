"""Everything that can be refused or go wrong, as types.

PrepaymentError
├── RuleViolation                 the wish breaks a rule of prepaying; nothing was changed
│   ├── InvalidAmount
│   ├── BelowMinimum
│   ├── ExceedsOutstanding
│   ├── NothingToPrepay
│   ├── OutstandingBelowMinimum
│   ├── OrderInProgress
│   └── PrepaymentsPaused
├── IdentityError                 the identity step did not prove that the line is theirs
│   ├── IdentityNotCompleted      failed, or never came about; a new try may do
│   │   ├── IdentityClosed
│   │   ├── IdentityCodeFailed
│   │   ├── IdentityCarrierWrong
│   │   └── IdentityUnfinished
│   ├── IdentityMismatch          another line's holder: this order takes no identity any more
│   ├── IdentityExpired
│   ├── IdentityAttemptsExhausted
│   └── IdentityUnavailable       not known yet: ask again for the same verification
├── OrderError
│   ├── OrderNotFound
│   ├── OrderClosed
│   ├── OrderNotSettled
│   ├── CancelTooLate
│   ├── DecisionContradicted
│   ├── TransitionNotAllowed
│   └── TransitionConflict
├── ConversationError
│   ├── ChoiceStale
│   ├── ConversationTaken
│   └── NotLoggedIn
├── SupportError                  what customers ask people for: support_errors.py
├── StaffError                    accounts of the staff: staff_errors.py
├── LimitError                    changing a line's limit: limit_errors.py
└── OutsideError                  PortOne, the carrier or Rasa
    ├── NotSent                   never reached them: safe to send again
    ├── OutcomeUnknown            may or may not have happened: read the truth
    ├── Refused                   they said no
    └── Misconfigured             our credentials or settings: only an operator can mend it

``code`` names the error to the outside: ``utter_problem_<code>`` in the chat, a message on the checkout page.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from prepayment.calendar import korean_date


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


class PrepaymentsPaused(RuleViolation):
    """No new prepayments are taken: the books do not agree and a person has to look first."""

    code = "prepayments_paused"


class IdentityError(PrepaymentError):
    """The identity step did not prove that the line is the customer's."""


class IdentityNotCompleted(IdentityError):
    """The verification failed in a way that has no words of its own, or there is none under way."""

    code = "identity_not_completed"


class IdentityClosed(IdentityNotCompleted):
    """The customer left the identity window."""

    code = "identity_closed"


class IdentityCodeFailed(IdentityNotCompleted):
    """The one-time code was wrong too often, or came too late."""

    code = "identity_code_failed"


class IdentityCarrierWrong(IdentityNotCompleted):
    """Another carrier was chosen than the line's; budget lines have their own entry."""

    code = "identity_carrier_wrong"


class IdentityUnfinished(IdentityNotCompleted):
    """Nothing was verified and nothing failed: no text message came, or there is no app to confirm with."""

    code = "identity_unfinished"


class IdentityMismatch(IdentityError):
    """Verified, but not the holder of the order's line. It says no more than that, and the order takes no other."""

    code = "identity_mismatch"


class IdentityExpired(IdentityError):
    """The verification is older than allowed, or was already used."""

    code = "identity_expired"


class IdentityAttemptsExhausted(IdentityError):
    """No more identity windows can be opened for this order."""

    code = "identity_attempts_exhausted"


class IdentityUnavailable(IdentityError):
    """PortOne or the carrier did not answer, so that nobody knows yet; the verification can still be taken."""

    code = "identity_unavailable"


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


class OrderNotSettled(OrderError):
    """Money of the order is moving, or may be: what is asked for has to wait."""

    code = "order_not_settled"

    def __init__(self, order_id: str, state: str) -> None:
        super().__init__(f"order {order_id} is {state}")
        self.order_id = order_id
        self.state = state


class CancelTooLate(OrderError):
    """A prepayment can be cancelled only in the month it was made in. ``deadline`` is that month's last day."""

    code = "cancel_too_late"

    def __init__(self, order_id: str, deadline: datetime) -> None:
        last_day = korean_date(deadline)
        super().__init__(f"prepayments of that month could be cancelled until {last_day}")
        self.order_id = order_id
        self.last_day = last_day


class DecisionContradicted(OrderError):
    """What PortOne or the ledger says does not allow the decision."""

    code = "decision_contradicted"


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
