"""The faults that are switched on: for each kind a queue, of which the first hits."""

import threading
from dataclasses import asdict, replace
from typing import Any

from sandbox.errors import ControlError
from sandbox.faults.actions import ACTIONS
from sandbox.faults.fault import Fault
from sandbox.faults.kinds import ALL
from sandbox.faults.refusals import REFUSALS
from sandbox.won import is_won

MOST_MS = 600_000
MOST_QUEUED = 100


class FaultSwitchboard:
    """The faults switched on now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, list[Fault]] = {}

    def switch_on(self, fault: Fault) -> None:
        """Switch a fault on in place of all others of its kind. Raises ControlError (422) for nonsense."""
        _check(fault)
        with self._lock:
            self._queues[fault.kind] = [fault]

    def append(self, fault: Fault) -> None:
        """Switch a fault on that hits when the ones before it have run out. Raises ControlError (422)."""
        _check(fault)
        with self._lock:
            queue = self._queues.setdefault(fault.kind, [])
            if queue and queue[-1].count is None:
                raise ControlError(422, "endless", "The fault before has no count, so it never ends.")
            if len(queue) >= MOST_QUEUED:
                raise ControlError(422, "too_many", f"At most {MOST_QUEUED} faults of a kind.")
            queue.append(fault)

    def switch_off(self, kind: str | None = None) -> None:
        """Switch off the faults of `kind`, or all of them."""
        with self._lock:
            if kind is None:
                self._queues.clear()
            else:
                self._queues.pop(kind, None)

    def switched_on(self) -> list[dict[str, Any]]:
        """All faults in the order in which they hit, as JSON-able dicts."""
        with self._lock:
            return [asdict(fault) for queue in self._queues.values() for fault in queue]

    def take(self, *kinds: str) -> Fault | None:
        """The fault that hits now, counting it down; of the first of `kinds` that has one."""
        with self._lock:
            queue = next((self._queues[kind] for kind in kinds if kind in self._queues), None)
            if queue is None:
                return None
            fault = queue[0]
            if fault.count is not None and fault.count > 1:
                queue[0] = replace(fault, count=fault.count - 1)
            elif fault.count == 1:
                queue.pop(0)
                if not queue:
                    del self._queues[fault.kind]
            return fault


def _check(fault: Fault) -> None:
    if not isinstance(fault.kind, str) or fault.kind not in ALL:
        raise ControlError(422, "unknown_kind", f"kind must be one of {', '.join(ALL)}")
    if not isinstance(fault.action, str) or fault.action not in ACTIONS:
        raise ControlError(422, "unknown_action", f"action must be one of {', '.join(ACTIONS)}")
    action = ACTIONS[fault.action]
    if fault.kind not in action.kinds:
        raise ControlError(422, "unknown_action", f"{fault.action} applies only to {', '.join(action.kinds)}")
    if type(fault.ms) is not int or not 0 <= fault.ms <= MOST_MS:
        raise ControlError(422, "invalid_ms", f"ms must be 0..{MOST_MS}")
    if fault.count is not None and (type(fault.count) is not int or fault.count < 1):
        raise ControlError(422, "invalid_count", "count must be 1 or more, or left out")
    if fault.code is not None and not (action.takes == "code" and fault.code in list(REFUSALS[fault.kind])):
        raise ControlError(422, "invalid_code", "code goes with refuse, and is one that the service knows")
    if fault.won is not None and not (action.takes == "won" and is_won(fault.won)):
        raise ControlError(422, "invalid_won", "won goes with another amount, and is a positive whole number")
