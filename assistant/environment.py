"""Settings of the Rasa process: PREPAY_* environment variables, and the switches of the libraries below it."""

from __future__ import annotations

import os
import socket
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

HOST = "127.0.0.1"
"""Rasa is private: only this machine may talk to it."""


class SettingsError(Exception):
    """A setting is missing or unusable; the message says which and what to do."""


class ServerSettings(NamedTuple):
    """What the server needs. `tracker_url` and `actions_url` are read by Rasa itself, from endpoints.yml."""

    port: int
    token: str
    tracker_url: str
    actions_url: str


def read_server_settings(environment: Mapping[str, str]) -> ServerSettings:
    """Read the server's settings. Raises SettingsError naming the first variable that is missing or unusable."""
    settings = ServerSettings(
        port=_port(_required(environment, "PREPAY_RASA_PORT")),
        token=_required(environment, "PREPAY_RASA_TOKEN"),
        tracker_url=_url(environment, "PREPAY_TRACKER_URL"),
        actions_url=_url(environment, "PREPAY_ACTIONS_URL"),
    )
    _make_sqlite_folder(settings.tracker_url)
    return settings


def read_shell_settings(environment: Mapping[str, str]) -> None:
    """Check what the shell needs: the URLs that endpoints.yml names. Raises SettingsError."""
    _make_sqlite_folder(_url(environment, "PREPAY_TRACKER_URL"))
    _url(environment, "PREPAY_ACTIONS_URL")


def require_free(port: int) -> None:
    """Raise SettingsError naming the port when another program listens on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as reason:
            raise SettingsError(
                f"Port {port} (PREPAY_RASA_PORT) is in use: stop that program or choose another."
            ) from reason


def prepare_libraries() -> None:
    """Switch off telemetry, GPU search and start-up noise; must run before Rasa is imported."""
    os.environ.update(
        RASA_TELEMETRY_ENABLED="false",
        TF_CPP_MIN_LOG_LEVEL="3",
        CUDA_VISIBLE_DEVICES="-1",
        SQLALCHEMY_SILENCE_UBER_WARNING="1",
        LOG_LEVEL="WARNING",
        LOG_LEVEL_LIBRARIES="ERROR",
        # The tracker store and the lock store are for one Rasa process: several workers would lose events.
        SANIC_WORKERS="1",
        # Training is a matter of seconds; a cache could only hand out what an older version of the code made.
        RASA_MAX_CACHE_SIZE="0",
        # A library of Rasa's asks git for its version at import; it must not read the project's repository for that.
        GIT_CEILING_DIRECTORIES=str(Path(sysconfig.get_path("purelib")).parent),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set. See .env.example for what it means; `make run` sets it.")
    return value


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingsError(f"PREPAY_RASA_PORT must be a port number from 1 to 65535, not {value!r}.")
    return int(value)


def _url(environment: Mapping[str, str], name: str) -> str:
    value = _required(environment, name)
    # The value may hold a password: it is not repeated in the message.
    if "://" not in value or not urlsplit(value).scheme:
        raise SettingsError(f"{name} must be a full URL with a scheme.")
    return value


def _make_sqlite_folder(tracker_url: str) -> None:
    # SQLite creates the file but not its folder, and Rasa would retry for ever.
    prefix = "sqlite:///"
    if tracker_url.startswith(prefix) and len(tracker_url) > len(prefix):
        Path(tracker_url[len(prefix) :]).parent.mkdir(parents=True, exist_ok=True)
