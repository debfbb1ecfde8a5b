"""A customer's browser at the checkout: our pages and the sandbox's windows, done with plain HTTP."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

from prepayment.orders import Order
from prepayment.settings import Settings
from tests.integration.sandbox.harness import one_time_code


class Shop(Protocol):
    """What a buyer needs to know of the running parts."""

    @property
    def settings(self) -> Settings:
        """Where web is."""

    @property
    def sandbox(self) -> Windows:
        """The sandbox's pages."""


class Windows(Protocol):
    """The sandbox as a browser meets it."""

    @property
    def public(self) -> httpx.Client:
        """Calls without any key."""


# Loading it takes longer than a whole checkout.
_TLS = ssl.create_default_context()

APPROVED = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
INSUFFICIENT = "4000 0000 0000 9995"


class Buyer:
    """``sent`` is every request that went to web, as text."""

    def __init__(self, stack: Shop) -> None:
        self._stack = stack
        self.sent: list[str] = []
        self.web = httpx.Client(
            base_url=stack.settings.public_url,
            trust_env=False,
            verify=_TLS,
            timeout=30,
            headers={"Accept": "text/html"},
            event_hooks={"request": [self._remember]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.web.close()

    def _remember(self, request: httpx.Request) -> None:
        self.sent.append(f"{request.method} {request.url} {request.headers} {request.read()!r}")

    def page(self, order: Order) -> str:
        """The order's page."""
        response = self.web.get(f"/pay/{order.checkout_token}")
        assert response.status_code == 200, response.text
        return response.text

    def state(self, order: Order) -> str:
        """The state that the page asks for."""
        return str(self.web.get(f"/pay/{order.checkout_token}/status").json()["state"])

    def parameters(self, order: Order, window: str) -> dict[str, Any]:
        """What our server gives to the browser SDK for `identity` or `payment`."""
        response = self.web.post(f"/pay/{order.checkout_token}/{window}")
        assert response.status_code == 200, response.text
        return dict(response.json()["sdk"])

    def verify(self, order: Order, phone_number: str = "01000001001", name: str = "김민지") -> httpx.Response:
        """Go through the identity window; returns the page that its return leads to."""
        path = self._open("identity-verifications", self.parameters(order, "identity"))
        person = {"operator": "KT", "name": name, "birth_date": "19900517", "phone_number": phone_number}
        window = self._stack.sandbox.public
        window.post(path, data={**person, "action": "send"})
        code = one_time_code(window.get(path).text)
        return self.come_back(window.post(path, data={"code": code, "action": "check"}))

    def leave_identity(self, order: Order) -> httpx.Response:
        """Open the identity window and give up."""
        path = self._open("identity-verifications", self.parameters(order, "identity"))
        return self.come_back(self._stack.sandbox.public.post(path, data={"action": "cancel"}))

    def card_return(self, order: Order, card: str = APPROVED, action: str = "pay") -> str:
        """Go through the card window; returns the address that it sends the browser back to."""
        path = self._open("payments", self.parameters(order, "payment"))
        form = {"card_number": card, "expiry": "12/49", "password2": "12", "action": action}
        response = self._stack.sandbox.public.post(path, data=form)
        assert response.status_code == 303, response.text
        return response.headers["location"]

    def pay(self, order: Order, card: str = APPROVED) -> httpx.Response:
        """Pay by card; returns the page that the window's return leads to."""
        return self._follow(self.card_return(order, card))

    def leave_payment(self, order: Order) -> httpx.Response:
        """Open the card window and close it."""
        return self._follow(self.card_return(order, action="cancel"))

    def come_back(self, response: httpx.Response) -> httpx.Response:
        """Follow a window's redirect back to web, and web's own redirect to the page."""
        assert response.status_code == 303, response.text
        return self._follow(response.headers["location"])

    def _follow(self, address: str) -> httpx.Response:
        response = self.web.get(address)
        assert response.status_code == 303, response.text
        return self.web.get(response.headers["location"])

    def _open(self, kind: str, parameters: dict[str, Any]) -> str:
        response = self._stack.sandbox.public.post(f"/v2/browser/{kind}", json=parameters)
        assert response.status_code == 200, response.text
        return str(response.json()["path"])
