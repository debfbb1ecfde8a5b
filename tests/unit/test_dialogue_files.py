"""Nothing in the dialogue's files stands alone: every intent leads somewhere, every response and action is used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from prepayment.orders import State

ROOT = Path(__file__).resolve().parents[2]
OWN_INTENTS = re.compile(r"EXTERNAL_\w+")
# What is done at once is never read out of what somebody typed.
BUTTON_INTENTS = frozenset({"block_now", "unblock_now", "connect_agent", "leave_queue"})
# Rasa's own names: said or done by its policies and not by a rule of ours.
RASA_RESPONSES = frozenset({"utter_default"})
# The metadata of a bot event under which Rasa keeps the response's name.
RASA_KEYS = frozenset({"utter_action"})
RASA_ACTIONS = frozenset({"action_listen", "action_deactivate_loop"})
# Predicted by the policy that asks back, not by a rule.
POLICY_ACTIONS = frozenset({"action_clarify"})
CHOICE = "utter_choice_"


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def all_of(folder: str, key: str) -> list[Any]:
    """Return what the files of a folder under data/ hold under a key."""
    files = sorted((ROOT / "data" / folder).glob("*.yml"))
    return [one for file in files for one in read(file).get(key, [])]


DOMAIN = read(ROOT / "domain.yml")
INTENTS = frozenset(DOMAIN["intents"])
FORMS = frozenset(DOMAIN["forms"])
ACTIONS = frozenset(next(iter(a)) if isinstance(a, dict) else a for a in DOMAIN["actions"])
RESPONSES = frozenset(all_of("responses", "responses"))
EXAMPLES = [(one["intent"], one["examples"].splitlines()) for one in all_of("nlu", "nlu")]
STEPS = [step for rule in all_of("rules", "rules") for step in rule["steps"]]
RULE_ACTIONS = frozenset(step["action"] for step in STEPS if "action" in step)
RULE_INTENTS = frozenset(step["intent"] for step in STEPS if "intent" in step)
BUTTONS = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "responses").glob("*.yml"))
)
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "actions").glob("*.py")))
ERRORS = (ROOT / "prepayment" / "errors.py").read_text(encoding="utf-8")
NAMED_IN_CODE = frozenset(re.findall(r'"(utter_\w+)"', CODE)) - RASA_KEYS | frozenset(
    f"utter_problem_{code}" for code in re.findall(r'code(?:: ClassVar\[str\])? = "(\w+)"', ERRORS)
)


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_intent_has_examples_and_a_rule(intent: str) -> None:
    examples = sum(
        line.lstrip().startswith("- ") for name, lines in EXAMPLES if name == intent for line in lines
    )

    assert intent in RULE_INTENTS
    if OWN_INTENTS.fullmatch(intent):
        assert examples == 0, "only our own processes may send it"
    elif intent in BUTTON_INTENTS:
        assert examples == 0, "only buttons may send it"
        assert f"payload: /{intent}\n" in BUTTONS, "no button sends it"
    else:
        assert examples >= (600 if intent == "out_of_scope" else 60)


def test_every_example_and_rule_is_of_a_known_intent() -> None:
    assert {name for name, _ in EXAMPLES} <= INTENTS
    assert RULE_INTENTS - {"nlu_fallback"} == INTENTS


def test_every_response_is_said_and_every_said_response_exists() -> None:
    said = {action for action in RULE_ACTIONS if action.startswith("utter_")} | NAMED_IN_CODE
    choices = {response for response in RESPONSES if response.startswith(CHOICE)}

    assert set() == RESPONSES - said - RASA_RESPONSES - choices
    in_code = set(re.findall(r'"(utter_\w+)"', CODE)) - {CHOICE} - RASA_KEYS
    assert set() == (in_code | {a for a in RULE_ACTIONS if a.startswith("utter_")}) - RESPONSES


def test_every_action_of_the_domain_is_written_and_used() -> None:
    written = set(re.findall(r'return "((?:action|validate)_\w+)"', CODE))
    of_forms = {
        action
        for action in ACTIONS
        for form in FORMS
        if action == f"validate_{form}" or action.startswith(f"action_ask_{form}_")
    }
    custom = {action for action in RULE_ACTIONS if action.startswith("action_")} - RASA_ACTIONS

    assert written == ACTIONS
    assert custom == ACTIONS - of_forms - POLICY_ACTIONS
    assert set() == FORMS - RULE_ACTIONS


def test_every_intent_that_is_asked_back_has_a_button_of_its_own() -> None:
    policy = next(p for p in read(ROOT / "config.yml")["policies"] if "ClarificationPolicy" in p["name"])
    harmless = set(policy["harmless_intents"])
    choices = {name.removeprefix(CHOICE) for name in RESPONSES if name.startswith(CHOICE)}

    own = {intent for intent in INTENTS - BUTTON_INTENTS if not OWN_INTENTS.fullmatch(intent)}
    assert choices <= own
    assert own - harmless <= choices
    # Nothing to press: a courtesy, a sum without a number, or nothing this bot does.
    assert own - choices == {"greet", "goodbye", "thank", "inform_amount", "out_of_scope"}


def test_every_refusal_a_customer_can_meet_in_the_chat_has_its_words() -> None:
    """Each rule violation, and the outside being away."""
    violations = re.findall(r'class \w+\(RuleViolation\):.*?code = "(\w+)"', ERRORS, re.DOTALL)

    assert len(violations) >= 6
    assert {f"utter_problem_{code}" for code in [*violations, "outside_unavailable"]} <= RESPONSES


def test_every_told_state_has_its_words() -> None:
    announced = re.findall(r"State\.(\w+): \"(utter_result_\w+)\"", CODE)

    assert {State[name] for name, _ in announced} == {
        State.APPLIED,
        State.DECLINED,
        State.EXPIRED,
        State.UNKNOWN,
        State.CANCELLED,
        State.REVIEW,
    }


def test_slots_are_not_carried_into_a_new_session() -> None:
    assert DOMAIN["session_config"]["carry_over_slots_to_new_session"] is False
