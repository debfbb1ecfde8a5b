"""Wishes that the web site be checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql.support_tables import site_checks
from prepayment.adapters.sql.tickets import id_of, is_number, number_of
from prepayment.ports import Clock, SiteCheck
from prepayment.support_errors import SiteCheckNotFound

_SITUATION_CHARS: Final = 300
_REASON_CHARS: Final = 200


def _site_check(row: sa.Row[Any]) -> SiteCheck:
    return SiteCheck(
        number=number_of(row.id),
        conversation_id=row.conversation_id,
        situation=row.situation,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closed_reason=row.closed_reason,
    )


class SqlSiteChecks:
    """The site checks of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, conversation_id: str, situation: str) -> SiteCheck:
        """File one."""
        values = {
            "conversation_id": conversation_id,
            "situation": situation[:_SITUATION_CHARS],
            "opened_at": self._clock.now(),
        }
        insert = sa.insert(site_checks).values(values).returning(site_checks)
        return _site_check(self._connection.execute(insert).one())

    def newest_of(self, conversation_id: str) -> SiteCheck | None:
        """Return the conversation's newest one."""
        of_it = sa.select(site_checks).where(site_checks.c.conversation_id == conversation_id)
        found = self._many(of_it.order_by(site_checks.c.id.desc()).limit(1))
        return found[0] if found else None

    def get(self, number: int) -> SiteCheck:
        """Return one. Raises SiteCheckNotFound."""
        if is_number(number):
            found = self._many(sa.select(site_checks).where(site_checks.c.id == id_of(number)))
            if found:
                return found[0]
        raise SiteCheckNotFound(f"no request {number}")

    def newest(self, limit: int, *, open_only: bool) -> Sequence[SiteCheck]:
        """Return the newest ones, newest first."""
        query = sa.select(site_checks).order_by(site_checks.c.id.desc()).limit(limit)
        return self._many(query.where(site_checks.c.closed_at.is_(None)) if open_only else query)

    def close(self, number: int, *, actor: str, reason: str) -> bool:
        """Note that it was looked into; False when it was closed before."""
        result = self._connection.execute(
            sa.update(site_checks)
            .where(site_checks.c.id == id_of(number), site_checks.c.closed_at.is_(None))
            .values(closed_at=self._clock.now(), closed_by=actor[:64], closed_reason=reason[:_REASON_CHARS])
        )
        return result.rowcount == 1

    def _many(self, query: sa.Select[Any]) -> list[SiteCheck]:
        return [_site_check(row) for row in self._connection.execute(query)]
