"""Switchable faults: for each kind of request or webhook, ways to go wrong, one after the other.

`kinds.KINDS` and `actions.ACTIONS` are the whole vocabulary: a new fault is a new row. README.md beside this file
explains every one of them.
"""

from sandbox.faults.fault import Fault
from sandbox.faults.kinds import KINDS
from sandbox.faults.middleware import FaultMiddleware
from sandbox.faults.switchboard import FaultSwitchboard

__all__ = ["KINDS", "Fault", "FaultMiddleware", "FaultSwitchboard"]
