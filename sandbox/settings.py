"""Settings of the sandbox, read from plain `PREPAY_*` environment variables."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    """The environment does not allow the sandbox to start; the message says which variable and why."""


@dataclass(frozen=True)
class Settings:
    """Everything the sandbox needs to know. Secrets are kept out of `repr`."""

    var_dir: Path
    port: int
    clock_file: Path
    store_id: str
    channel_key: str
    identity_channel_key: str
    api_secret: str = field(repr=False)
    webhook_key: bytes = field(repr=False)
    carrier_api_key: str = field(repr=False)

    @property
    def database_file(self) -> Path:
        """Where all state lives, except the clock's offset and the faults."""
        return self.var_dir / "sandbox.db"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process environment by default).

    Raises SettingsError naming every missing variable, or when PREPAY_ENVIRONMENT is `live`.
    """
    env = os.environ if environ is None else environ
    if env.get("PREPAY_ENVIRONMENT", "").strip().lower() == "live":
        raise SettingsError("PREPAY_ENVIRONMENT is live: the sandbox never runs beside real money.")
    names = (
        "PREPAY_VAR_DIR",
        "PREPAY_SANDBOX_PORT",
        "PREPAY_SANDBOX_CLOCK_FILE",
        "PREPAY_PORTONE_STORE_ID",
        "PREPAY_PORTONE_CHANNEL_KEY",
        "PREPAY_PORTONE_IDENTITY_CHANNEL_KEY",
        "PREPAY_PORTONE_API_SECRET",
        "PREPAY_PORTONE_WEBHOOK_SECRETS",
        "PREPAY_CARRIER_API_KEY",
    )
    values = {name: env.get(name, "").strip() for name in names}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise SettingsError("The sandbox needs these environment variables: " + ", ".join(missing))
    return Settings(
        var_dir=Path(values["PREPAY_VAR_DIR"]),
        port=_port(values["PREPAY_SANDBOX_PORT"]),
        clock_file=Path(values["PREPAY_SANDBOX_CLOCK_FILE"]),
        store_id=values["PREPAY_PORTONE_STORE_ID"],
        channel_key=values["PREPAY_PORTONE_CHANNEL_KEY"],
        identity_channel_key=values["PREPAY_PORTONE_IDENTITY_CHANNEL_KEY"],
        api_secret=values["PREPAY_PORTONE_API_SECRET"],
        webhook_key=_signing_key(values["PREPAY_PORTONE_WEBHOOK_SECRETS"].split(",")[0]),
        carrier_api_key=values["PREPAY_CARRIER_API_KEY"],
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"PREPAY_SANDBOX_PORT must be a port number, not {text!r}.")
    return int(text)


def _signing_key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise SettingsError("The first of PREPAY_PORTONE_WEBHOOK_SECRETS must be whsec_<base64>.")
    return key
