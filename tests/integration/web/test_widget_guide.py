"""docs/widget.md is true: its examples sign tokens that the gateway takes, and its names and numbers are the code's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tests.integration.sandbox.harness import ROOT
from tests.integration.web.stack import MINJI, Stack, conversation_of
from tests.support.chat_client import Chats
from tests.support.settings import IDENTITY_SECRET
from web.chat.events import ChatEvents
from web.chat.identity import IDENTITY_AUDIENCE, LONGEST_SECONDS
from web.chat.limits import CONNECTIONS, HANDSHAKES, PER_ADDRESS, PER_CONVERSATION
from web.chat.session_tokens import LIFETIME_SECONDS
from web.chat.socket import MAX_FRAME_BYTES, SOCKET_PATH
from web.chat.wire import CHARS_MAX, PROTOCOL_VERSION

GUIDE = (ROOT / "docs" / "widget.md").read_text("utf-8")
LOADER = (ROOT / "widget" / "src" / "loader" / "loader.ts").read_text("utf-8")
CLAIMS = (MINJI.id, MINJI.line_id, MINJI.name)


def example(language: str) -> str:
    """The code of a language."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return str(code)


def run(command: list[str], directory: Path) -> str:
    """What a program of a host site prints, which knows the secret."""
    environment = {**os.environ, "PREPAY_IDENTITY_TOKEN_SECRET": IDENTITY_SECRET}
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def by_python(directory: Path) -> str:
    """A token of the Python example."""
    (directory / "host_site.py").write_text(example("python"))
    call = f"from host_site import identity_token; print(identity_token(*{CLAIMS!r}))"
    return run([sys.executable, "-c", call], directory)


def by_javascript(directory: Path) -> str:
    """A token of the JavaScript example."""
    (directory / "host-site.mjs").write_text(example("javascript"))
    call = f'import {{ identityToken }} from "./host-site.mjs"; console.log(identityToken(...{json.dumps(CLAIMS)}));'
    # The browser tests' package brings a Node of its own, so that one is always there.
    node = compute_driver_executable()[0]
    (directory / "call.mjs").write_text(call)
    return run([str(node), "call.mjs"], directory)


@pytest.mark.parametrize("sign", [by_python, by_javascript])
def test_an_example_signs_a_token_that_logs_in(
    stack: Stack, chats: Chats, tmp_path: Path, sign: Callable[[Path], str]
) -> None:
    session = chats.open(identity=sign(tmp_path)).session
    assert session["customer"] == {"name": MINJI.name}
    assert stack.app.account.customer_of(conversation_of(session)) == MINJI


def test_the_guide_names_the_limits_of_the_code() -> None:
    for stated in (
        f"| a message | {CHARS_MAX:,} characters |",
        f"| a frame of the socket | {MAX_FRAME_BYTES:,} bytes;",
        f"| messages of a conversation | {PER_CONVERSATION.amount} in {PER_CONVERSATION.get_expiry()} seconds |",
        f"| messages of an address | {PER_ADDRESS.amount} in {PER_ADDRESS.get_expiry()} seconds |",
        f"| connections and new conversations of an address | {CONNECTIONS.amount} in a minute |",
        f"| transports that an address opens for them | {HANDSHAKES.amount} in a minute, then 429 |",
        f"`exp` at most {LONGEST_SECONDS} seconds ahead",
        f"| `aud` | `{IDENTITY_AUDIENCE}`, alone |",
        f"conversation token ({LIFETIME_SECONDS // 3600} hours,",
        f"under `{SOCKET_PATH}`",
        f"`{{v: {PROTOCOL_VERSION}, token?, identity?, since?}}`",
    ):
        assert stated in GUIDE, stated
    assert CONNECTIONS.get_expiry() == HANDSHAKES.get_expiry() == 60


def test_the_guide_names_the_attributes_and_calls_of_the_loader() -> None:
    read = {re.sub("([A-Z])", r"-\1", name).lower() for name in re.findall(r'dataset\["(\w+)"\]', LOADER)}
    assert set(re.findall(r"^\| `data-([a-z-]+)`", GUIDE, re.MULTILINE)) == read
    api = re.search(r"interface PrepayChatApi \{(.*?)\n\}", LOADER, re.DOTALL)
    assert api
    calls = set(re.findall(r"^  (\w+)\(", api[1], re.MULTILINE))
    table = GUIDE.split("| call | does |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)\(", table)) == calls
    assert "prepay-chat:ready" in LOADER


def test_the_guide_names_every_event_that_the_gateway_takes() -> None:
    handled = {name.removeprefix("on_") for name in dir(ChatEvents) if name.startswith("on_")}
    rows = re.findall(r"^\| (.*?) \| to the server \|", GUIDE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named - {"auth"} == handled - {"connect", "disconnect"}
