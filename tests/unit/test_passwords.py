"""Passwords of the staff: what is kept of them, and which are taken."""

from __future__ import annotations

import unicodedata

import pytest

from prepayment.service.passwords import LONGEST, SHORTEST, derive, generated, matches, problem_of


def test_a_password_matches_what_was_kept_of_it_and_no_other_does() -> None:
    kept = derive("tulip-harbour-92")
    assert matches("tulip-harbour-92", kept)
    for other in ("tulip-harbour-9", "tulip-harbour-92 ", "Tulip-harbour-92", ""):
        assert not matches(other, kept)


def test_what_is_kept_names_its_parameters_and_not_the_password() -> None:
    kept = derive("tulip-harbour-92")
    assert kept.split("$")[:4] == ["scrypt", "32768", "8", "3"]
    assert "tulip" not in kept
    assert len(kept) <= 200, "the column's length"
    assert derive("tulip-harbour-92") != kept, "each has a salt of its own"


def test_a_password_kept_with_other_parameters_still_matches() -> None:
    """Of RFC 7914: N=1024, r=8, p=16, the salt "NaCl"; the first 32 bytes of its key."""
    kept = "scrypt$1024$8$16$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI="
    assert matches("password", kept)
    assert not matches("passwort", kept)


def test_korean_letters_match_however_the_system_writes_them() -> None:
    password = "한글로된긴비밀번호열두자"
    assert matches(unicodedata.normalize("NFD", password), derive(password))


@pytest.mark.parametrize(
    "kept", ["", "x", "bcrypt$1$2$3$YQ==$YQ==", "scrypt$a$8$1$YQ==$YQ==", "scrypt$2$8$1$!$YQ=="]
)
def test_what_is_damaged_is_no_password_at_all(kept: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        matches("anything at all", kept)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("a1b2c3d4e5f", "12 to 128"),
        ("x" * 129, "12 to 128"),
        ("aaaaaaaaaaaa", "different"),
        ("", "12 to 128"),
    ],
)
def test_a_password_that_is_too_short_too_long_or_too_plain_is_not_taken(password: str, words: str) -> None:
    assert words in str(problem_of(password))


def test_generated_passwords_are_taken_and_differ() -> None:
    made = {generated() for _ in range(20)}
    assert len(made) == 20
    for password in made:
        assert problem_of(password) is None
        assert SHORTEST <= len(password) <= LONGEST
