"""The account with which one tries the desk in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prepayment.bootstrap import App, bootstrap
from prepayment.migrate import migrate
from prepayment.settings import Settings
from scripts.practice_staff import STAFF_ID, ensure_practice_account
from tests.support.full_stack import make_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A sandbox with a migrated database and generated secrets."""
    made = make_settings(tmp_path)
    migrate(made.database_url)
    return made


@pytest.fixture
def app(settings: Settings) -> Iterator[App]:
    """The product on that database."""
    opened = bootstrap(settings)
    yield opened
    opened.close()


def test_what_is_told_opens_the_desk_at_every_start(settings: Settings, app: App) -> None:
    first, second = (ensure_practice_account(settings) for _ in range(2))
    assert first == second
    assert first is not None
    assert app.staff.log_in(first.staff_id, first.password) is not None
    assert [event.kind for event in app.staff.events(STAFF_ID)] == ["logged_in", "added"]
    assert first.password not in repr(first)


def test_it_works_again_after_somebody_gave_it_another_password(settings: Settings, app: App) -> None:
    ensure_practice_account(settings)
    app.staff.set_password(STAFF_ID, "another-password-77", actor="operator:test")
    told = ensure_practice_account(settings)
    assert told is not None
    assert app.staff.log_in(told.staff_id, told.password) is not None


def test_disabled_it_stays_and_nothing_is_told(settings: Settings, app: App) -> None:
    told = ensure_practice_account(settings)
    assert told is not None
    app.staff.set_active(STAFF_ID, False, actor="operator:test")
    assert ensure_practice_account(settings) is None
    assert app.staff.log_in(told.staff_id, told.password) is None


def test_other_secrets_make_another_password(settings: Settings, tmp_path: Path) -> None:
    told = ensure_practice_account(settings)
    elsewhere = make_settings(tmp_path / "elsewhere", database_url=settings.database_url)
    other = ensure_practice_account(elsewhere)
    assert told is not None
    assert other is not None
    assert told.password != other.password


def test_live_mode_gets_none(settings: Settings, app: App) -> None:
    assert ensure_practice_account(settings.model_copy(update={"environment": "live"})) is None
    assert list(app.staff.all()) == []
