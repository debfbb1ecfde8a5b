"""Rasa featurizer: TF-IDF of morphemes or of characters, as sparse sentence features."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.text import normalize

MORPHEME = "morpheme"
CHARACTER = "char_wb"


class Vocabulary(NamedTuple):
    """The known terms, each with its column, and the inverse document frequency of each column."""

    columns: dict[str, int]
    idf: npt.NDArray[np.float64]

    def row(self, terms: list[str]) -> csr_matrix:
        """Return the terms as one row of length 1: sublinear counts times inverse document frequency.

        The same as scikit-learn's transform, which spends milliseconds on checks and on matrices of the vocabulary's
        size for every single message.
        """
        counts = Counter(self.columns[term] for term in terms if term in self.columns)
        columns = np.array(sorted(counts), dtype=np.int32)
        weights = np.array([1.0 + math.log(counts[column]) for column in columns]) * self.idf[columns]
        if len(columns):
            weights /= np.linalg.norm(weights)
        return csr_matrix((weights, columns, [0, len(columns)]), shape=(1, len(self.idf)))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(SparseFeaturizer, GraphComponent):
    """Gives each message one row of sublinear TF-IDF weights of length 1 (all zero when nothing is known in it).

    Configuration: `analyzer` ("morpheme": n-grams of the tokenizer's morphemes; "char_wb": n-grams of characters within
    words), `min_ngram`, `max_ngram`, `min_messages` (terms seen in fewer training messages are left out). Use it once
    per analyzer with different `alias`.
    """

    VOCABULARY_FILE = "vocabulary.json"
    IDF_FILE = "idf.npy"

    @classmethod
    def required_components(cls) -> list[type]:
        """Morphemes come from a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's default configuration."""
        return {
            **SparseFeaturizer.get_default_config(),
            "analyzer": MORPHEME,
            "min_ngram": 1,
            "max_ngram": 2,
            "min_messages": 1,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Name the Python packages this component needs."""
        return ["sklearn"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise InvalidConfigException for an unknown analyzer or an impossible n-gram range."""
        if config["analyzer"] not in (MORPHEME, CHARACTER):
            raise InvalidConfigException(f"TfidfFeaturizer: analyzer must be {MORPHEME!r} or {CHARACTER!r}.")
        if not 1 <= config["min_ngram"] <= config["max_ngram"]:
            raise InvalidConfigException("TfidfFeaturizer: 1 <= min_ngram <= max_ngram must hold.")
        if config["min_messages"] < 1:
            raise InvalidConfigException("TfidfFeaturizer: min_messages must be at least 1.")

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Keep where to persist; `vocabulary` is given when a trained component is loaded."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._vocabulary = vocabulary
        self._ngrams = _ngram_reader(config)
        self._min_messages: int = config["min_messages"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
        """Create an untrained component."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TfidfFeaturizer:
        """Load a trained component. Raises ValueError when the model holds none."""
        with model_storage.read_from(resource) as directory:
            terms = json.loads((directory / cls.VOCABULARY_FILE).read_text(encoding="utf-8"))
            idf = np.load(directory / cls.IDF_FILE, allow_pickle=False)
        vocabulary = Vocabulary({term: column for column, term in enumerate(terms)}, idf)
        return cls(config, execution_context.node_name, model_storage, resource, vocabulary)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn vocabulary and weights from the texts of the training examples."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        if messages:
            vectorizer = TfidfVectorizer(analyzer=self._ngrams, min_df=self._min_messages).fit(messages)
            self._vocabulary = Vocabulary(vectorizer.vocabulary_, vectorizer.idf_)
            self._persist(self._vocabulary)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add a sentence feature of shape (1, vocabulary) to each message that has a text."""
        if self._vocabulary is None:
            return messages
        for message in messages:
            if message.get(TEXT) is not None:
                row = self._vocabulary.row(self._ngrams(message))
                self.add_features_to_message(sequence=None, sentence=row, attribute=TEXT, message=message)
        return messages

    def _persist(self, vocabulary: Vocabulary) -> None:
        terms = sorted(vocabulary.columns, key=vocabulary.columns.__getitem__)
        with self._model_storage.write_to(self._resource) as directory:
            names = json.dumps(terms, ensure_ascii=False)
            (directory / self.VOCABULARY_FILE).write_text(names, encoding="utf-8")
            np.save(directory / self.IDF_FILE, vocabulary.idf, allow_pickle=False)


def _ngram_reader(config: dict[str, Any]) -> Callable[[Message], list[str]]:
    """Return the function that gives the terms of a message."""
    if config["analyzer"] == MORPHEME:
        return partial(_morpheme_ngrams, config["min_ngram"], config["max_ngram"])
    analyze = TfidfVectorizer(
        analyzer=CHARACTER, ngram_range=(config["min_ngram"], config["max_ngram"]), lowercase=False
    ).build_analyzer()
    return partial(_character_ngrams, analyze)


def _morpheme_ngrams(shortest: int, longest: int, message: Message) -> list[str]:
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    forms = [token.text for token in tokens]
    return [
        " ".join(forms[start : start + length])
        for length in range(shortest, longest + 1)
        for start in range(len(forms) - length + 1)
    ]


def _character_ngrams(analyze: Callable[[str], list[str]], message: Message) -> list[str]:
    return analyze(normalize(message.get(TEXT)))
