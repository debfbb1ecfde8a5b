"""The settings a verb works with, and the environment its processes get."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from prepayment.settings import ENV_FILE, SECRETS_FILE, Settings, SettingsError, is_live, variable_directory
from scripts.development_secrets import ensure_secrets

QUIET = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",  # Rasa 3.6 sits on SQLAlchemy 1.4 and will stay there
}


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """The checked settings, with secrets generated in sandbox mode. Ends the program when unusable."""
    if not is_live(env_file):
        ensure_secrets(variable_directory(env_file) / SECRETS_FILE)
    try:
        return Settings.load(env_file)
    except SettingsError as error:
        sys.exit(str(error))


def child_environment(settings: Settings) -> dict[str, str]:
    """This process's environment with every setting resolved, for the processes of the product."""
    return {**os.environ, **QUIET, **settings.environment_variables()}
