"""Puts messages that ask much the same together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.text import normalize
from assistant.unanswered_store import Message

MAX_TEXTS = 4000
"""Different texts that are compared, each with each: 3 seconds and 400 MB. Those asked most often come first."""

MAX_DISTANCE = 0.75
"""No two texts of a group are further apart: 0 is the same n-grams, 1 not one in common. Tried on the labelled texts
in data/nlu/: farther apart joined more intents, nearer left most texts alone."""


class Guess(NamedTuple):
    """An intent that was the classifier's best guess `times` times, with its mean confidence from 0 to 1."""

    intent: str
    times: int
    confidence: float


class Question:
    """One text, however often it was typed and in whatever spelling `assistant.text.normalize` takes for the same."""

    def __init__(self, normalized: str, messages: Sequence[Message]) -> None:
        """Take at least one message; all have this normalised text."""
        self.normalized = normalized
        self.messages = tuple(messages)

    @property
    def times(self) -> int:
        """How often it was asked."""
        return len(self.messages)

    @cached_property
    def last_asked(self) -> float:
        """Unix time in seconds."""
        return max(message.asked_at for message in self.messages)

    @property
    def text(self) -> str:
        """The spelling used most often, the first one of several."""
        return Counter(message.text for message in self.messages).most_common(1)[0][0]


class Group:
    """Questions that resemble each other, the most frequent first."""

    def __init__(self, questions: Iterable[Question]) -> None:
        """Take at least one question."""
        self.questions = tuple(sorted(questions, key=_most_frequent_first))
        self._messages = [message for question in self.questions for message in question.messages]

    @property
    def times(self) -> int:
        """How often its questions were asked."""
        return len(self._messages)

    @property
    def conversations(self) -> int:
        """In how many conversations they were asked."""
        return len({message.conversation for message in self._messages})

    @cached_property
    def last_asked(self) -> float:
        """Unix time in seconds."""
        return max(question.last_asked for question in self.questions)

    @property
    def normalized(self) -> str:
        """The normalised text of the most frequent question."""
        return self.questions[0].normalized

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """What became of its messages and how often, most frequent first."""
        return Counter(message.outcome for message in self._messages).most_common()

    @property
    def guesses(self) -> list[Guess]:
        """What the classifier took its messages for, most frequent first; empty when it had no idea."""
        confidences: dict[str, list[float]] = {}
        for message in self._messages:
            if message.guess is not None:
                confidences.setdefault(message.guess, []).append(message.confidence)
        guesses = [
            Guess(intent, len(all_of_it), float(np.mean(all_of_it)))
            for intent, all_of_it in confidences.items()
        ]
        return sorted(guesses, key=lambda guess: (-guess.times, -guess.confidence, guess.intent))


class Grouping(NamedTuple):
    """Groups, most frequent first, and how many texts (asked how often) were too many to compare."""

    groups: list[Group]
    texts_left_out: int
    messages_left_out: int


def group(messages: Iterable[Message], max_texts: int = MAX_TEXTS) -> Grouping:
    """Group messages by their text; beyond `max_texts` different texts the least frequent are left out."""
    spellings: dict[str, list[Message]] = {}
    for message in messages:
        # Nothing is left of a few signs on their own.
        spellings.setdefault(normalize(message.text) or message.text, []).append(message)
    questions = sorted((Question(*spelling) for spelling in spellings.items()), key=_most_frequent_first)
    compared, left_out = questions[:max_texts], questions[max_texts:]
    members: dict[int, list[Question]] = {}
    for label, question in zip(
        _labels([question.normalized for question in compared]), compared, strict=True
    ):
        members.setdefault(label, []).append(question)
    groups = sorted(map(Group, members.values()), key=_most_frequent_first)
    return Grouping(groups, len(left_out), sum(question.times for question in left_out))


def _labels(texts: list[str]) -> list[int]:
    """Give the texts of one group the same number: complete-linkage clustering of their character n-grams."""
    if len(texts) < 2:
        return list(range(len(texts)))
    # Without spaces: few people put them where the rules of spelling do.
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, lowercase=False)
    vectors = vectorizer.fit_transform(["".join(text.split()) for text in texts])
    distances = np.maximum(1.0 - (vectors @ vectors.T).toarray(), 0.0)
    tree = linkage(squareform(distances, checks=False), method="complete")
    return [int(label) for label in fcluster(tree, MAX_DISTANCE, criterion="distance")]


def _most_frequent_first(asked: Question | Group) -> tuple[int, float, str]:
    return -asked.times, -asked.last_asked, asked.normalized
