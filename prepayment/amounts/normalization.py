"""Brings the many ways of typing the same character to one, without losing where each stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_SAME: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full-width ASCII
    **{ord(char): " " for char in "\t\v\f\u00a0\u1680\u202f\u205f\u3000\u3164\u115f"},
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)), " "),  # control characters
    **{ord(char): "~" for char in "∼〜～˜–—―"},
    **{ord(char): "-" for char in "−‐‑﹣"},
    **{ord(char): "·" for char in "ㆍ・･•"},
    **{ord(char): "," for char in "、，﹐"},
    **{ord(char): "\n" for char in "\r\u2028\u2029\u0085"},
    **str.maketrans("一二三四五六七八九十百千萬万億兆圓", "일이삼사오육칠팔구십백천만만억조원"),
    ord("￦"): "₩",
    ord("륙"): "육",
}
# Invisible marks and the two parts of a keycap emoji.
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff\u20e3"
# Syllables typed as separate letters, as some systems hand over Korean.
_LETTERS = "(?:[\u1100-\u1112][\u1161-\u1175]|[가-힣](?=[\u11a8-\u11c2]))[\u11a8-\u11c2]?"
_IRREGULAR = re.compile(f"[{_INVISIBLE}]|{_LETTERS}")


def normalize(text: str) -> tuple[str, Sequence[int]]:
    """Return the text in its plain spelling and, for each of its characters and for its end, the index in `text`."""
    if _IRREGULAR.search(text) is None:
        return text.translate(_SAME), range(len(text) + 1)
    pieces: list[str] = []
    indexes: list[int] = []
    position = 0
    for match in _IRREGULAR.finditer(text):
        pieces.append(text[position : match.start()])
        indexes.extend(range(position, match.start()))
        if len(match[0]) > 1:
            # A closing letter after a syllable that has one already stays by itself.
            composed = unicodedata.normalize("NFC", match[0])
            pieces.append(composed)
            indexes.extend(range(match.start(), match.start() + len(composed)))
        position = match.end()
    pieces.append(text[position:])
    indexes.extend(range(position, len(text) + 1))
    return "".join(pieces).translate(_SAME), indexes
