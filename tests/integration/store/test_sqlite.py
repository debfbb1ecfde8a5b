"""What only SQLite needs."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Timer

import sqlalchemy as sa

from prepayment.adapters.sql.engine import make_engine


def test_a_file_that_somebody_else_is_just_writing_for_the_first_time_is_waited_for(tmp_path: Path) -> None:
    """As when several processes start on a new file: SQLite itself gives up at once here, whatever its time-out."""
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE other (id INTEGER)")
    Timer(0.2, other.commit).start()
    engine = make_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(sa.text("SELECT count(*) FROM other")).scalar_one() == 0
    engine.dispose()
    other.close()
