"""Customers' wishes that the web site be checked: filed at once, with what is known, for an operator to look into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from prepayment.errors import IdentityError
from prepayment.ports import SiteCheck, SiteCheckState
from prepayment.service.identity import Identity
from prepayment.service.parts import Parts

SAME_WITHIN: Final = timedelta(days=1)
_NO_FAILURE: Final = "no failed identity verification known"


class SiteChecks:
    """Files, lists and closes them."""

    def __init__(self, parts: Parts, identity: Identity) -> None:
        self._parts = parts
        self._identity = identity

    def file(self, conversation_id: str) -> SiteCheck:
        """File a request with what is known; the one that is open since less than a day counts for another wish."""
        situation = self._situation(conversation_id)
        with self._parts.database() as unit:
            unit.conversations.lock(conversation_id)
            newest = unit.site_checks.newest_of(conversation_id)
            now = self._parts.clock.now()
            if (
                newest is not None
                and newest.state is SiteCheckState.OPEN
                and now - newest.opened_at < SAME_WITHIN
            ):
                return newest
            filed = unit.site_checks.add(conversation_id, situation)
            unit.commit()
        return filed

    def get(self, number: int) -> SiteCheck:
        """Return a request. Raises SiteCheckNotFound."""
        with self._parts.database(write=False) as unit:
            return unit.site_checks.get(number)

    def newest(self, limit: int, *, open_only: bool = False) -> Sequence[SiteCheck]:
        """Return the newest requests, newest first."""
        with self._parts.database(write=False) as unit:
            return unit.site_checks.newest(limit, open_only=open_only)

    def close(self, number: int, *, actor: str, reason: str) -> bool:
        """Note that a request was looked into; False when it was closed before. Raises SiteCheckNotFound."""
        with self._parts.database() as unit:
            unit.site_checks.get(number)
            closed = unit.site_checks.close(number, actor=actor, reason=self._parts.redact(reason))
            unit.commit()
        return closed

    def _situation(self, conversation_id: str) -> str:
        with self._parts.database(write=False) as unit:
            customer = unit.conversations.customer(conversation_id)
        who = "not logged in" if customer is None else f"logged in, line {customer.line_id}"
        failure: IdentityError | None = None
        if customer is not None:
            failure = self._identity.trouble_of(customer.line_id)
        what = _NO_FAILURE if failure is None else f"last identity verification: {failure.code}"
        return f"{who}; page {self._parts.public_url}; {what}"
