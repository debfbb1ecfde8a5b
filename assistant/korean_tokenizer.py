"""Rasa tokenizer that cuts Korean into morphemes with Kiwi."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kiwipiepy import Kiwi
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from assistant.text import NormalizedText, normalize_with_spans

PIECE_LENGTH = 256
"""Kiwi is given at most this many characters at a time: an unbroken run of ten thousand must not take seconds."""

TAG = "tag"
"""Key of the part of speech in a token's data."""


@lru_cache(maxsize=4)
def _analyzer(user_words: tuple[str, ...]) -> Kiwi:
    """Return the analyzer that knows `user_words`; loading takes a second, so all components share one."""
    # Without its dictionaries of names and of phrases, which chat messages do not need: 250 MB less.
    kiwi = Kiwi(num_workers=1, load_default_dict=False, load_multi_dict=False)
    for word in user_words:
        kiwi.add_user_word(word, "NNP")
    return kiwi


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class KoreanTokenizer(Tokenizer):
    """Cuts a message into morphemes; offsets point into the text as it was typed.

    `user_words` (configuration) are nouns of the domain that Kiwi would cut apart. Never raises on what people type:
    a text without anything to analyse gives no tokens.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's default configuration."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "user_words": []}

    @staticmethod
    def required_packages() -> list[str]:
        """Name the Python packages this component needs."""
        return ["kiwipiepy"]

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Korean only."""
        return ["ko"]

    def __init__(self, config: dict[str, Any]) -> None:
        """Load the analyzer for the configured words."""
        super().__init__(config)
        self._kiwi = _analyzer(tuple(str(word).lower() for word in config["user_words"]))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the morphemes of the message's `attribute` in order."""
        normalized = normalize_with_spans(message.get(attribute))
        return [
            token for start, end in _pieces(normalized.text) for token in self._tokens(normalized, start, end)
        ]

    def _tokens(self, normalized: NormalizedText, start: int, end: int) -> list[Token]:
        tokens = []
        for morpheme in self._kiwi.tokenize(normalized.text[start:end]):
            first = start + morpheme.start
            # A contracted ending ("해" = 하 + 어) may have no character of its own; it stands where it was written.
            last = max(first, first + morpheme.len - 1)
            spans = normalized.spans[min(first, end - 1) : min(last, end - 1) + 1]
            tokens.append(Token(morpheme.form, spans[0][0], spans[-1][1], data={TAG: morpheme.tag}))
        return tokens


def _pieces(text: str) -> list[tuple[int, int]]:
    """Cut `text` at spaces into pieces of at most PIECE_LENGTH characters (inside a word only when it has no space)."""
    pieces = []
    start = 0
    while len(text) - start > PIECE_LENGTH:
        space = text.rfind(" ", start + 1, start + PIECE_LENGTH)
        end = space if space > start else start + PIECE_LENGTH
        pieces.append((start, end))
        start = end
    if start < len(text):
        pieces.append((start, len(text)))
    return pieces
