"""Settings: what is filled in, what stops the start, and that the documented ones are the real ones."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest

from prepayment.settings import PREFIX, Settings, SettingsError
from prepayment.settings_checks import is_near
from scripts.development_secrets import ensure_secrets

ROOT = Path(__file__).parents[2]
KEY = "0123456789abcdef" * 4

LIVE = {
    "PREPAY_ENVIRONMENT": "live",
    "PREPAY_PUBLIC_URL": "https://chat.example.com",
    "PREPAY_ALLOWED_ORIGINS": "https://www.example.com, https://my.example.com",
    "PREPAY_LOGIN_URL": "https://www.example.com/login",
    "PREPAY_CHAT_TOKEN_SECRET": "a" + KEY,
    "PREPAY_IDENTITY_TOKEN_SECRET": "b" + KEY,
    "PREPAY_DESK_SECRET": "f" + KEY,
    "PREPAY_RASA_TOKEN": "c" + KEY,
    "PREPAY_PORTONE_API_SECRET": "d" + KEY,
    "PREPAY_PORTONE_STORE_ID": "store-4ff4af41-85e3-4559-8eb8-0d08a2c6ceec",
    "PREPAY_PORTONE_CHANNEL_KEY": "channel-key-893597d6-e62d-410f-83f9-119f530b4b11",
    "PREPAY_PORTONE_IDENTITY_CHANNEL_KEY": "channel-key-2bde6533-669f-4e5a-ae0c-5a471f10a463",
    "PREPAY_PORTONE_WEBHOOK_SECRETS": "whsec_" + base64.b64encode(KEY.encode()).decode(),
    "PREPAY_CARRIER_URL": "https://billing.example.com/api",
    "PREPAY_CARRIER_API_KEY": "e" + KEY,
}


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without a single setting, in a folder without a .env."""
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def set_all(setting: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Put every value into the environment."""
    for name, value in values.items():
        setting.setenv(name, value)


def problems() -> str:
    """The text of the error that loading raises."""
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    return str(caught.value)


def test_the_sandbox_needs_nothing_but_generated_secrets(setting: pytest.MonkeyPatch) -> None:
    ensure_secrets(Path("var/secrets.env"))
    settings = Settings.load()
    assert settings.public_url == "http://localhost:8000"
    assert settings.allowed_origins == ("http://localhost:8000",)
    assert settings.carrier_url == "http://127.0.0.1:9000/carrier"
    assert settings.database_url == f"sqlite:///{Path.cwd()}/var/prepayment.db"
    assert settings.sandbox_clock_file == Path.cwd() / "var" / "clock.db"


def test_another_sandbox_port_moves_every_address_of_the_sandbox(setting: pytest.MonkeyPatch) -> None:
    ensure_secrets(Path("var/secrets.env"))
    setting.setenv("PREPAY_SANDBOX_PORT", "9876")
    settings = Settings.load()
    assert settings.portone_api_url == "http://127.0.0.1:9876"
    assert settings.portone_browser_sdk_url == "http://127.0.0.1:9876/v2/browser-sdk.js"
    assert settings.carrier_url == "http://127.0.0.1:9876/carrier"


def test_missing_secrets_in_the_sandbox_name_the_command_that_makes_them(setting: pytest.MonkeyPatch) -> None:
    assert "PREPAY_CHAT_TOKEN_SECRET is missing (`make run` generates it)" in problems()


def test_generated_secrets_are_readable_by_their_owner_only_and_stay_the_same(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets.env"
    ensure_secrets(path)
    first = path.read_text()
    ensure_secrets(path)
    assert path.read_text() == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_is_new_to_the_product_is_added_to_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    path.write_text("PREPAY_RASA_TOKEN=kept\n")
    ensure_secrets(path)
    assert path.read_text().startswith("PREPAY_RASA_TOKEN=kept\n")
    assert "PREPAY_CARRIER_API_KEY=sandbox-" in path.read_text()


def test_the_environment_wins_over_the_file_and_the_file_over_generated_secrets(
    setting: pytest.MonkeyPatch,
) -> None:
    ensure_secrets(Path("var/secrets.env"))
    Path(".env").write_text("PREPAY_RASA_TOKEN=from-the-file\nPREPAY_WEB_PORT=8001\n")
    setting.setenv("PREPAY_WEB_PORT", "8002")
    settings = Settings.load()
    assert settings.rasa_token.get_secret_value() == "from-the-file"
    assert settings.web_port == 8002


def test_complete_live_settings_are_accepted(setting: pytest.MonkeyPatch) -> None:
    set_all(setting, LIVE)
    settings = Settings.load()
    assert settings.is_live
    assert settings.portone_api_url == "https://api.portone.io"
    assert settings.sandbox_clock_file is None
    assert settings.allowed_origins == ("https://www.example.com", "https://my.example.com")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PREPAY_PUBLIC_URL", "", "PREPAY_PUBLIC_URL is missing"),
        ("PREPAY_PUBLIC_URL", "http://chat.example.com", "PREPAY_PUBLIC_URL must be a public https address"),
        ("PREPAY_PUBLIC_URL", "https://localhost", "PREPAY_PUBLIC_URL must be a public https address"),
        ("PREPAY_PUBLIC_URL", "https://chat.example.com/kt", "PREPAY_PUBLIC_URL must be an origin"),
        ("PREPAY_LOGIN_URL", "", "PREPAY_LOGIN_URL is missing"),
        (
            "PREPAY_LOGIN_URL",
            "http://www.example.com/login",
            "PREPAY_LOGIN_URL must be a public https address",
        ),
        ("PREPAY_PORTONE_API_URL", "https://127.0.0.1:9000", "PREPAY_PORTONE_API_URL must be a public"),
        (
            "PREPAY_PORTONE_BROWSER_SDK_URL",
            "http://cdn.portone.io/x.js",
            "PREPAY_PORTONE_BROWSER_SDK_URL must",
        ),
        ("PREPAY_CARRIER_URL", "", "PREPAY_CARRIER_URL is missing"),
        ("PREPAY_CARRIER_URL", "https://sandbox:9000/carrier", "PREPAY_CARRIER_URL must be a public https"),
        ("PREPAY_CARRIER_URL", "https://10.0.0.7/carrier", "PREPAY_CARRIER_URL must be a public https"),
        ("PREPAY_CHAT_TOKEN_SECRET", "short", "PREPAY_CHAT_TOKEN_SECRET is shorter than 32 characters"),
        (
            "PREPAY_CHAT_TOKEN_SECRET",
            "sandbox-" + KEY,
            "PREPAY_CHAT_TOKEN_SECRET was generated for the sandbox",
        ),
        ("PREPAY_CHAT_TOKEN_SECRET", "b" + KEY, "PREPAY_IDENTITY_TOKEN_SECRET must differ"),
        ("PREPAY_RASA_TOKEN", "", "PREPAY_RASA_TOKEN is missing"),
        ("PREPAY_CARRIER_API_KEY", "sandbox-" + KEY, "PREPAY_CARRIER_API_KEY was generated"),
        ("PREPAY_PORTONE_WEBHOOK_SECRETS", "", "PREPAY_PORTONE_WEBHOOK_SECRETS is missing"),
        ("PREPAY_PORTONE_WEBHOOK_SECRETS", KEY, 'each must be "whsec_" followed by base64'),
        (
            "PREPAY_PORTONE_WEBHOOK_SECRETS",
            "whsec_" + base64.b64encode(b"sandbox-" + KEY.encode()).decode(),
            "PREPAY_PORTONE_WEBHOOK_SECRETS was generated",
        ),
        ("PREPAY_PORTONE_STORE_ID", "", "PREPAY_PORTONE_STORE_ID must be the one of your PortOne console"),
        (
            "PREPAY_PORTONE_CHANNEL_KEY",
            "channel-key-sandbox-card",
            "PREPAY_PORTONE_CHANNEL_KEY must be the one",
        ),
        ("PREPAY_SANDBOX_CLOCK_FILE", "var/clock.db", "PREPAY_SANDBOX_CLOCK_FILE must not be set"),
        ("PREPAY_ALLOWED_ORIGINS", "", "PREPAY_ALLOWED_ORIGINS is missing"),
        ("PREPAY_ALLOWED_ORIGINS", "*", "'*' is not a public https origin"),
        ("PREPAY_ALLOWED_ORIGINS", "https://*.example.com", "is not a public https origin"),
        ("PREPAY_ALLOWED_ORIGINS", "http://www.example.com", "is not a public https origin"),
        ("PREPAY_WEB_PORT", "5005", "the four ports"),
        ("PREPAY_WEB_PORT", "0", "PREPAY_WEB_PORT"),
        ("PREPAY_DATABASE_URL", "mysql://x", "PREPAY_DATABASE_URL must begin with"),
        ("PREPAY_DATABASE_URL", "sqlite:///:memory:", "a database in memory cannot be shared"),
        ("PREPAY_TRACKER_URL", "mongodb://x", "PREPAY_TRACKER_URL must begin with"),
    ],
)
def test_one_unsafe_live_setting_stops_the_start_and_is_the_only_one_named(
    setting: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    set_all(setting, {**LIVE, name: value})
    text = problems()
    assert says in text
    assert text.count("\n  - ") == 1


def test_rasa_must_not_share_the_ledger(setting: pytest.MonkeyPatch) -> None:
    url = "user:pw@db.example.com/one"
    databases = {
        "PREPAY_DATABASE_URL": f"postgresql+psycopg://{url}",
        "PREPAY_TRACKER_URL": f"postgresql://{url}",
    }
    set_all(setting, {**LIVE, **databases})
    assert "must differ: Rasa must not reach the ledger" in problems()


@pytest.mark.parametrize(
    "name",
    ["PREPAY_PORTONE_API_URL", "PREPAY_PORTONE_BROWSER_SDK_URL", "PREPAY_CARRIER_URL", "PREPAY_ALARM_URL"],
)
def test_the_sandbox_never_talks_to_a_real_host(setting: pytest.MonkeyPatch, name: str) -> None:
    ensure_secrets(Path("var/secrets.env"))
    setting.setenv(name, "https://api.portone.io")
    assert f"{name} points at a real host (api.portone.io) in sandbox mode" in problems()


def test_live_mode_never_reads_generated_secrets(setting: pytest.MonkeyPatch) -> None:
    ensure_secrets(Path("var/secrets.env"))
    set_all(setting, {**LIVE, "PREPAY_RASA_TOKEN": ""})
    assert "PREPAY_RASA_TOKEN is missing" in problems()


def test_every_problem_is_named_at_once_wherever_it_stands(setting: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PREPAY_WEB_HOTS=x\n")
    setting.setenv("PREPAY_ENVIRONMENT", "live")
    setting.setenv("PREPAY_WEB_PORT", "eighty")
    setting.setenv("PREPAY_PUBLIC_ADDRESS", "x")
    text = problems()
    assert "PREPAY_WEB_HOTS in .env is not a setting; did you mean PREPAY_WEB_HOST?" in text
    assert "PREPAY_PUBLIC_ADDRESS in the environment is not a setting" in text
    assert "PREPAY_WEB_PORT: Input should be a valid integer" in text
    assert "PREPAY_PUBLIC_URL is missing" in text
    assert "PREPAY_CARRIER_URL is missing" in text


def test_no_secret_shows_in_an_error_or_in_the_settings_own_text(setting: pytest.MonkeyPatch) -> None:
    url = "postgresql+psycopg://user:topsecret@db.example.com/ledger"
    set_all(setting, {**LIVE, "PREPAY_RASA_TOKEN": "topsecret", "PREPAY_DATABASE_URL": url})
    assert "topsecret" not in problems()
    assert "topsecret" not in repr(Settings())


def test_exported_settings_load_as_the_same_settings(setting: pytest.MonkeyPatch) -> None:
    set_all(setting, {**LIVE, "PREPAY_VAR_DIR": "elsewhere"})
    settings = Settings.load()
    set_all(setting, settings.environment_variables())
    assert Settings.load() == settings


def test_the_example_file_holds_every_setting_with_a_comment_and_nothing_else() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    documented = {
        line.partition("=")[0]: index for index, line in enumerate(lines) if re.match(r"\w+=", line)
    }
    assert set(documented) == Settings.variable_names()
    for name, index in documented.items():
        before = lines[index - 1]
        assert before.startswith(("# ", PREFIX)), f"{name} has no comment"


def test_the_example_file_as_it_stands_is_the_default_sandbox(setting: pytest.MonkeyPatch) -> None:
    ensure_secrets(Path("var/secrets.env"))
    default = Settings.load()
    Path(".env").write_text((ROOT / ".env.example").read_text())
    assert Settings.load() == default


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True),
        ("demo.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("0.0.0.0", True),  # noqa: S104  # compared, not bound
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("sandbox", True),
        (None, True),
        ("api.portone.io", False),
        ("8.8.8.8", False),
    ],
)
def test_this_machine_and_private_networks_are_near(host: str | None, near: bool) -> None:
    assert is_near(host) is near


@pytest.mark.parametrize("address", ["http://hooks.example.com/a", "hooks.example.com/a"])
def test_alarms_go_to_an_https_address_in_live_mode(setting: pytest.MonkeyPatch, address: str) -> None:
    set_all(setting, {**LIVE, "PREPAY_ALARM_URL": address})
    assert "PREPAY_ALARM_URL must be an https address" in problems()


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_the_number_of_differences_that_pause_is_at_least_one(
    setting: pytest.MonkeyPatch, number: str
) -> None:
    ensure_secrets(Path("var/secrets.env"))
    setting.setenv("PREPAY_PAUSE_AT_DIFFERENCES", number)
    assert "PREPAY_PAUSE_AT_DIFFERENCES" in problems()
