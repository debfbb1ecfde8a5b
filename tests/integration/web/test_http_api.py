"""The HTTP API, by its description and whatever a generator thinks of: no 5xx, no answer that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
import requests
import schemathesis
import websocket
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    status_code_conformance,
)

from tests.integration.web.desk_visitor import COOKIE, account, cookie, waiting_ticket
from tests.integration.web.http_description import ANSWERS, operations
from tests.integration.web.polling import SOCKET
from tests.integration.web.stack import Stack
from tests.support.chat_client import Chats

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
]
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
some = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),  # making a failure smaller would take minutes of calls
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """Connections that know no proxy."""
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def test_every_route_is_described_and_every_description_is_of_a_route(description: dict[str, Any]) -> None:
    assert set(operations(description)) == set(ANSWERS)


@pytest.mark.parametrize(("method", "path"), ANSWERS)
def test_a_route_answers_as_described(
    stack: Stack, session: requests.Session, description: dict[str, Any], method: str, path: str
) -> None:
    """With queries, forms and bodies that fit the description, and with ones that do not."""
    operation = schemathesis.openapi.from_dict(description)[path][method]
    modes = [GenerationMode.POSITIVE]
    if takes_input(description["paths"][path][method]):
        modes.append(GenerationMode.NEGATIVE)
    sources: list[SearchStrategy[Case[Any]]] = [operation.as_strategy(mode) for mode in modes]
    if "{token}" in path:
        # The generator guesses no checkout link: half of its calls get a good one.
        link = {"token": stack.open_order().checkout_token}
        sources += [operation.as_strategy(mode, path_parameters=link) for mode in modes]
    if path.startswith("/desk/tickets/"):
        # And half of the calls come from somebody of the staff, about a ticket that there is.
        staff = account(stack)
        ticket = waiting_ticket(stack)
        stack.app.hand_over.join(ticket.number, agent=staff.id, name=staff.name)
        path_parameters, cookies = {"number": ticket.number}, {COOKIE: cookie(staff)}
        sources += [
            operation.as_strategy(mode, path_parameters=path_parameters, cookies=cookies) for mode in modes
        ]

    statuses: set[int] = set()

    @some
    @given(case=st.one_of(sources), accept=st.sampled_from(["text/html", "application/json", "*/*", ""]))
    def answers_as_described(case: Case[Any], accept: str) -> None:
        response = case.call(
            stack.settings.public_url,
            session,
            {"Accept": accept, "Sec-Fetch-Site": "same-origin"},
            allow_redirects=False,
            timeout=20,
        )
        statuses.add(response.status_code)
        case.validate_response(response, CHECKS)

    answers_as_described()
    assert not path.startswith("/desk/tickets/") or statuses - {400, 401}, "nobody got past the log-in"


def takes_input(operation: dict[str, Any]) -> bool:
    """Whether an operation reads anything that could be wrong, besides its path."""
    queries = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return bool(queries) or "requestBody" in operation


@pytest.mark.parametrize("path", sorted({path for _, path in ANSWERS}))
def test_a_method_that_a_route_has_not_is_refused_by_name(stack: Stack, path: str) -> None:
    allowed = {method.upper() for method, one in ANSWERS if one == path}
    for method in METHODS:
        if method in allowed:
            continue
        response = stack.http.request(method, path.replace("{token}", "x").replace("{number}", "1"))
        assert response.status_code == 405, method
        assert set(response.headers["allow"].split(", ")) <= allowed | {"HEAD"}
        assert "content-security-policy" in response.headers


packets = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"\A4[0-6][0-9]{0,3}(/[a-z]{0,4},)?\S{0,20}\Z"),
    st.sampled_from(
        [
            *(
                "42[]",
                "42{}",
                "42[5]",
                "42[null]",
                '42[["user_message"]]',
                '42["user_message"',
                '42["connect"]',
            ),
            *(
                '42["disconnect"]',
                "40",
                "40[]",
                '40{"v":1}',
                "41",
                "43",
                "430[]",
                "44",
                "451-",
                "461-[",
                "46",
            ),
            *(
                '451-["user_message",{"_placeholder":true,"num":0}]',
                "bAAAA",
                "1",
                "2probe",
                "3",
                "5",
                "6",
                "",
                "9",
            ),
        ]
    ),
)


@pytest.fixture
def busy_stack(stack: Stack, chats: Chats) -> Iterator[Stack]:
    """A stack that takes a chat as ever when all is over."""
    yield stack
    chat = chats.open()
    assert chat.say("아직 있어요?")["ok"]
    chat.wait_for_bot("답: 아직 있어요?")


@some
@given(sent=st.lists(packets, max_size=12), taken_in=st.booleans())
def test_whatever_comes_over_the_socket_the_server_goes_on(
    busy_stack: Stack, sent: list[str], taken_in: bool
) -> None:
    """What is no packet closes the socket at most."""
    url = busy_stack.settings.public_url
    address = f"{url.replace('http', 'ws', 1)}{SOCKET}?EIO=4&transport=websocket"
    socket = websocket.create_connection(address, origin=url, timeout=20)
    with suppress(websocket.WebSocketException, OSError):
        for packet in ['40{"v":1}', *sent] if taken_in else sent:
            socket.send(packet)
    socket.close()
