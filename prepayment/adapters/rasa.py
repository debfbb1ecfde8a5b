"""The dialogue engine: Rasa's REST channel and its trigger_intent call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

import httpx

from prepayment.adapters.http import guarded, json_object, make_client
from prepayment.errors import Misconfigured, NotSent, OutcomeUnknown
from prepayment.ports import Button, Image, Reply

TIMEOUT: Final = httpx.Timeout(20, connect=2, pool=2)


class RasaAssistant:
    """Implements ``ports.Assistant``. Safe to share between threads; ``close`` it at the end.

    All calls raise ``NotSent``, ``OutcomeUnknown`` or ``Misconfigured``.
    """

    def __init__(self, base_url: str, token: str, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._token = token
        self._http = make_client(base_url, timeout=timeout)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Return the bot's replies to a message; a text that starts with ``/`` is a button's payload.

        No replies at all may mean that Rasa failed inside: its REST channel hides that behind a good status.
        """

        def ask() -> Sequence[Reply]:
            body = {"sender": conversation_id, "message": text}
            return replies_of(
                _checked("rasa answer", self._http.post("webhooks/rest/webhook", json=body)).json()
            )

        return guarded("rasa answer", ask)

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Let an event from our own side into the dialogue and return the bot's replies."""

        def trigger() -> Sequence[Reply]:
            # Without an output_channel Rasa collects the bot's messages into the answer, whatever channel came last.
            response = self._http.post(
                f"conversations/{quote(conversation_id, safe='')}/trigger_intent",
                params={"token": self._token, "include_events": "NONE"},
                json={"name": intent, "entities": dict(entities)},
            )
            return replies_of(json_object(_checked("rasa inject", response))["messages"])

        return guarded("rasa inject", trigger)


def replies_of(parts: object) -> tuple[Reply, ...]:
    """Return the bubbles of a list of Rasa messages.

    Rasa tells a response's ``custom`` part by itself after its text: ``image`` (the fields of ``Image``) and ``ends``
    belong to the bubble before. Anything else without a text is left out.

    Raises:
        ValueError: it is no list of objects.
    """
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ValueError("not a list of messages")
    replies: list[Reply] = []
    for part in parts:
        if isinstance(part.get("text"), str) and part["text"].strip():
            replies.append(Reply(text=part["text"].strip(), buttons=_buttons_of(part.get("buttons"))))
        elif replies and isinstance(part.get("custom"), dict):
            custom = part["custom"]
            image, ends = _image_of(custom.get("image")), custom.get("ends") is True
            replies[-1] = replace(
                replies[-1], image=image or replies[-1].image, ends=ends or replies[-1].ends
            )
    return tuple(replies)


def _image_of(image: object) -> Image | None:
    if not isinstance(image, dict):
        return None
    path, alt, width, height = (image.get(name) for name in ("path", "alt", "width", "height"))
    if not (
        isinstance(path, str) and isinstance(alt, str) and isinstance(width, int) and isinstance(height, int)
    ):
        return None
    return Image(path, alt, width, height)


def _buttons_of(items: Any) -> tuple[Button, ...]:
    buttons = items if isinstance(items, list) else []
    return tuple(
        _button(item["title"], item["payload"])
        for item in buttons
        if isinstance(item, dict)
        and isinstance(item.get("title"), str)
        and isinstance(item.get("payload"), str)
    )


def _button(title: str, payload: str) -> Button:
    if payload.lower().startswith(("http://", "https://")):
        return Button(title=title, url=payload)
    return Button(title=title, payload=payload)


def _checked(operation: str, response: httpx.Response) -> httpx.Response:
    """Return a good answer."""
    text = f"{operation}: status {response.status_code}"
    if response.status_code in (401, 403):
        raise Misconfigured(text)
    if (
        response.status_code == 409
    ):  # Rasa says so while it has no model loaded, before it looks at the request
        raise NotSent(text)
    if response.status_code != 200:
        raise OutcomeUnknown(text)
    return response
