"""Every setting of the product, read from the environment and `.env`, checked before anything starts.

`Settings.load()` is the way in. A value in the environment wins over `.env`; in sandbox mode the secrets that
`make run` generated into `var/secrets.env` fill what neither of them names. All times are seconds, all ports TCP.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from prepayment.settings_checks import unknown_names, unsafe_combinations

PREFIX = "PREPAY_"
ENV_FILE = Path(".env")
SECRETS_FILE = "secrets.env"


class SettingsError(Exception):
    """The settings cannot be used. `problems` has one sentence for each thing that is wrong, never a secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "the settings cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems)
        )


def _comma_list(value: Any) -> Any:
    """ "a, b" -> ("a", "b"); anything but a string passes through."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Port = Annotated[int, Field(ge=1, le=65535)]
Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_list)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_comma_list)]
NO_SECRET = SecretStr("")


class Settings(BaseSettings):
    """The resolved settings. Fields left empty are filled from the others, see `_fill_defaults`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",  # unknown PREPAY_ names are refused by load(), which can say where they stand
        hide_input_in_errors=True,  # a secret must not reach a log through an error message
    )

    environment: Literal["sandbox", "live"] = "sandbox"
    var_dir: Path = Path("var")
    database_url: str = Field(default="", repr=False)

    public_url: str = ""
    web_host: str = "127.0.0.1"
    web_port: Port = 8000
    rasa_port: Port = 5005
    actions_port: Port = 5055
    sandbox_port: Port = 9000
    allowed_origins: Texts = ()
    login_url: str = ""
    trusted_proxies: Texts = ()

    rasa_url: str = ""
    rasa_token: SecretStr = NO_SECRET
    tracker_url: str = Field(default="", repr=False)
    actions_url: str = ""

    portone_api_url: str = ""
    portone_api_secret: SecretStr = NO_SECRET
    portone_store_id: str = ""
    portone_channel_key: str = ""
    portone_identity_channel_key: str = ""
    portone_webhook_secrets: Secrets = ()
    portone_browser_sdk_url: str = ""

    carrier_url: str = ""
    carrier_api_key: SecretStr = NO_SECRET

    desk_hours: str = "mon-fri 09:00-18:00"
    desk_minutes: Annotated[int, Field(ge=1)] = 10

    alarm_url: SecretStr = NO_SECRET
    pause_at_differences: Annotated[int, Field(ge=1)] = 5

    chat_token_secret: SecretStr = NO_SECRET
    identity_token_secret: SecretStr = NO_SECRET
    desk_secret: SecretStr = NO_SECRET

    sandbox_clock_file: Path | None = None
    chromium: Path | None = None

    @property
    def is_live(self) -> bool:
        """True when real money and real customers are on the other side."""
        return self.environment == "live"

    @model_validator(mode="after")
    def _fill_defaults(self) -> Self:
        """Give every empty field the value that follows from the others; live gets none that it could not mean."""
        var = self.var_dir.absolute()
        defaults: dict[str, Any] = {
            "var_dir": var,
            "database_url": f"sqlite:///{var}/prepayment.db",
            "tracker_url": f"sqlite:///{var}/tracker.db",
            "rasa_url": f"http://127.0.0.1:{self.rasa_port}",
            "actions_url": f"http://127.0.0.1:{self.actions_port}/webhook",
            "portone_api_url": "https://api.portone.io",
            "portone_browser_sdk_url": "https://cdn.portone.io/v2/browser-sdk.js",
        }
        if not self.is_live:
            sandbox = f"http://127.0.0.1:{self.sandbox_port}"
            public_url = self.public_url or f"http://localhost:{self.web_port}"
            defaults |= {
                "public_url": public_url,
                "login_url": f"{public_url.rstrip('/')}/portal/login",
                "allowed_origins": (public_url.rstrip("/"),),
                "portone_api_url": sandbox,
                "portone_browser_sdk_url": f"{sandbox}/v2/browser-sdk.js",
                "portone_store_id": "store-sandbox",
                "portone_channel_key": "channel-key-sandbox-card",
                "portone_identity_channel_key": "channel-key-sandbox-identity",
                "carrier_url": f"{sandbox}/carrier",
                "sandbox_clock_file": var / "clock.db",
            }
        for name, value in defaults.items():
            if name == "var_dir" or getattr(self, name) in ("", (), None):
                self.__dict__[name] = value  # the model is frozen for everyone else
        for name in ("public_url", "rasa_url", "portone_api_url", "carrier_url"):
            self.__dict__[name] = getattr(self, name).rstrip("/")
        return self

    @classmethod
    def load(cls, env_file: Path = ENV_FILE) -> Self:
        """Read, fill and check. Raises SettingsError that names every problem at once."""
        problems = unknown_names(dict(os.environ), env_file, known=cls.variable_names())
        files = _files(env_file)
        try:
            settings = cls(_env_file=files)  # type: ignore[call-arg]  # reason: pydantic-settings' own keyword
        except ValidationError as error:
            wrong = {str(item["loc"][0]): item["msg"] for item in error.errors(include_input=False)}
            problems += [f"{PREFIX}{name.upper()}: {message}" for name, message in wrong.items()]
            # Checked on without the wrong values, so that the list is complete the first time.
            unset = {name: cls.model_fields[name].default for name in wrong}
            settings = cls(_env_file=files, **unset)  # type: ignore[call-arg]  # as above
        problems += unsafe_combinations(settings)
        if problems:
            raise SettingsError(problems)
        return settings

    @classmethod
    def variable_names(cls) -> frozenset[str]:
        """The names of all environment variables that are settings."""
        return frozenset(PREFIX + name.upper() for name in cls.model_fields)

    def environment_variables(self) -> dict[str, str]:
        """The resolved settings as environment variables for a child process, secrets in plain text."""
        plain = {name: _plain(getattr(self, name)) for name in type(self).model_fields}
        return {PREFIX + name.upper(): value for name, value in plain.items() if value}


def is_live(env_file: Path = ENV_FILE) -> bool:
    """Whether live mode is asked for, before anything is checked."""
    return _peek("environment", env_file) == "live"


def variable_directory(env_file: Path = ENV_FILE) -> Path:
    """Where run-time state goes, before anything is checked."""
    return Path(_peek("var_dir", env_file) or Settings.model_fields["var_dir"].default)


def _files(env_file: Path) -> tuple[Path, ...]:
    """The files to read, the one of highest rank last: generated secrets count in sandbox mode only."""
    return (env_file,) if is_live(env_file) else (variable_directory(env_file) / SECRETS_FILE, env_file)


def _peek(field: str, env_file: Path) -> str:
    """One setting as text, "" when neither the environment nor the file has it."""
    wanted = PREFIX + field.upper()
    values = (dotenv_values(env_file) if env_file.is_file() else {}) | dict(os.environ)
    return next((value for name, value in values.items() if name.upper() == wanted and value), "")


def _plain(value: Any) -> str:
    """One value as the text that reads back as the same value."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(_plain(item) for item in value)
    return "" if value is None else str(value)
