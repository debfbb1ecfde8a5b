"""The identity service's rules: a person proves to hold a phone line by typing a one-time code."""

import json
import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.database import Connection, Database, Row
from sandbox.errors import BrowserError, PortOneError

CODE_LIFETIME = timedelta(minutes=3)
MAX_WRONG_CODES = 5

# What the carriers are called on the screen and on the wire.
OPERATORS = {
    "KT": "KT",
    "SKT": "SKT",
    "LGU": "LG U+",
    "KT_MVNO": "KT 알뜰폰",
    "SKT_MVNO": "SKT 알뜰폰",
    "LGU_MVNO": "LG U+ 알뜰폰",
}
# The carrier of every demo line.
_DEMO_OPERATOR = "KT"


@dataclass(frozen=True)
class Person:
    """Who claims the line: `birth_date` YYYY-MM-DD, `phone_number` digits, `operator` a key of OPERATORS."""

    operator: str
    name: str
    birth_date: str
    phone_number: str


@dataclass(frozen=True)
class IdentityRequest:
    """What the shop's page asked the browser SDK for, checked. `customer` prefills the form."""

    verification_id: str
    customer: dict[str, str]
    custom_data: str | None
    redirect_url: str


class CodeRefused(Exception):
    """The typed code was not accepted, another try is possible; the message is for the screen."""


class PersonRefused(Exception):
    """Name, number and carrier do not belong together; the message is for the screen."""


