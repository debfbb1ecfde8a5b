"""The containers: only caddy can be reached, nothing runs with rights it does not need, settings are real ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from prepayment.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
OURS = ("web", "worker", "actions", "rasa", "sandbox", "migrate")
WITHOUT_HEALTH_URL = {"worker", "migrate"}


def test_only_caddy_publishes_ports() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]


def test_caddy_forwards_to_web_only() -> None:
    assert re.findall(r"reverse_proxy (\S+)", (DEPLOY / "Caddyfile").read_text()) == ["127.0.0.1:8000"]


def test_the_demo_is_published_on_this_machine_only() -> None:
    ports = re.search(r"ports: !override (\[.*\])", (DEPLOY / "compose.demo.yaml").read_text())
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in yaml.safe_load(ports[1]))


@pytest.mark.parametrize("name", OURS)
def test_our_processes_share_the_namespace_in_which_they_listen_on_loopback(name: str) -> None:
    assert SERVICES[name]["network_mode"] == "service:caddy"


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_read_only_without_capabilities_and_cannot_gain_any(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert name in ("caddy", "postgres") or "cap_add" not in service


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in WITHOUT_HEALTH_URL])
def test_every_server_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_sandbox_starts_in_the_demo_only() -> None:
    assert [name for name, service in SERVICES.items() if service.get("profiles")] == ["sandbox"]
    assert SERVICES["sandbox"]["profiles"] == ["demo"]


def test_rasa_gets_no_secret_but_its_token() -> None:
    assert "env_file" not in SERVICES["rasa"]
    assert set(SERVICES["rasa"]["environment"]) == {
        "PREPAY_RASA_PORT",
        "PREPAY_RASA_TOKEN",
        "PREPAY_ACTIONS_URL",
        "PREPAY_TRACKER_URL",
    }


@pytest.mark.parametrize("name", ["compose.yaml", "compose.demo.yaml", "Dockerfile.app", "Dockerfile.rasa"])
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"PREPAY_[A-Z_]+", (DEPLOY / name).read_text()))
    assert named <= Settings.variable_names()


@pytest.mark.parametrize("name", ["Dockerfile.app", "Dockerfile.rasa"])
def test_an_image_runs_as_nobody_special_and_copies_only_what_exists(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert text.rstrip().splitlines()[-2] == "USER app"
    assert "--require-hashes" in text
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for source in line.split():
            top = source.split("/")[0]
            assert any(entry.split("/")[0] == top for entry in allowed), f"{source} is not sent to the build"
            assert top == "models" or (ROOT / source).exists(), source
