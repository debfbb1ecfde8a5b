"""The accounts of the staff: made and changed by an operator, used for logging in."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from prepayment.ports.staff import StaffEvent, StaffEventKind, StaffMember
from prepayment.service import passwords
from prepayment.service.parts import Parts
from prepayment.staff_errors import StaffExists, StaffNotFound, StaffRefused

logger = logging.getLogger(__name__)

_ID: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}", re.ASCII)
_NAME_LONGEST: Final = 20


class Staff:
    """Who may talk to customers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        # What the password of an unknown account is compared with, so that it takes as long as a known one's.
        self._nobodys: str | None = None

    def add(self, staff_id: str, *, name: str, password: str, actor: str) -> StaffMember:
        """Make an account; ``name`` is what customers read.

        Raises:
            StaffRefused: the id, the name or the password cannot be taken.
            StaffExists: there is one of that id.
        """
        if not _ID.fullmatch(staff_id):
            raise StaffRefused("A log-in name has 2 to 32 of a-z, 0-9 and . _ -, and begins with a letter.")
        name = unicodedata.normalize("NFC", name).strip()
        if not 0 < len(name) <= _NAME_LONGEST or not name.isprintable():
            raise StaffRefused(f"A name has 1 to {_NAME_LONGEST} characters that can be shown.")
        kept = _kept(password)
        member = StaffMember(staff_id, name, True, self._parts.clock.now(), kept)
        with self._parts.database() as unit:
            if not unit.staff.add(member):
                raise StaffExists(staff_id)
            unit.staff.note(staff_id, StaffEventKind.ADDED, actor=actor)
            unit.commit()
        return member

    def all(self) -> Sequence[StaffMember]:
        """Return every account."""
        with self._parts.database(write=False) as unit:
            return unit.staff.all()

    def events(self, staff_id: str) -> Sequence[StaffEvent]:
        """Return what happened to an account and what it did, newest first. Raises StaffNotFound."""
        with self._parts.database(write=False) as unit:
            if unit.staff.get(staff_id) is None:
                raise StaffNotFound(staff_id)
            return unit.staff.events(staff_id)

    def set_active(self, staff_id: str, active: bool, *, actor: str) -> StaffMember:
        """Let an account log in, or not any more, which ends its sessions. Raises StaffNotFound."""
        kind = StaffEventKind.ENABLED if active else StaffEventKind.DISABLED
        return self._change(staff_id, kind, actor=actor, active=active)

    def set_password(self, staff_id: str, password: str, *, actor: str) -> StaffMember:
        """Give an account another password, which ends its sessions. Raises StaffNotFound and StaffRefused."""
        kept = _kept(password)
        return self._change(staff_id, StaffEventKind.PASSWORD_CHANGED, actor=actor, password=kept)

    def end_sessions(self, staff_id: str, *, actor: str) -> StaffMember:
        """End every session of an account. Raises StaffNotFound."""
        return self._change(staff_id, StaffEventKind.SESSIONS_ENDED, actor=actor)

    def log_in(self, staff_id: str, password: str) -> StaffMember | None:
        """Return whose log-in it is; None for a wrong one, as late for unknown and disabled accounts as for others."""
        with self._parts.database(write=False) as unit:
            member = unit.staff.get(staff_id) if _ID.fullmatch(staff_id) else None
        nobodys = self._nobodys_password()
        right = passwords.matches(password, member.password if member else nobodys)
        if member is None or not (right and member.active):
            # Not a row: writing one would take longer for known accounts. What was typed may be a password.
            logger.warning("a log-in of %s was refused", member.id if member else "an unknown account")
            return None
        with self._parts.database() as unit:
            unit.staff.note(member.id, StaffEventKind.LOGGED_IN, actor=member.id)
            unit.commit()
        return member

    def is_password(self, staff_id: str, password: str) -> bool:
        """Whether an account has this password. Raises StaffNotFound."""
        with self._parts.database(write=False) as unit:
            member = unit.staff.get(staff_id)
        if member is None:
            raise StaffNotFound(staff_id)
        return passwords.matches(password, member.password)

    def log_out(self, member: StaffMember) -> None:
        """End every session of an account, wherever it is open."""
        self._change(member.id, StaffEventKind.LOGGED_OUT, actor=member.id)

    def in_session(self, staff_id: str, generation: int) -> StaffMember | None:
        """Return whose session it is; None when it was ended or the account is disabled."""
        with self._parts.database(write=False) as unit:
            member = unit.staff.get(staff_id)
        return member if member and member.active and member.generation == generation else None

    def note_shown(self, member: StaffMember, number: int) -> None:
        """Note that somebody has looked at the conversation of a ticket."""
        with self._parts.database(durable=False) as unit:
            unit.staff.note(member.id, StaffEventKind.TICKET_SHOWN, actor=member.id, subject=str(number))
            unit.commit()

    def _change(
        self,
        staff_id: str,
        kind: StaffEventKind,
        *,
        actor: str,
        active: bool | None = None,
        password: str | None = None,
    ) -> StaffMember:
        with self._parts.database() as unit:
            changed = unit.staff.change(
                staff_id, active=active, password=password, ends_sessions=kind is not StaffEventKind.ENABLED
            )
            if changed is None:
                raise StaffNotFound(staff_id)
            unit.staff.note(staff_id, kind, actor=actor)
            unit.commit()
        return changed

    def _nobodys_password(self) -> str:
        if self._nobodys is None:
            self._nobodys = passwords.derive(passwords.generated())
        return self._nobodys


def _kept(password: str) -> str:
    """Return what is kept of a password. Raises StaffRefused."""
    if problem := passwords.problem_of(password):
        raise StaffRefused(problem)
    return passwords.derive(password)
