"""Files of labelled messages: `intent<TAB>text` per line."""

from __future__ import annotations

from pathlib import Path


class FormatError(Exception):
    """The file is not what it should be; the message names the line."""


def read_labelled(path: Path) -> list[tuple[str, str]]:
    """Read (intent, text) pairs; blank lines are passed over. Raises FormatError, OSError, UnicodeDecodeError."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        intent, tab, text = line.partition("\t")
        if not tab or not intent.strip():
            raise FormatError(f"{path}, line {number}: expected intent<TAB>text.")
        pairs.append((intent.strip(), text))
    if not pairs:
        raise FormatError(f"{path} has no lines.")
    return pairs
