"""What goes through a page's chat socket: written down, held back, or put in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page, WebSocketRoute

_KINDS = {"0": "connect", "2": "event", "3": "ack", "4": "refusal"}
_FRAME = re.compile(r"4([0-4])(\d*)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Packet:
    """One Socket.IO packet. ``kind`` is connect, event, ack, refusal or "" (ping, pong); ``event`` is its name.

    ``ack`` is the number of the acknowledgement that it wants or is, "" for none.
    """

    kind: str
    event: str
    body: Any
    ack: str = ""


def packet(frame: str | bytes) -> Packet:
    """Read a frame of the socket."""
    match = _FRAME.fullmatch(frame) if isinstance(frame, str) else None
    if match is None:
        return Packet("", "", frame)
    kind, content = _KINDS.get(match[1], ""), json.loads(match[3] or "null")
    if kind == "event":
        return Packet(kind, content[0], content[1] if len(content) > 1 else None, match[2])
    return Packet(kind, "", content[0] if kind == "ack" else content, match[2])


Wanted = Callable[[Packet], bool]
Answer = Callable[[Packet], Any]


class ChatFrames:
    """Every packet that came, oldest first.

    ``lost_from_page`` and ``lost_from_server`` name those that get lost on their way; ``answer_page`` acknowledges
    packets of the page in the server's place (None: the server shall).
    """

    def __init__(self, opener: Page | BrowserContext) -> None:
        self.sent: list[Packet] = []
        self.received: list[Packet] = []
        self.lost_from_page: Wanted = lambda _: False
        self.lost_from_server: Wanted = lambda _: False
        self.answer_page: Answer = lambda _: None
        self._routes: list[tuple[WebSocketRoute, WebSocketRoute]] = []  # towards the page, towards the server
        opener.route_web_socket(re.compile("/chat/socket.io/"), self._take)

    def put(self, event: str, body: Any) -> None:
        """Let the page hear an event that the server did not send."""
        self._routes[-1][0].send(f"42{json.dumps([event, body])}")

    def tell_server(self, event: str, body: Any) -> None:
        """Let the server hear an event that the page did not send."""
        self._routes[-1][1].send(f"42{json.dumps([event, body])}")

    def cut(self) -> None:
        """Let both ends find the connection broken."""
        page, server = self._routes[-1]
        server.close()
        page.close(code=1012)

    def events(self, name: str, *, sent: bool = False) -> list[Any]:
        """Return the bodies of the events of a name, received or sent."""
        return [one.body for one in (self.sent if sent else self.received) if one.event == name]

    def connects(self) -> list[Any]:
        """Return what the page said of itself, each time it connected."""
        return [one.body for one in self.sent if one.kind == "connect"]

    def _take(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        self._routes.append((route, server))

        def from_page(frame: str | bytes) -> None:
            one = packet(frame)
            self.sent.append(one)
            answer = self.answer_page(one)
            if answer is not None:
                route.send(f"43{one.ack}{json.dumps([answer])}")
            elif not self.lost_from_page(one):
                server.send(frame)

        def from_server(frame: str | bytes) -> None:
            one = packet(frame)
            self.received.append(one)
            if not self.lost_from_server(one):
                route.send(frame)

        route.on_message(from_page)
        server.on_message(from_server)
