"""Secrets for the sandbox: made once, readable by their owner only, marked so that they cannot go live."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from dotenv import dotenv_values

from prepayment.settings_checks import GENERATED_MARK

PLAIN = (
    "PREPAY_RASA_TOKEN",
    "PREPAY_CHAT_TOKEN_SECRET",
    "PREPAY_IDENTITY_TOKEN_SECRET",
    "PREPAY_DESK_SECRET",
    "PREPAY_PORTONE_API_SECRET",
    "PREPAY_CARRIER_API_KEY",
)
WEBHOOK = "PREPAY_PORTONE_WEBHOOK_SECRETS"
HEADER = "# Generated for the sandbox. Settings in .env or the environment win; live mode never reads this.\n"


def ensure_secrets(path: Path) -> None:
    """Write the file at `path` with every secret that it does not hold yet; those it holds stay as they are."""
    held = dotenv_values(path) if path.is_file() else {}
    missing = {name: _new(name) for name in (*PLAIN, WEBHOOK) if not held.get(name)}
    if not missing:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text() if path.is_file() else HEADER
    text += "".join(f"{name}={value}\n" for name, value in missing.items())
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def _new(name: str) -> str:
    if name == WEBHOOK:
        return "whsec_" + base64.b64encode(GENERATED_MARK.encode() + secrets.token_bytes(24)).decode()
    return GENERATED_MARK + secrets.token_hex(24)
