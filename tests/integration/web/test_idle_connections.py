"""Connections that a proxy keeps for later."""

from __future__ import annotations

import http.client
import time
from contextlib import closing
from urllib.parse import urlsplit

from tests.integration.web.stack import Stack

# uvicorn's own limit is five: a request sent by a proxy at that moment would be lost.
IDLE_SECONDS = 6


def test_a_connection_that_was_idle_for_a_while_still_takes_a_request(stack: Stack) -> None:
    urls = (stack.settings.public_url, stack.sandbox.url)
    connections = [http.client.HTTPConnection(urlsplit(url).netloc, timeout=10) for url in urls]
    for connection in connections:
        with closing(_get(connection)) as response:
            assert response.read()
    time.sleep(IDLE_SECONDS)
    for connection in connections:
        with closing(connection), closing(_get(connection)) as response:
            assert response.status == 200


def _get(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    connection.request("GET", "/health")
    return connection.getresponse()
