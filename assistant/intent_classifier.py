"""Rasa intent classifier: multinomial logistic regression on sparse sentence features, trained until it converges."""

from __future__ import annotations

import json
import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.utils.tensorflow.constants import RANKING_LENGTH
from scipy.sparse import csr_matrix, vstack
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from assistant.text import has_hangul_word, says_nothing


class Weights(NamedTuple):
    """A trained model: intent names, coefficients (features x intents) and intercepts (intents)."""

    intents: list[str]
    coefficients: npt.NDArray[np.float32]
    intercepts: npt.NDArray[np.float32]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KoreanIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks intents by probability.

    Configuration: `C` (inverse regularisation), `max_iter`, `temperature` (scores are divided by it before the softmax:
    the one number that calibrates confidence without changing the order; chosen by cross-validation), `ranking_length`,
    `off_topic_intent` (the one that stands for everything else). A message without a single known feature, of
    punctuation only ("?"), or off topic without a word in Hangul ("asdf") gets no intent and confidence 0, so that the
    fallback takes it.
    """

    WEIGHTS_FILE = "weights.npz"
    INTENTS_FILE = "intents.json"

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs features."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's default configuration."""
        return {
            "C": 20.0,
            "max_iter": 2000,
            "temperature": 1.0,
            "off_topic_intent": None,
            RANKING_LENGTH: LABEL_RANKING_LENGTH,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Name the Python packages this component needs."""
        return ["sklearn"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise InvalidConfigException for a temperature that is not positive."""
        if not config["temperature"] > 0:
            raise InvalidConfigException("KoreanIntentClassifier: temperature must be above 0.")

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        weights: Weights | None = None,
    ) -> None:
        """Keep where to persist; `weights` are given when a trained component is loaded."""
        self.validate_config(config)
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._weights = weights

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KoreanIntentClassifier:
        """Create an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KoreanIntentClassifier:
        """Load a trained component. Raises ValueError when the model holds none."""
        with model_storage.read_from(resource) as directory:
            intents = json.loads((directory / cls.INTENTS_FILE).read_text(encoding="utf-8"))
            with np.load(directory / cls.WEIGHTS_FILE, allow_pickle=False) as arrays:
                weights = Weights(intents, arrays["coefficients"], arrays["intercepts"])
        return cls(config, model_storage, resource, weights)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the intents of the training examples.

        Raises InvalidConfigException when there are fewer than two intents or `max_iter` is too small to converge.
        """
        examples = [
            example for example in training_data.intent_examples if example.get(INTENT) and example.get(TEXT)
        ]
        labels = [example.get(INTENT) for example in examples]
        if len(set(labels)) < 2:
            raise InvalidConfigException(
                "KoreanIntentClassifier: at least two intents with examples are needed."
            )
        self._weights = self._fit(vstack([_features(example) for example in examples]), labels)
        self._persist(self._weights)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set predictions on the training examples, as later components may look at them."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent` and `intent_ranking` (best first) on each message."""
        for message in messages:
            ranking = self._rank(message)
            best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[: self._config[RANKING_LENGTH]], add_to_output=True)
        return messages

    def _rank(self, message: Message) -> list[dict[str, Any]]:
        features = _features(message)
        if self._weights is None or features is None or features.nnz == 0 or says_nothing(message.get(TEXT)):
            return []
        scores = (features.astype(np.float32) @ self._weights.coefficients)[0] + self._weights.intercepts
        probabilities = softmax(scores.astype(np.float64) / self._config["temperature"])
        order = np.argsort(-probabilities, kind="stable")
        off_topic = self._weights.intents[order[0]] == self._config["off_topic_intent"]
        if off_topic and not has_hangul_word(message.get(TEXT)):
            return []
        return [{"name": self._weights.intents[i], "confidence": float(probabilities[i])} for i in order]

    def _fit(self, features: csr_matrix, labels: list[str]) -> Weights:
        model = LogisticRegression(
            C=self._config["C"], max_iter=self._config["max_iter"], solver="lbfgs", multi_class="multinomial"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            try:
                model.fit(features, labels)
            except ConvergenceWarning as reason:
                raise InvalidConfigException(
                    f"KoreanIntentClassifier: did not converge: {reason}"
                ) from reason
        coefficients, intercepts = model.coef_, model.intercept_
        if len(model.classes_) == 2:
            # scikit-learn keeps one row for two classes; softmax over (-s, s) is what it means by it.
            coefficients, intercepts = (
                np.vstack([-coefficients, coefficients]),
                np.hstack([-intercepts, intercepts]),
            )
        return Weights(
            [str(name) for name in model.classes_],
            # Row by row in memory: any other order would be copied, all of it, for every message.
            np.ascontiguousarray(coefficients.T, dtype=np.float32),
            intercepts.astype(np.float32),
        )

    def _persist(self, weights: Weights) -> None:
        with self._model_storage.write_to(self._resource) as directory:
            names = json.dumps(weights.intents, ensure_ascii=False)
            (directory / self.INTENTS_FILE).write_text(names, encoding="utf-8")
            np.savez_compressed(
                directory / self.WEIGHTS_FILE,
                coefficients=weights.coefficients,
                intercepts=weights.intercepts,
            )


def _features(message: Message) -> csr_matrix | None:
    """Return the message's sentence features as one row, or None when no featurizer gave any."""
    _, sentence = message.get_sparse_features(TEXT)
    return csr_matrix(sentence.features) if sentence else None
