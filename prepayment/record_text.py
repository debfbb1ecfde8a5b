"""Free text made fit for records: one line, short, and without numbers that could be a card, a phone or a person."""

from __future__ import annotations

import re
from typing import Final

# Six digits or more, also when grouped as cards, phones and accounts are.
_NUMBER: Final = re.compile(r"\d(?:[\s.·*‐-―-]*\d){5,}")


def fit_for_records(value: object, limit: int = 100) -> str:
    """Return a text of at most ``limit`` characters without long numbers; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    printable = "".join(character if character.isprintable() else " " for character in value)
    text = " ".join(_NUMBER.sub("***", printable).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
