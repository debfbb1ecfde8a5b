"""Featurizers and classifier: trained, kept in a model and loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.intent_classifier import KoreanIntentClassifier
from assistant.korean_tokenizer import KoreanTokenizer
from assistant.tfidf_featurizer import TfidfFeaturizer

EXAMPLES = {
    "greet": ["안녕하세요", "안녕", "반가워요"],
    "faq_methods": ["선결제는 어떻게 하나요", "소액결제 미리 내는 방법", "선결제 방법이 뭐예요"],
    "stop": ["그만할래요", "처음으로", "취소하고 나갈래"],
}
MESSAGES = ["선결제 방법 알려주세요", "안녕하세요!", "이제 그만할래", "선결제", ""]


class Pipeline:
    """Tokenizer, two featurizers and classifier over one model storage."""

    CONFIGS: tuple[dict[str, Any], ...] = (
        {"alias": "morphemes", "analyzer": "morpheme", "min_ngram": 1, "max_ngram": 2},
        {"alias": "characters", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    )

    def __init__(self, folder: Path, method: str, examples: dict[str, list[str]] = EXAMPLES) -> None:
        self.storage = LocalModelStorage(folder)
        self.tokenizer = KoreanTokenizer({**KoreanTokenizer.get_default_config(), "user_words": ["선결제"]})
        self.featurizers = [
            self._make(TfidfFeaturizer, config, config["alias"], method) for config in self.CONFIGS
        ]
        self.classifier = self._make(KoreanIntentClassifier, {}, "classifier", method)
        if method == "create":
            self._train(examples)

    def _make(self, component: Any, config: dict[str, Any], name: str, method: str) -> Any:
        context = ExecutionContext(GraphSchema({}), node_name=name)
        merged = {**component.get_default_config(), **config}
        return getattr(component, method)(merged, self.storage, Resource(name), context)

    def _train(self, examples: dict[str, list[str]]) -> None:
        data = TrainingData(
            [Message.build(text, intent) for intent, texts in examples.items() for text in texts]
        )
        self.tokenizer.process_training_data(data)
        for featurizer in self.featurizers:
            featurizer.train(data)
            featurizer.process_training_data(data)
        self.classifier.train(data)

    def parse(self, texts: list[str]) -> list[Message]:
        """Run all components on the texts."""
        messages = [Message({TEXT: text}) for text in texts]
        for component in (self.tokenizer, *self.featurizers, self.classifier):
            component.process(messages)
        return messages


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="module")
def trained(folder: Path) -> Pipeline:
    return Pipeline(folder, "create")


def rankings(pipeline: Pipeline, texts: list[str]) -> list[list[dict[str, Any]]]:
    return [message.get(INTENT_RANKING_KEY) for message in pipeline.parse(texts)]


def test_it_learns_what_it_was_shown(trained: Pipeline) -> None:
    predicted = [message.get(INTENT)["name"] for message in trained.parse(MESSAGES[:4])]

    assert predicted == ["faq_methods", "greet", "stop", "faq_methods"]


def test_probabilities_are_ordered_and_sum_to_one(trained: Pipeline) -> None:
    (ranking,) = rankings(trained, ["선결제 어떻게 해요"])
    confidences = [entry["confidence"] for entry in ranking]

    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1.0)
    assert {"greet", "faq_methods", "stop"} == {entry["name"] for entry in ranking}


def test_a_loaded_model_answers_exactly_like_the_trained_one(trained: Pipeline, folder: Path) -> None:
    assert rankings(trained, MESSAGES) == rankings(Pipeline(folder, "load"), MESSAGES)


def test_training_twice_gives_the_same_model(trained: Pipeline, folder: Path, tmp_path: Path) -> None:
    again = Pipeline(tmp_path, "create")

    assert rankings(trained, MESSAGES) == rankings(again, MESSAGES)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert len(files) == 6
    assert [(folder / file).read_bytes() for file in files] == [
        (tmp_path / file).read_bytes() for file in files
    ]


def test_stored_arrays_need_no_pickle(trained: Pipeline, folder: Path) -> None:
    for path in (*folder.rglob("*.npy"), *folder.rglob("*.npz")):
        np.load(path, allow_pickle=False)
    assert {".json", ".npy", ".npz"} == {path.suffix for path in folder.rglob("*") if path.is_file()}


def test_two_intents_are_told_apart_too(tmp_path: Path) -> None:
    """scikit-learn keeps a single row of coefficients for two classes."""
    two = {name: EXAMPLES[name] for name in ("greet", "stop")}

    messages = Pipeline(tmp_path, "create", two).parse(["안녕하세요", "그만할래요"])

    assert [message.get(INTENT)["name"] for message in messages] == ["greet", "stop"]
    assert all(message.get(INTENT)["confidence"] > 0.8 for message in messages)


def test_weights_are_those_of_scikit_learn(trained: Pipeline) -> None:
    texts = [text for examples in EXAMPLES.values() for text in examples]
    reference = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True).fit(texts)
    unseen = ["선결제 선결제 방법", "모르는 말 뷁"]

    rows = [
        message.get_sparse_features(TEXT, ["characters"])[1].features for message in trained.parse(unseen)
    ]

    assert np.allclose(reference.transform(unseen).toarray(), [row.toarray()[0] for row in rows])


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\x00"])
def test_a_message_without_content_has_no_intent(trained: Pipeline, typed: str) -> None:
    (message,) = trained.parse([typed])

    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get(INTENT_RANKING_KEY) == []


@pytest.mark.parametrize("typed", ["😀" * 500, "ㅋ" * 500, "가" * 10_000, "선결제 " * 3_000])
def test_odd_messages_get_a_ranking(trained: Pipeline, typed: str) -> None:
    (ranking,) = rankings(trained, [typed])

    assert len(ranking) == len(EXAMPLES)


def test_one_intent_cannot_be_trained(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigException, match="at least two intents"):
        Pipeline(tmp_path, "create", {"greet": ["안녕"]})


@pytest.mark.parametrize("config", [{"analyzer": "word"}, {"min_ngram": 0}, {"min_ngram": 3, "max_ngram": 2}])
def test_impossible_featurizer_settings_are_refused(config: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException):
        TfidfFeaturizer.validate_config({**TfidfFeaturizer.get_default_config(), **config})


def test_training_that_does_not_converge_is_refused(trained: Pipeline, tmp_path: Path) -> None:
    data = TrainingData([Message.build(text, intent) for intent, texts in EXAMPLES.items() for text in texts])
    trained.tokenizer.process_training_data(data)
    for featurizer in trained.featurizers:
        featurizer.process_training_data(data)
    config = {**KoreanIntentClassifier.get_default_config(), "max_iter": 1}
    classifier = KoreanIntentClassifier(config, LocalModelStorage(tmp_path), Resource("classifier"))

    with pytest.raises(InvalidConfigException, match="did not converge"):
        classifier.train(data)
