"""How tests talk to a running sandbox: the shop's server and the buyer's browser, done with plain HTTP."""

import base64
import json
import os
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx

ROOT = Path(__file__).parents[3]

STORE_ID = "store-test"
CHANNEL_KEY = "channel-key-card"
IDENTITY_CHANNEL_KEY = "channel-key-identity"
API_SECRET = "test-api-secret"
CARRIER_KEY = "test-carrier-key"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"webhook-signing-key-for-tests-32").decode()
REDIRECT_URL = "http://localhost:8000/pay/return?order=1"


def wait_until(condition: Callable[[], Any], seconds: float = 15) -> Any:
    """Poll `condition` until it gives something true, and return that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def free_port() -> int:
    """A port from 20000 up that nobody listens on."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port >= 20000:
            return port


def sandbox_environment(directory: Path, port: int) -> dict[str, str]:
    """Every variable the sandbox needs, with its files in `directory`."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")},
        "PYTHONPATH": str(ROOT),
        "PREPAY_ENVIRONMENT": "sandbox",
        "PREPAY_VAR_DIR": str(directory),
        "PREPAY_SANDBOX_PORT": str(port),
        "PREPAY_SANDBOX_CLOCK_FILE": str(directory / "clock.db"),
        "PREPAY_PORTONE_STORE_ID": STORE_ID,
        "PREPAY_PORTONE_CHANNEL_KEY": CHANNEL_KEY,
        "PREPAY_PORTONE_IDENTITY_CHANNEL_KEY": IDENTITY_CHANNEL_KEY,
        "PREPAY_PORTONE_API_SECRET": API_SECRET,
        "PREPAY_PORTONE_WEBHOOK_SECRETS": f"{WEBHOOK_SECRET},whsec_b2xk",
        "PREPAY_CARRIER_API_KEY": CARRIER_KEY,
    }


@dataclass
class Sandbox:
    """A running sandbox: `url`, the directory of its files, and calls at it.

    `public` speaks as a buyer's browser, `portone` as the shop's server, `carrier` as the carrier's client.
    """

    url: str
    directory: Path
    public: httpx.Client
    portone: httpx.Client
    carrier: httpx.Client

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A control call; its JSON answer."""
        response = self.public.request(method, f"/_sandbox/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def fault(self, kind: str, action: str, **more: int | str) -> None:
        """Switch a fault on in place of others of its kind (sandbox/faults/README.md)."""
        self.control("PUT", "faults", {"kind": kind, "action": action, **more})

    def then_fault(self, kind: str, action: str, **more: int | str) -> None:
        """Switch a fault on that hits when those before it have run out."""
        self.control("POST", "faults", {"kind": kind, "action": action, **more})

    def refuse_connections(self, ms: int) -> None:
        """Nobody listens from now on, for a while: every call fails, this object's as well."""
        self.control("POST", "refuse-connections", {"ms": ms})

    def wait_until_listening(self) -> None:
        """Wait for the end of `refuse_connections`."""

        def listening() -> bool:
            try:
                return self.public.get("/health").status_code == 200
            except httpx.ConnectError:
                return False

        wait_until(listening)

    def send_webhook(self, payment_id: str, **more: Any) -> list[dict[str, Any]]:
        """Send a webhook now; each delivery made: url, headers, body, status. `deliver=False` only signs."""
        return list(self.control("POST", "webhooks", {"payment_id": payment_id, **more}))

    def make_lines(self, count: int = 1, **more: Any) -> list[dict[str, str]]:
        """Make lines; customer_id, name, line_id, phone_number of each."""
        return list(self.control("POST", "lines", {"count": count, **more}))

    def charge(self, line_id: str, amount_won: int) -> dict[str, Any]:
        """The customer buys something."""
        return dict(self.control("POST", "charges", {"line_id": line_id, "amount_won": amount_won}))

    def books(self) -> dict[str, dict[str, dict[str, Any]]]:
        """All that really moved: `payments` by payment id, `orders` (at the carrier) by order id."""
        return dict(self.control("GET", "books"))

    def settle_refund(self, payment_id: str, outcome: str = "SUCCEEDED") -> None:
        """Let the acquirer settle a refund that is under way: SUCCEEDED or FAILED."""
        self.control("POST", f"payments/{payment_id}/refund", {"outcome": outcome})

    def cancel(self, payment_id: str, **more: Any) -> httpx.Response:
        """The shop's server asks for a refund."""
        return self.portone.post(f"/payments/{payment_id}/cancel", json={"reason": "고객 요청", **more})

    def read(self, payment_id: str) -> dict[str, Any]:
        """The payment as PortOne's API gives it."""
        return dict(self.portone.get(f"/payments/{payment_id}").raise_for_status().json())

    def open_payment(self, payment_id: str, amount: int = 50_000, **changes: Any) -> dict[str, str]:
        """What the browser SDK registers; its answer {"txId", "path"}."""
        response = self.public.post(
            "/v2/browser/payments", json=payment_params(payment_id, amount, **changes)
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    def send_card(
        self, path: str, number: str = "4242 4242 4242 4242", action: str = "pay"
    ) -> dict[str, str]:
        """Send the card page's form; the query string that the shop gets back."""
        form = {"card_number": number, "expiry": "12/49", "password2": "12", "action": action}
        return returned(self.public.post(path, data=form))

    def authorise(self, payment_id: str, amount: int = 50_000, **changes: Any) -> dict[str, str]:
        """Open a window and send the approving card; the query string with paymentToken."""
        return self.send_card(self.open_payment(payment_id, amount, **changes)["path"])

    def confirm(self, result: dict[str, str], **changes: Any) -> httpx.Response:
        """The shop's server confirms what came back."""
        headers = changes.pop("headers", {})
        body = {
            "storeId": STORE_ID,
            "paymentToken": result["paymentToken"],
            "txId": result["txId"],
            **changes,
        }
        return self.portone.post(f"/payments/{result['paymentId']}/confirm", json=body, headers=headers)

    def paid(self, amount: int = 50_000, **changes: Any) -> str:
        """A payment that has been paid; its id."""
        payment_id = new_payment_id()
        response = self.confirm(self.authorise(payment_id, amount, **changes))
        assert response.status_code == 200, response.text
        return payment_id

    def open_identity(self, verification_id: str, **changes: Any) -> str:
        """What the browser SDK registers for an identity verification; the path of its page."""
        params = identity_params(verification_id, **changes)
        response = self.public.post("/v2/browser/identity-verifications", json=params)
        assert response.status_code == 200, response.text
        return str(response.json()["path"])

    def verify_identity(self, path: str, name: str, phone_number: str) -> dict[str, str]:
        """Prove to hold a line of KT on an identity page; the query string that the shop gets back."""
        person = {"operator": "KT", "name": name, "birth_date": "19900517", "phone_number": phone_number}
        self.public.post(path, data={**person, "action": "send"})
        code = one_time_code(self.public.get(path).text)
        return returned(self.public.post(path, data={"code": code, "action": "check"}))

    def raw(self, payment_id: str) -> dict[str, Any]:
        """The sandbox's own record of a payment."""
        return dict(self.control("GET", f"payments/{payment_id}"))


def new_payment_id() -> str:
    """An id as the product makes them."""
    return "pp" + uuid.uuid4().hex


def payment_params(payment_id: str, amount: int = 50_000, **changes: Any) -> dict[str, Any]:
    """The parameters of `PortOne.requestPayment`."""
    return {
        "storeId": STORE_ID,
        "channelKey": CHANNEL_KEY,
        "paymentId": payment_id,
        "orderName": "소액결제 선결제",
        "totalAmount": amount,
        "currency": "KRW",
        "payMethod": "CARD",
        "customer": {"fullName": "김민지", "phoneNumber": "01000001001"},
        "customData": {"orderId": "order-1"},
        "redirectUrl": REDIRECT_URL,
        "forceRedirect": True,
        **changes,
    }


def identity_params(verification_id: str, **changes: Any) -> dict[str, Any]:
    """The parameters of `PortOne.requestIdentityVerification`."""
    return {
        "storeId": STORE_ID,
        "channelKey": IDENTITY_CHANNEL_KEY,
        "identityVerificationId": verification_id,
        "customer": {"fullName": "김민지", "phoneNumber": "01000001001"},
        "customData": "order-1",
        "redirectUrl": REDIRECT_URL,
        "forceRedirect": True,
        **changes,
    }


def returned(response: httpx.Response) -> dict[str, str]:
    """The query string of a redirect back to the shop."""
    assert response.status_code == 303, response.text
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def one_time_code(html: str) -> str:
    """The code that the identity page shows."""
    match = re.search(r'id="one-time-code">([0-9]{6})<', html)
    assert match is not None
    return match[1]


@dataclass
class Receiver:
    """A shop's webhook endpoint: what came in, and what it answers (statuses, then 200)."""

    url: str
    received: list[tuple[dict[str, str], str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def types(self) -> list[str]:
        """The types of the notices so far."""
        return [json.loads(body)["type"] for _, body in list(self.received)]


class Closable(Protocol):
    """An official client; it has no way to be closed but through its inside."""

    _sync_client: httpx.Client


@contextmanager
def closing[T: Closable](client: T) -> Iterator[T]:
    """The official client, its connections closed at the end."""
    try:
        yield client
    finally:
        client._sync_client.close()
