"""What the state machine lets go wrong: everything that the sandbox can, but what would make the audit itself wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.faults.actions import ACTIONS
from sandbox.faults.kinds import KINDS

# Longer than any run: a refund that is only asked for stays so until the machine settles it.
_NEVER_MS: Final = 600_000
_LEFT_OUT: Final = frozenset(
    {
        "none",
        "slow",  # nothing happens meanwhile: interjections stand for it
        "other_amount",  # PortOne's answer against PortOne's books: no ledger can agree with both
    }
)


@dataclass(frozen=True)
class Fault:
    """A fault of the sandbox's."""

    kind: str
    action: str
    code: str | None = None
    ms: int = 0


def _faults() -> tuple[Fault, ...]:
    faults = []
    for action, how in ACTIONS.items():
        for kind in how.kinds:
            if kind not in KINDS or action in _LEFT_OUT or kind == "carrier.limit":
                continue
            if kind in {"payment.window", "payment.card", "identity.window"} and not action.startswith(
                "charge"
            ):
                continue  # a page that does not open is a customer who tries again
            if (kind, action) == ("carrier.revoke", "refuse"):
                # Not "prepayment_not_found", which would be a lie when there is one.
                faults.append(Fault(kind, action, code="line_not_found"))
            else:
                faults.append(Fault(kind, action, ms=_NEVER_MS if action.endswith("_later") else 0))
    return tuple(faults)


# What moves money goes wrong more often than what only reads.
_WEIGHTS: Final = {"payment.confirm": 8, "carrier.apply": 4, "payment.cancel": 2, "carrier.revoke": 2}
FAULTS: Final = tuple(fault for fault in _faults() for _ in range(_WEIGHTS.get(fault.kind, 1)))
