"""The policy that asks back: when it speaks, when it keeps silent, and what it takes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException

from assistant.clarification_policy import ClarificationPolicy

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [request_prepayment, affirm, check_usage, deny]
slots:
  amount: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  confirm_prepayment: {type: bool, influence_conversation: false, mappings: [{type: custom}]}
actions: [action_clarify, action_check_usage, action_answer_question_back]
forms:
  prepay_form: {required_slots: [amount]}
"""
)
CONFIG = {
    "act_threshold": 0.4,
    "stakes_threshold": 0.6,
    "stakes_intents": ["request_prepayment", "affirm"],
    "harmless_intents": ["deny"],
    "harmless_in_forms": {"prepay_form": ["request_prepayment"]},
    "answer_intents": ["affirm", "deny"],
}


def policy(folder: Path, **changes: Any) -> ClarificationPolicy:
    config = {**ClarificationPolicy.get_default_config(), **CONFIG, **changes}
    context = ExecutionContext(GraphSchema({}), node_name="policy")
    return ClarificationPolicy.create(config, LocalModelStorage(folder), Resource("policy"), context)


def said(intent: str | None, confidence: float, text: str = "글") -> UserUttered:
    return UserUttered(text, intent={"name": intent, "confidence": confidence})


ASKED_BACK = (said("check_usage", 0.3), ActionExecuted("action_clarify"), ActionExecuted("action_listen"))


def predict(folder: Path, *events: Event) -> PolicyPrediction:
    tracker = DialogueStateTracker.from_events(
        "c", [SessionStarted(), ActionExecuted("action_listen"), *events], slots=DOMAIN.slots
    )
    return policy(folder).predict_action_probabilities(tracker, DOMAIN)


def predicted(prediction: PolicyPrediction) -> str | None:
    best = prediction.max_confidence_index
    return DOMAIN.action_names_or_texts[best] if prediction.max_confidence else None


@pytest.mark.parametrize(
    ("intent", "confidence", "action"),
    [
        ("check_usage", 0.39, "action_clarify"),
        ("check_usage", 0.41, None),
        ("request_prepayment", 0.59, "action_clarify"),
        ("request_prepayment", 0.61, None),
        ("affirm", 0.59, "action_clarify"),
        ("deny", 0.31, None),
        ("nlu_fallback", 0.7, None),
        (None, 0.0, None),
        ("request_prepayment", 1.0, None),
    ],
)
def test_it_asks_back_below_what_is_at_stake(
    tmp_path: Path, intent: str | None, confidence: float, action: str | None
) -> None:
    assert predicted(predict(tmp_path, said(intent, confidence))) == action


def test_an_event_of_our_own_is_not_asked_back(tmp_path: Path) -> None:
    injected = UserUttered.create_external("request_prepayment", None)

    assert predicted(predict(tmp_path, injected)) is None


def test_it_outweighs_a_form_that_forces_itself(tmp_path: Path) -> None:
    """The rules' own prediction for a form is a "no user" one with confidence 1 and priority 6."""
    prediction = predict(tmp_path, said("affirm", 0.5))

    assert prediction.is_no_user_prediction
    assert (prediction.max_confidence, prediction.policy_priority) == (1.0, 7)


def test_after_asking_it_waits_for_the_answer(tmp_path: Path) -> None:
    prediction = predict(tmp_path, said("affirm", 0.5), ActionExecuted("action_clarify"))

    assert predicted(prediction) == "action_listen"


def test_a_wish_that_the_form_is_about_is_not_asked_back_in_the_form(tmp_path: Path) -> None:
    """It asks for an explicit yes anyway."""
    assert predicted(predict(tmp_path, ActiveLoop("prepay_form"), said("request_prepayment", 0.41))) is None
    assert predicted(predict(tmp_path, ActiveLoop("prepay_form"), said("affirm", 0.41))) == "action_clarify"


