"""Settings of the product whose outside is a test's sandbox process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from prepayment.settings import Settings
from tests.integration.sandbox.harness import (
    API_SECRET,
    CARRIER_KEY,
    CHANNEL_KEY,
    IDENTITY_CHANNEL_KEY,
    STORE_ID,
    WEBHOOK_SECRET,
)

CHAT_SECRET = "chat-token-secret-of-the-tests-0123456789"
IDENTITY_SECRET = "identity-token-secret-of-the-tests-012345"
DESK_SECRET = "desk-session-secret-of-the-tests-01234567"


def settings_beside(sandbox_url: str, sandbox_directory: Path, directory: Path, **own: Any) -> Settings:
    """Return settings with files in ``directory``; ``own`` are those that differ between tests."""
    return Settings(
        environment="sandbox",
        var_dir=directory,
        portone_api_url=sandbox_url,
        portone_browser_sdk_url=f"{sandbox_url}/v2/browser-sdk.js",
        portone_api_secret=SecretStr(API_SECRET),
        portone_store_id=STORE_ID,
        portone_channel_key=CHANNEL_KEY,
        portone_identity_channel_key=IDENTITY_CHANNEL_KEY,
        portone_webhook_secrets=(SecretStr(WEBHOOK_SECRET),),
        carrier_url=f"{sandbox_url}/carrier",
        carrier_api_key=SecretStr(CARRIER_KEY),
        chat_token_secret=SecretStr(CHAT_SECRET),
        identity_token_secret=SecretStr(IDENTITY_SECRET),
        desk_secret=SecretStr(DESK_SECRET),
        sandbox_clock_file=sandbox_directory / "clock.db",
        **own,
    )
