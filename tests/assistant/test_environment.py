"""Settings of the launcher."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.environment import SettingsError, read_server_settings, read_shell_settings

GOOD = {
    "PREPAY_RASA_PORT": "5005",
    "PREPAY_RASA_TOKEN": "token",
    "PREPAY_TRACKER_URL": "postgresql://rasa:secret@localhost/rasa",
    "PREPAY_ACTIONS_URL": "http://127.0.0.1:5055/webhook",
}


def test_complete_settings_are_read() -> None:
    settings = read_server_settings(GOOD)

    assert (settings.port, settings.token) == (5005, "token")


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_is_named(name: str, value: str | None) -> None:
    rest = {key: kept for key, kept in GOOD.items() if key != name}

    with pytest.raises(SettingsError, match=name):
        read_server_settings({**rest, name: value} if value is not None else rest)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "5005x", "٥"])
def test_an_impossible_port_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match="PREPAY_RASA_PORT"):
        read_server_settings({**GOOD, "PREPAY_RASA_PORT": port})


def test_a_bad_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(SettingsError, match="PREPAY_TRACKER_URL") as caught:
        read_shell_settings({**GOOD, "PREPAY_TRACKER_URL": "rasa:secret@localhost"})
    assert "secret" not in str(caught.value)


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    read_shell_settings({**GOOD, "PREPAY_TRACKER_URL": f"sqlite:///{tmp_path}/var/tracker.db"})

    assert (tmp_path / "var").is_dir()
