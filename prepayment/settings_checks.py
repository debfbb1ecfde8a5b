"""What settings must never be together, and names that are no settings. Checks answer with sentences."""

from __future__ import annotations

import base64
import binascii
import difflib
from ipaddress import ip_address
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dotenv import dotenv_values

from prepayment.desk_hours import DeskHours

if TYPE_CHECKING:
    from prepayment.settings import Settings

PREFIX = "PREPAY_"
GENERATED_MARK = "sandbox-"  # begins every secret that `make run` makes, so that none goes live unseen
SHORTEST_SECRET = 32  # characters; 256 bits in hex are 64, in base64 44
OUTSIDE_URLS = ("portone_api_url", "portone_browser_sdk_url", "carrier_url")
SINGLE_SECRETS = (
    "rasa_token",
    "chat_token_secret",
    "identity_token_secret",
    "desk_secret",
    "portone_api_secret",
    "carrier_api_key",
)
# Who can sign for one use must not be able to sign for another.
_SIGNING_SECRETS = ("chat_token_secret", "identity_token_secret", "desk_secret")


def unknown_names(environment: dict[str, str], env_file: Path, known: frozenset[str]) -> list[str]:
    """One sentence for each PREPAY_ name, in the environment or the file, that is not a setting."""
    names = dict.fromkeys(environment, "the environment")
    if env_file.is_file():
        names |= {name: str(env_file) for name in dotenv_values(env_file)}
    problems = []
    for name, place in sorted(names.items()):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.append(f"{name} in {place} is not a setting{hint}")
    return problems


def unsafe_combinations(settings: Settings) -> list[str]:
    """One sentence for each way in which these settings could lose money, leak, or fail later."""
    own = _live(settings) if settings.is_live else _sandbox(settings)
    return _everywhere(settings) + own


def _everywhere(settings: Settings) -> list[str]:
    missing = [field for field in SINGLE_SECRETS if not _secret(settings, field)]
    problems = [f"{_name(field)} is missing" + _how(settings) for field in missing]
    if not settings.portone_webhook_secrets:
        problems.append("PREPAY_PORTONE_WEBHOOK_SECRETS is missing" + _how(settings))
    for secret in settings.portone_webhook_secrets:
        if _webhook_key(secret.get_secret_value()) is None:
            problems.append('PREPAY_PORTONE_WEBHOOK_SECRETS: each must be "whsec_" followed by base64')
    for one, other in combinations(_SIGNING_SECRETS, 2):
        if (secret_text := _secret(settings, one)) and secret_text == _secret(settings, other):
            problems.append(f"{_name(one)} and {_name(other)} must differ")
    for field in ("public_url", "login_url", "rasa_url", "actions_url", *OUTSIDE_URLS):
        url = urlsplit(getattr(settings, field))
        if getattr(settings, field) and (url.scheme not in ("http", "https") or not url.hostname):
            problems.append(f"{_name(field)} must be an http or https address")
    if settings.public_url and urlsplit(settings.public_url).path:
        problems.append("PREPAY_PUBLIC_URL must be an origin, without a path")
    try:
        DeskHours.parse(settings.desk_hours)
    except ValueError as error:
        problems.append(f"PREPAY_DESK_HOURS: {error}")
    ports = [settings.web_port, settings.rasa_port, settings.actions_port, settings.sandbox_port]
    if len(set(ports)) < len(ports):
        problems.append("the four ports (web, rasa, actions, sandbox) must differ")
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append("PREPAY_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    if not settings.tracker_url.startswith(("sqlite:///", "postgresql://")):
        problems.append("PREPAY_TRACKER_URL must begin with sqlite:/// or postgresql://")
    if ":memory:" in settings.database_url + settings.tracker_url:
        problems.append("a database in memory cannot be shared by several processes")
    if settings.database_url.split("://")[-1] == settings.tracker_url.split("://")[-1]:
        problems.append(
            "PREPAY_DATABASE_URL and PREPAY_TRACKER_URL must differ: Rasa must not reach the ledger"
        )
    return problems


def _live(settings: Settings) -> list[str]:
    problems = []
    for field in ("public_url", "login_url", *OUTSIDE_URLS):
        url = urlsplit(getattr(settings, field))
        if not getattr(settings, field):
            problems.append(f"{_name(field)} is missing")
        elif url.scheme != "https" or is_near(url.hostname):
            problems.append(f"{_name(field)} must be a public https address in live mode")
    for field in ("portone_store_id", "portone_channel_key", "portone_identity_channel_key"):
        if not getattr(settings, field) or "sandbox" in getattr(settings, field):
            problems.append(f"{_name(field)} must be the one of your PortOne console in live mode")
    for field in SINGLE_SECRETS:
        problems += _weak(_name(field), _secret(settings, field), _secret(settings, field))
    for secret in settings.portone_webhook_secrets:
        text = secret.get_secret_value()
        problems += _weak(
            "PREPAY_PORTONE_WEBHOOK_SECRETS", text, (_webhook_key(text) or b"").decode("latin-1")
        )
    alarm_url = urlsplit(_secret(settings, "alarm_url"))
    if _secret(settings, "alarm_url") and (alarm_url.scheme != "https" or not alarm_url.hostname):
        problems.append("PREPAY_ALARM_URL must be an https address in live mode")
    if settings.sandbox_clock_file is not None:
        problems.append(
            "PREPAY_SANDBOX_CLOCK_FILE must not be set in live mode: the clock cannot be moved there"
        )
    if not settings.allowed_origins:
        problems.append("PREPAY_ALLOWED_ORIGINS is missing: name the sites that may embed the chat")
    for origin in settings.allowed_origins:
        url = urlsplit(origin)
        if url.scheme != "https" or not url.hostname or "*" in origin or url.path or is_near(url.hostname):
            problems.append(f"PREPAY_ALLOWED_ORIGINS: {origin!r} is not a public https origin")
    return problems


def _sandbox(settings: Settings) -> list[str]:
    addresses = {field: getattr(settings, field) for field in OUTSIDE_URLS}
    addresses["alarm_url"] = _secret(settings, "alarm_url")
    return [
        f"{_name(field)} points at a real host ({urlsplit(address).hostname}) in sandbox mode"
        for field, address in addresses.items()
        if address and not is_near(urlsplit(address).hostname)
    ]


def _weak(name: str, text: str, key: str) -> list[str]:
    """Why this secret must not protect real money; `key` is what the text stands for once decoded."""
    if text and (text.startswith(GENERATED_MARK) or key.startswith(GENERATED_MARK)):
        return [f"{name} was generated for the sandbox and must not be used in live mode"]
    if text and len(text) < SHORTEST_SECRET:
        return [f"{name} is shorter than {SHORTEST_SECRET} characters"]
    return []


def is_near(host: str | None) -> bool:
    """True for this machine and for names without a dot, which only a private container network resolves."""
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host


def _webhook_key(text: str) -> bytes | None:
    """The key of "whsec_<base64>", None when it is not one."""
    if not text.startswith("whsec_"):
        return None
    try:
        return base64.b64decode(text.removeprefix("whsec_"), validate=True) or None
    except binascii.Error:
        return None


def _secret(settings: Settings, field: str) -> str:
    return str(getattr(settings, field).get_secret_value())


def _name(field: str) -> str:
    return PREFIX + field.upper()


def _how(settings: Settings) -> str:
    return "" if settings.is_live else " (`make run` generates it)"
