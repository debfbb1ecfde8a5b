"""The adapters against the real sandbox process, and against a local server for what it cannot say.

Adapters and servers live for the whole session, because making an HTTPS client is slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from prepayment.adapters.carrier import HttpCarrierBilling
from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.rasa import RasaAssistant
from tests.integration.adapters.building import RASA_TOKEN, make_gateway
from tests.integration.adapters.wire_server import WireServer, serve
from tests.integration.sandbox.harness import CARRIER_KEY, Sandbox, free_port

IMPATIENT = httpx.Timeout(5, read=0.3)


@pytest.fixture(scope="session")
def session_wire() -> Iterator[WireServer]:
    with serve() as server:
        yield server


@pytest.fixture
def wire(session_wire: WireServer) -> Iterator[WireServer]:
    """A local server with answers to choose."""
    session_wire.reset()
    yield session_wire
    session_wire.release()


@pytest.fixture
def gateway(sandbox: Sandbox, session_gateway: PortOneGateway) -> PortOneGateway:
    """The payment adapter, talking to a sandbox that has forgotten earlier tests."""
    return session_gateway


@pytest.fixture(scope="session")
def session_gateway(sandbox_process: tuple[str, Path]) -> Iterator[PortOneGateway]:
    made = make_gateway(sandbox_process[0])
    yield made
    made.close()


@pytest.fixture(scope="session")
def wire_gateway(session_wire: WireServer) -> Iterator[PortOneGateway]:
    """The payment adapter, talking to the local server, with little patience."""
    made = make_gateway(session_wire.url, timeout=IMPATIENT)
    yield made
    made.close()


@pytest.fixture(scope="session")
def lonely_gateway() -> Iterator[PortOneGateway]:
    """The payment adapter with an address where nobody listens."""
    made = make_gateway(f"http://127.0.0.1:{free_port()}")
    yield made
    made.close()


@pytest.fixture
def billing(sandbox: Sandbox, session_billing: HttpCarrierBilling) -> HttpCarrierBilling:
    """The carrier adapter, talking to a sandbox that has forgotten earlier tests."""
    return session_billing


@pytest.fixture(scope="session")
def session_billing(sandbox_process: tuple[str, Path]) -> Iterator[HttpCarrierBilling]:
    made = HttpCarrierBilling(f"{sandbox_process[0]}/carrier", CARRIER_KEY)
    yield made
    made.close()


@pytest.fixture(scope="session")
def wire_billing(session_wire: WireServer) -> Iterator[HttpCarrierBilling]:
    """The carrier adapter, talking to the local server, with little patience."""
    made = HttpCarrierBilling(session_wire.url, CARRIER_KEY, timeout=IMPATIENT)
    yield made
    made.close()


@pytest.fixture(scope="session")
def rasa(session_wire: WireServer) -> Iterator[RasaAssistant]:
    """The Rasa adapter, talking to the local server, with little patience."""
    made = RasaAssistant(session_wire.url, RASA_TOKEN, timeout=IMPATIENT)
    yield made
    made.close()
