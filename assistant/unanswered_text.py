"""Makes what anybody may have typed safe to show: on a terminal, in an editor, in a YAML file."""

from __future__ import annotations

import re
import unicodedata

# What YAML allows in a text, apart from white space.
_ALLOWED = re.compile("[ -~\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return the text on one line, without characters that cannot be seen or that change how the rest is shown."""
    if not text.isprintable():
        text = "".join(map(_shown, text))
    return " ".join(text.split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    # Format characters: joiners, marks of order, directions of writing.
    return character if category != "Cf" and _ALLOWED.match(character) else ""
