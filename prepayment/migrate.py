"""Brings the database to the present schema: ``python -m prepayment.migrate``. Several may run at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from prepayment.adapters.sql.engine import make_engine
from prepayment.adapters.sql.sqlite import check_references
from prepayment.settings import Settings

MIGRATIONS = Path(__file__).parent / "adapters" / "sql" / "migrations"


def migrate(database_url: str, revision: str = "head") -> None:
    """Upgrade (``head``, ``+1``) or downgrade (``base``, ``-1``, an older revision) a database.

    All steps are one transaction that waits for whoever else migrates: a step that fails leaves the database as it
    was, and who comes second finds nothing left to do.

    Raises:
        RuntimeError: on SQLite, rows would refer to rows that are not there; nothing was changed.
    """
    engine = make_engine(database_url, migrating=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            if revision in {"head", "+1"}:
                command.upgrade(config, revision)
            else:
                command.downgrade(config, revision)
            if connection.dialect.name == "sqlite":
                check_references(connection)
    finally:
        engine.dispose()


if __name__ == "__main__":
    migrate(Settings.load().database_url)
