"""The processes of the product: which run in which mode, where they listen, whether they are well."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile

from prepayment.settings import Settings
from scripts.paths import ROOT
from scripts.ports import is_free, owner

ANSWER_SECONDS = 3.0
# Straight to this machine, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Service:
    """One process: name and command from the Procfile, where it listens, the URL that answers 200 when well."""

    name: str
    command: str
    host: str = "127.0.0.1"
    port: int | None = None
    health_url: str | None = None

    def is_healthy(self) -> bool:
        """True when it answers that it is well; a process without a health URL is well while it runs."""
        if self.health_url is None:
            return True
        try:
            with _OPENER.open(self.health_url, timeout=ANSWER_SECONDS) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def services(settings: Settings) -> dict[str, Service]:
    """Every process of the Procfile by name; the sandbox has no place in live mode."""
    token = urllib.parse.quote(settings.rasa_token.get_secret_value())
    web_host = "127.0.0.1" if settings.web_host == "0.0.0.0" else settings.web_host  # noqa: S104  # compared, not bound
    places: dict[str, dict[str, Any]] = {
        "sandbox": {
            "port": settings.sandbox_port,
            "health_url": f"http://127.0.0.1:{settings.sandbox_port}/health",
        },
        "actions": {
            "port": settings.actions_port,
            "health_url": f"http://127.0.0.1:{settings.actions_port}/health",
        },
        "rasa": {
            "port": settings.rasa_port,
            "health_url": f"http://127.0.0.1:{settings.rasa_port}/status?token={token}",
        },
        "web": {
            "host": settings.web_host,
            "port": settings.web_port,
            "health_url": f"http://{web_host}:{settings.web_port}/health",
        },
    }
    commands = parse_procfile((ROOT / "Procfile").read_text()).processes
    return {
        name: Service(name, command, **places.get(name, {}))
        for name, command in commands.items()
        if not (name == "sandbox" and settings.is_live)
    }


def occupied(wanted: list[Service]) -> list[str]:
    """One sentence for each port that a service needs and somebody else has."""
    return [
        f"port {service.port}, which {service.name} needs, is used by {owner(service.port)}"
        for service in wanted
        if service.port is not None and not is_free(service.port, service.host)
    ]


def fetch_json(url: str) -> Any:
    """The JSON at a URL of this machine. Raises OSError when it does not answer."""
    with _OPENER.open(url, timeout=ANSWER_SECONDS) as answer:
        return json.load(answer)


def log_folder(settings: Settings) -> Path:
    """Where each process's output is kept."""
    return settings.var_dir / "log"
