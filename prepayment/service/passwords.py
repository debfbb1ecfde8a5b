"""Passwords of the staff as they are kept: a key derived by scrypt, with its parameters beside it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import unicodedata
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 128

# 32 MiB and about a quarter of a second on one core.
_N: Final = 2**15
_R: Final = 8
_P: Final = 3
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
# As many passwords are looked at together, so that log-ins take neither all memory nor every core.
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def derive(password: str) -> str:
    """Return what is kept of a password: ``scrypt$n$r$p$salt$key``."""
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _key(password, salt, _N, _R, _P)
    return f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(key)}"


def matches(password: str, kept: str) -> bool:
    """Whether it is the password that was kept. Raises ValueError when what was kept is damaged."""
    try:
        name, n, r, p, salt, key = kept.split("$")
        if name != "scrypt":
            raise ValueError(name)
        wanted = base64.b64decode(key, validate=True)
        found = _key(password, base64.b64decode(salt, validate=True), int(n), int(r), int(p))
    except (ValueError, binascii.Error) as error:
        raise ValueError("what is kept of a password cannot be read") from error
    return hmac.compare_digest(found, wanted)


def generated() -> str:
    """Return a new random password of 120 bits."""
    return secrets.token_urlsafe(15)


def problem_of(password: str) -> str | None:
    """Return why a password cannot be taken, in one English sentence; None when it can."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"A password has {SHORTEST} to {LONGEST} characters."
    if len(set(password)) < SHORTEST // 2:
        return f"A password has at least {SHORTEST // 2} different characters."
    return None


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # The same letters may come composed or not, by keyboard and system. Longer ones are nobody's, and cost nothing.
    text = unicodedata.normalize("NFC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")
    with _AT_ONCE:
        return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=2 * 128 * n * r, dklen=_KEY_BYTES)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
