"""The migrations in their order, and copies of them with one more at the end."""

from __future__ import annotations

import shutil
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from prepayment.migrate import MIGRATIONS

_REVISION = '''"""One more."""

import sqlalchemy as sa
from alembic import op

revision = "one_more"
down_revision = "{head}"


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''


def revisions() -> list[str]:
    """The ids of all migrations, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def with_one_more(directory: Path, upgrade: str, downgrade: str = "    pass") -> Path:
    """The migrations copied into a directory, and one after the last that does ``upgrade``; where they are."""
    copied = directory / "migrations"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    text = _REVISION.format(head=revisions()[-1], upgrade=upgrade, downgrade=downgrade)
    (copied / "versions" / "one_more.py").write_text(text)
    return copied
