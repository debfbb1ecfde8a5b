"""Socket.IO over long polling by hand: the client library can neither choose its address nor send an origin."""

from __future__ import annotations

import json
from itertools import count

import httpx

_addresses = count(1)


def polling_client(url: str) -> httpx.Client:
    """A client of a site on an address of this machine that nobody else uses."""
    transport = httpx.HTTPTransport(local_address=f"127.2.0.{next(_addresses)}")
    return httpx.Client(base_url=url, transport=transport, headers={"Origin": url}, timeout=20)


class Poller:
    """A connection; `read` gives the packets as they travel."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._sid = json.loads(self.read().removeprefix("0"))["sid"]

    def _parameters(self) -> dict[str, str]:
        sid = {"sid": self._sid} if hasattr(self, "_sid") else {}
        return {"EIO": "4", "transport": "polling", **sid}

    def read(self) -> str:
        """Wait for packets."""
        return self._http.get("/chat/socket.io/", params=self._parameters()).text

    def _post(self, packet: str) -> None:
        assert self._http.post("/chat/socket.io/", params=self._parameters(), content=packet).text == "OK"

    def connect(self) -> str:
        """Join the default namespace; returns the packets that came back."""
        self._post('40{"v":1}')
        return self.read()

    def say(self, number: int) -> str:
        """Type something; returns the packets up to the acknowledgement."""
        self._post(f'42{number}["user_message",{{"id":"message-{number}","text":"안녕"}}]')
        packets = ""
        while f"43{number}[" not in packets:
            packets += self.read()
        return packets