class Identities:
    """The service's books. One verification id: many tries, one success."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def describing_attempt(self, verification_id: str) -> Row:
        """The verified attempt, else the newest. Raises PortOneError IDENTITY_VERIFICATION_NOT_FOUND."""
        with self._database.read() as connection:
            row: Row | None = connection.execute(
                "SELECT * FROM identity_attempts WHERE verification_id = ?"
                " ORDER BY status = 'VERIFIED' DESC, number DESC LIMIT 1",
                (verification_id,),
            ).fetchone()
        if row is None:
            raise PortOneError("IDENTITY_VERIFICATION_NOT_FOUND", "본인인증 건이 존재하지 않습니다.")
        return row

    def window(self, window_id: str) -> Row:
        """The attempt whose page has this id. Raises KeyError."""
        with self._database.read() as connection:
            return _need(connection, window_id)

    def open_window(self, request: IdentityRequest) -> Row:
        """Register an attempt. Raises BrowserError IdentityVerificationAlreadyVerified."""
        now, window_id = self._clock.now().isoformat(), secrets.token_urlsafe(24)
        with self._database.write() as connection:
            if connection.execute(
                "SELECT 1 FROM identity_attempts WHERE verification_id = ? AND status = 'VERIFIED'",
                (request.verification_id,),
            ).fetchone():
                raise BrowserError("IdentityVerificationAlreadyVerified", "이미 끝난 본인인증이에요.")
            connection.execute(
                "INSERT INTO identity_attempts (tx_id, window_id, verification_id, status, customer,"
                " custom_data, redirect_url, requested_at, status_changed_at) VALUES (?, ?, ?, 'READY', ?, ?, ?, ?, ?)",
                (
                    str(uuid.uuid4()),
                    window_id,
                    request.verification_id,
                    json.dumps(request.customer, ensure_ascii=False),
                    request.custom_data,
                    request.redirect_url,
                    now,
                    now,
                ),
            )
            return _need(connection, window_id)

    def send_code(self, window_id: str, person: Person) -> Row:
        """Send a new six-digit code to the person's line. Raises PersonRefused; KeyError: no such window."""
        with self._database.write() as connection:
            attempt = _need(connection, window_id)
            if attempt["status"] != "READY":
                return attempt
            refused = _refusal(connection, person)
            if refused is None:
                connection.execute(
                    "UPDATE identity_attempts SET person = ?, one_time_code = ?, code_sent_at = ?,"
                    " pg_code = NULL, pg_message = NULL WHERE window_id = ?",
                    (
                        json.dumps(asdict(person), ensure_ascii=False),
                        f"{secrets.randbelow(10**6):06d}",
                        self._clock.now().isoformat(),
                        window_id,
                    ),
                )
                return _need(connection, window_id)
            pg_code, message = refused
            # Kept, because a window that is closed now reports what went wrong last.
            connection.execute(
                "UPDATE identity_attempts SET pg_code = ?, pg_message = ? WHERE window_id = ?",
                (pg_code, message, window_id),
            )
        raise PersonRefused(message)

    def check_code(self, window_id: str, code: str) -> Row:
        """Compare the typed code: VERIFIED, or FAILED after MAX_WRONG_CODES. A finished attempt is unchanged.

        Raises CodeRefused when it is wrong or too old, KeyError for no such window.
        """
        with self._database.write() as connection:
            attempt = _need(connection, window_id)
            if attempt["status"] != "READY":
                return attempt
            if attempt["one_time_code"] is None:
                raise CodeRefused("먼저 인증번호를 받아 주세요.")
            if self._clock.now() - datetime.fromisoformat(attempt["code_sent_at"]) > CODE_LIFETIME:
                raise CodeRefused("인증번호 입력 시간이 지났어요. 인증번호를 다시 받아 주세요.")
            if secrets.compare_digest(code.encode(), attempt["one_time_code"].encode()):
                return self._finish(connection, window_id, "VERIFIED")
            wrong = attempt["wrong_codes"] + 1
            connection.execute(
                "UPDATE identity_attempts SET wrong_codes = ? WHERE window_id = ?", (wrong, window_id)
            )
            if wrong >= MAX_WRONG_CODES:
                message = "인증번호를 5번 잘못 입력했어요."
                return self._finish(connection, window_id, "FAILED", "TOO_MANY_WRONG_CODES", message)
        # Raised outside, because the count must be committed.
        left = MAX_WRONG_CODES - wrong
        raise CodeRefused(f"인증번호가 맞지 않아요. 다시 입력해 주세요. ({left}번 더 입력할 수 있어요)")

    def close_window(self, window_id: str) -> Row:
        """The person gave up, FAILED for what went wrong last, if anything did. A finished attempt is unchanged.

        Raises KeyError for no such window.
        """
        with self._database.write() as connection:
            attempt = _need(connection, window_id)
            if attempt["status"] != "READY":
                return attempt
            pg_code = attempt["pg_code"] or "USER_CANCELED"
            message = attempt["pg_message"] or "사용자가 본인인증을 취소했어요."
            return self._finish(connection, window_id, "FAILED", pg_code, message)

    def _finish(
        self,
        connection: Connection,
        window_id: str,
        status: str,
        pg_code: str | None = None,
        message: str = "",
    ) -> Row:
        connection.execute(
            "UPDATE identity_attempts SET status = ?, status_changed_at = ?, one_time_code = NULL,"
            " result_code = ?, failure_reason = ?, pg_code = ?, pg_message = ? WHERE window_id = ?",
            (
                status,
                self._clock.now().isoformat(),
                "PGProviderError" if pg_code else None,
                message or None,
                pg_code,
                message or None,
                window_id,
            ),
        )
        return _need(connection, window_id)


def _refusal(connection: Connection, person: Person) -> tuple[str, str] | None:
    """Why no code is sent to the person, as a code and a message for the screen; lines of others are not known here."""
    line = connection.execute(
        "SELECT subscriber_name FROM lines WHERE phone_number = ?", (person.phone_number,)
    ).fetchone()
    if line is not None and person.operator != _DEMO_OPERATOR:
        return "WRONG_CARRIER", "통신사를 다시 확인해 주세요. 이 번호는 다른 통신사를 쓰고 있어요."
    if line is not None and person.name != line["subscriber_name"]:
        return "WRONG_PERSON", "이름과 휴대폰 번호가 가입 정보와 달라요. 다시 확인해 주세요."
    return None


def _need(connection: Connection, window_id: str) -> Row:
    row: Row | None = connection.execute(
        "SELECT * FROM identity_attempts WHERE window_id = ?", (window_id,)
    ).fetchone()
    if row is None:
        raise KeyError(window_id)
    return row
