"""The identity service's page: who you are, then the one-time code."""

import json
import re
from datetime import date, datetime

from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.database import Row
from sandbox.identity import OPERATORS, CodeRefused, Identities, Person, PersonRefused
from sandbox.pages import for_known_windows, page, redirect, with_result
from sandbox.requests import Call, in_thread

_FIELDS = ("operator", "name", "birth_date", "phone_number")


class IdentityPage:
    """GET shows the step that is due, POST takes `action`: send, check, edit, leave or cancel.

    `leave` goes back to the shop with nothing decided, as when no text message comes or an app is missing.
    """

    def __init__(self, identities: Identities, clock: Clock) -> None:
        self._identities = identities
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths served."""
        path = "/v2/identity-verification/{window_id}"
        return [
            Route(path, in_thread(for_known_windows(self._show)), methods=["GET"]),
            Route(path, in_thread(for_known_windows(self._submit)), methods=["POST"]),
        ]

    def _show(self, call: Call) -> Response:
        attempt = self._identities.window(call.path("window_id"))
        if attempt["status"] != "READY":
            return page("ended.html", title="이미 끝난 본인인증이에요", back=_way_back(attempt))
        return (
            _code_page(attempt)
            if attempt["one_time_code"]
            else _person_page(attempt, _prefilled(attempt), {})
        )

    def _submit(self, call: Call) -> Response:
        window_id = call.path("window_id")
        attempt = self._identities.window(window_id)
        if attempt["status"] != "READY":
            # A second click on a finished window goes the same way as the first one.
            return redirect(_way_back(attempt))
        fields = call.form()
        action = fields.get("action")
        if action == "cancel":
            attempt = self._identities.close_window(window_id)
        elif action == "leave":
            return redirect(_way_back(attempt))
        elif action == "edit":
            return _person_page(attempt, _prefilled(attempt), {})
        elif action == "check":
            try:
                attempt = self._identities.check_code(window_id, re.sub(r"\s", "", fields.get("code", "")))
            except CodeRefused as refused:
                return _code_page(attempt, str(refused), status=422)
        else:
            person, errors = _read_person(fields, self._clock.now())
            if errors:
                return _person_page(attempt, person, errors, status=422)
            try:
                attempt = self._identities.send_code(window_id, Person(**person))
            except PersonRefused as refused:
                return _person_page(attempt, person, {"phone_number": str(refused)}, status=422)
        return redirect(call.request.url.path if attempt["status"] == "READY" else _way_back(attempt))


def _person_page(attempt: Row, person: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    return page(
        "identity_person.html",
        attempt["redirect_url"],
        status,
        operators=OPERATORS,
        person=person,
        errors=errors,
    )


def _code_page(attempt: Row, error: str = "", status: int = 200) -> Response:
    person = json.loads(attempt["person"]) if attempt["person"] else {}
    return page(
        "identity_code.html",
        attempt["redirect_url"],
        status,
        code=attempt["one_time_code"] or "",
        phone_number=person.get("phone_number", ""),
        error=error,
    )


def _prefilled(attempt: Row) -> dict[str, str]:
    if attempt["person"]:
        return {name: str(value) for name, value in json.loads(attempt["person"]).items()}
    customer = json.loads(attempt["customer"])
    birth = [customer.get(name, "") for name in ("birthYear", "birthMonth", "birthDay")]
    return {
        "operator": "KT",
        "name": customer.get("name", ""),
        "birth_date": "-".join(birth) if all(birth) else "",
        "phone_number": customer.get("phoneNumber", ""),
    }


def _read_person(fields: dict[str, str], now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    person = {name: fields.get(name, "") for name in _FIELDS}
    errors = {}
    if person["operator"] not in OPERATORS:
        errors["operator"] = "통신사를 골라 주세요."
    if not 2 <= len(person["name"]) <= 40:
        errors["name"] = "이름을 넣어 주세요."
    digits = re.sub(r"\D", "", person["birth_date"], flags=re.ASCII)
    try:
        born = date.fromisoformat(digits)
        person["birth_date"] = born.isoformat()
        if born.year < 1900 or born >= now.date():
            raise ValueError
    except ValueError:
        errors["birth_date"] = "생년월일 8자리를 넣어 주세요. 예: 19900517"
    phone = re.sub(r"[\s-]", "", person["phone_number"])
    if re.fullmatch(r"01[016789][0-9]{7,8}", phone, re.ASCII):
        person["phone_number"] = phone
    else:
        errors["phone_number"] = "휴대폰 번호를 숫자로 넣어 주세요. 예: 01012345678"
    return person, errors


def _way_back(attempt: Row) -> str:
    result = {
        "identityVerificationId": attempt["verification_id"],
        "identityVerificationTxId": attempt["tx_id"],
        "transactionType": "IDENTITY_VERIFICATION",
    }
    if attempt["status"] == "FAILED":
        result |= {
            "code": attempt["result_code"],
            "message": attempt["failure_reason"],
            "pgCode": attempt["pg_code"],
            "pgMessage": attempt["pg_message"],
        }
    return with_result(attempt["redirect_url"], result)
