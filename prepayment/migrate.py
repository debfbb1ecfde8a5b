"""Brings the database to the present schema: ``python -m prepayment.migrate``."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from prepayment.adapters.sql.engine import make_engine
from prepayment.settings import Settings

MIGRATIONS = Path(__file__).parent / "adapters" / "sql" / "migrations"


def migrate(database_url: str, revision: str = "head") -> None:
    """Upgrade (or, for an older revision, downgrade) a database; one transaction a step."""
    engine = make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            if revision in {"head", "+1"}:
                command.upgrade(config, revision)
            else:
                command.downgrade(config, revision)
    finally:
        engine.dispose()


if __name__ == "__main__":
    migrate(Settings.load().database_url)
