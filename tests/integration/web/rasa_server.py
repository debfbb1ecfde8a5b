"""A real HTTP server that speaks as much of Rasa's wire as the product uses."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

RASA_TOKEN = "rasa-token-of-the-tests-0123456789abcdef"


class RasaServer:
    """``heard`` are (conversation, text); ``told`` are (conversation, intent). Answers by ``answers``, else echoes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[tuple[str, str]] = []
        self.told: list[tuple[str, str]] = []
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self._server: ThreadingHTTPServer | None = None

    def reset(self) -> None:
        """Forget what was heard and scripted."""
        self.heard.clear()
        self.told.clear()
        self.answers.clear()

    def start(self) -> None:
        """Listen on the port."""
        rasa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                address = urlsplit(self.path)
                if address.path == "/webhooks/rest/webhook":
                    self._answer(200, rasa._reply(body["sender"], body["message"]))
                elif parse_qs(address.query).get("token") == [RASA_TOKEN]:
                    conversation_id = address.path.split("/")[2]
                    rasa.told.append((conversation_id, body["name"]))
                    self._answer(200, {"messages": rasa._parts(conversation_id, body["name"])})
                else:
                    self._answer(401, {})

            def _answer(self, status: int, body: Any) -> None:
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def stop(self) -> None:
        """Go away: connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def texts(self, conversation_id: str) -> list[str]:
        """What was heard in a conversation."""
        return [text for sender, text in list(self.heard) if sender == conversation_id]

    def _reply(self, conversation_id: str, text: str) -> list[dict[str, Any]]:
        self.heard.append((conversation_id, text))
        return self._parts(conversation_id, text)

    def _parts(self, conversation_id: str, key: str) -> list[dict[str, Any]]:
        parts = self.answers.get(key, [{"text": f"답: {key}"}])
        return [{"recipient_id": conversation_id, **part} for part in parts]
