"""Foreign sentences made fit for a customer's eyes and our records."""

from __future__ import annotations

import re
from typing import Final

LIMIT: Final = 100
# Six digits or more, also when grouped as cards, phones and accounts are.
_NUMBER: Final = re.compile(r"\d(?:[\s.·*‐-―-]*\d){5,}")


def customer_text(value: object) -> str:
    """Return a short text of at most 100 characters without long numbers; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    printable = "".join(character if character.isprintable() else " " for character in value)
    text = " ".join(_NUMBER.sub("***", printable).split())
    return text if len(text) <= LIMIT else text[: LIMIT - 1].rstrip() + "…"
