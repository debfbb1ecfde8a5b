"""The sandbox's clock with a machine time that can be skipped: for leases and back-off."""

from __future__ import annotations

from datetime import datetime, timedelta

from prepayment.ports import Clock


class SkippingClock:
    """Implements ``ports.Clock`` over another one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._skipped = timedelta()

    def skip(self, **time: float) -> None:
        """Let machine time pass, as the arguments of ``timedelta`` say."""
        self._skipped += timedelta(**time)

    def skip_nothing(self) -> None:
        """Go back to the machine's own time, which other processes have."""
        self._skipped = timedelta()

    def now(self) -> datetime:
        """Business time, as the sandbox moves it."""
        return self._clock.now()

    def machine_now(self) -> datetime:
        """The machine's time plus what was skipped."""
        return self._clock.machine_now() + self._skipped
