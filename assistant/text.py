"""The one place where typed text is made comparable before language understanding looks at it."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

MAX_REPEATS = 2
"""A letter or sign repeated more often than this ("ㅋㅋㅋㅋ", "요~~~~") is cut down to this many."""


class NormalizedText(NamedTuple):
    """Normalised text and, for each of its characters, where that character stood in the original."""

    text: str
    spans: tuple[tuple[int, int], ...]


def normalize(text: str) -> str:
    """Return `text` in NFKC and lower case, without invisible characters and long repetitions."""
    return normalize_with_spans(text).text


def says_nothing(text: str) -> bool:
    """Whether `text` has neither a letter, nor a digit, nor a picture: blanks and punctuation only ("?", "~~", "")."""
    return not any(
        (category := unicodedata.category(character))[0] in "LN" or category == "So" for character in text
    )


def has_hangul_word(text: str) -> bool:
    """Whether a whole Hangul syllable is in `text`: "ㅁㄴㅇㄹ", "asdf" and pictures have none."""
    return any("가" <= character <= "힣" for character in unicodedata.normalize("NFC", text))


def normalize_with_spans(text: str) -> NormalizedText:
    """Normalise `text` and keep, per resulting character, its (start, end) in `text`.

    Control characters and every kind of white space become one space; zero-width and other format
    characters vanish; digits are never shortened ("100000" is a sum, "ㅋㅋㅋㅋ" is not).
    """
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        for character in _fold(text[start:end]):
            if character == " " and characters[-1:] in ([], [" "]):
                continue
            repeated = characters[-MAX_REPEATS:] == [character] * MAX_REPEATS
            if repeated and not character.isdigit():
                continue
            characters.append(character)
            spans.append((start, end))
    if characters[-1:] == [" "]:
        characters.pop()
        spans.pop()
    return NormalizedText("".join(characters), tuple(spans))


def _fold(cluster: str) -> str:
    if "\u3131" <= cluster <= "\u318e":
        # NFKC would turn a lone compatibility letter (ㅋ, ㅇ) into a conjoining one, which nothing downstream knows.
        return cluster
    folded = unicodedata.normalize("NFKC", cluster).lower()
    return "".join(_replace(character) for character in folded)


def _replace(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Mn"):
        # Format characters, halves of surrogate pairs, and marks that did not compose (variation selectors).
        return ""
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return character


def _clusters(text: str) -> list[tuple[int, int]]:
    """Cut `text` so that whatever composes into one character stays together."""
    bounds: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        if bounds and _joins_previous(character):
            bounds[-1] = (bounds[-1][0], index + 1)
        else:
            bounds.append((index, index + 1))
    return bounds


def _joins_previous(character: str) -> bool:
    # Conjoining vowels and finals follow their consonant when Hangul arrives decomposed (macOS, some keyboards).
    return character > "\u02ff" and (
        "\u1160" <= character <= "\u11ff" or unicodedata.combining(character) != 0
    )
