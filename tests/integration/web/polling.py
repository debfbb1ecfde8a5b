"""Socket.IO over long polling by hand: the client library can neither choose its address nor send any header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

import httpx

_addresses = (f"127.2.{number // 250}.{number % 250 + 1}" for number in count())

SOCKET = "/chat/socket.io/"


def polling_client(url: str, **headers: str) -> httpx.Client:
    """A client of a site on an address of this machine that nobody else uses."""
    transport = httpx.HTTPTransport(local_address=next(_addresses))
    return httpx.Client(base_url=url, transport=transport, headers={"Origin": url, **headers}, timeout=20)


class Poller:
    """A connection; `read` gives the packets as they travel. ``parameters`` go into every address."""

    def __init__(self, http: httpx.Client, parameters: Mapping[str, str] | None = None) -> None:
        self._http = http
        self.parameters = {**(parameters or {}), "EIO": "4", "transport": "polling"}
        self.parameters["sid"] = json.loads(self.read().removeprefix("0"))["sid"]

    def read(self) -> str:
        """Wait for packets."""
        return self._http.get(SOCKET, params=self.parameters).text

    def write(self, packet: str) -> None:
        """Send a packet."""
        assert self._http.post(SOCKET, params=self.parameters, content=packet).text == "OK"

    def connect(self, **auth: Any) -> str:
        """Join the default namespace; returns the packets that came back."""
        self.write(f"40{json.dumps({'v': 1, **auth})}")
        return self.read()

    def say(self, number: int) -> str:
        """Type something; returns the packets up to the acknowledgement."""
        self.write(f'42{number}["user_message",{{"id":"message-{number}","text":"안녕"}}]')
        packets = ""
        while f"43{number}[" not in packets:
            packets += self.read()
        return packets


def session_in(packets: str) -> dict[str, Any]:
    """The `session` among packets as they travel."""
    events = [json.loads(packet[2:]) for packet in packets.split("\x1e") if packet.startswith("42")]
    return dict(next(body for name, body in events if name == "session"))