@pytest.mark.parametrize("intent", ["affirm", "deny"])
def test_a_typed_answer_to_the_question_back_is_not_the_forms(tmp_path: Path, intent: str) -> None:
    """A yes to "did you mean the limit?" must not be found later as a yes to the payment."""
    prediction = predict(
        tmp_path,
        ActiveLoop("prepay_form"),
        *ASKED_BACK,
        said(intent, 0.9),
        SlotSet("confirm_prepayment", True),
    )

    assert predicted(prediction) == "action_answer_question_back"
    assert prediction.events == [SlotSet("confirm_prepayment", None)]


def test_which_of_two_can_be_asked_again(tmp_path: Path) -> None:
    again = (
        *ASKED_BACK,
        said("affirm", 0.9),
        ActionExecuted("action_answer_question_back"),
        ActionExecuted("action_listen"),
    )

    assert predicted(predict(tmp_path, *again[:-1])) == "action_listen"
    assert predicted(predict(tmp_path, *again, said("affirm", 0.9))) == "action_answer_question_back"


def test_a_button_or_another_message_after_the_question_back_is_what_it_is(tmp_path: Path) -> None:
    assert predicted(predict(tmp_path, *ASKED_BACK, said("affirm", 1.0, "/affirm"))) is None
    assert predicted(predict(tmp_path, *ASKED_BACK, said("check_usage", 0.9))) is None


def test_a_yes_later_on_answers_the_form(tmp_path: Path) -> None:
    later = (
        *ASKED_BACK,
        said("check_usage", 0.9),
        ActionExecuted("action_check_usage"),
        ActionExecuted("action_listen"),
    )

    assert predicted(predict(tmp_path, *later, said("affirm", 0.9))) is None


def test_it_has_no_opinion_in_the_middle_of_a_turn(tmp_path: Path) -> None:
    prediction = predict(tmp_path, said("affirm", 0.5), ActionExecuted("action_check_usage"))

    assert predicted(prediction) is None


def test_what_an_unsure_message_put_into_slots_is_taken_back(tmp_path: Path) -> None:
    prediction = predict(
        tmp_path,
        SlotSet("amount", 50_000),
        SlotSet("confirm_prepayment", None),
        said("affirm", 0.5),
        SlotSet("confirm_prepayment", True),
        SlotSet("amount", 70_000),
    )

    assert prediction.events == [SlotSet("amount", 50_000), SlotSet("confirm_prepayment", None)]


def test_slots_of_an_earlier_session_do_not_come_back(tmp_path: Path) -> None:
    prediction = predict(
        tmp_path,
        SlotSet("amount", 50_000),
        SessionStarted(),
        ActionExecuted("action_listen"),
        said("affirm", 0.5),
        SlotSet("amount", 70_000),
    )

    assert prediction.events == [SlotSet("amount", None)]


def test_a_sure_message_keeps_its_slots(tmp_path: Path) -> None:
    prediction = predict(tmp_path, said("affirm", 0.9), SlotSet("confirm_prepayment", True))

    assert prediction.events == []


@pytest.mark.parametrize("thresholds", [(0.7, 0.6), (-0.1, 0.6), (0.4, 1.1)])
def test_impossible_thresholds_are_refused(tmp_path: Path, thresholds: tuple[float, float]) -> None:
    with pytest.raises(InvalidConfigException):
        policy(tmp_path, act_threshold=thresholds[0], stakes_threshold=thresholds[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"stakes_intents": ["misspelt"]},
        {"harmless_intents": ["misspelt"]},
        {"answer_intents": ["misspelt"]},
        {"harmless_in_forms": {"prepay_form": ["misspelt"]}},
        {"harmless_in_forms": {"misspelt": ["deny"]}},
    ],
)
def test_training_refuses_an_intent_that_the_domain_does_not_know(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidConfigException, match="misspelt"):
        policy(tmp_path, **changes).train([], DOMAIN)


def test_training_refuses_a_domain_without_the_action(tmp_path: Path) -> None:
    without = Domain.from_yaml("version: '3.1'\nintents: [request_prepayment, affirm, deny]\n")

    with pytest.raises(InvalidConfigException, match="action_clarify"):
        policy(tmp_path).train([], without)
