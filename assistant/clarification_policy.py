"""Rasa policy: when the classifier is not sure enough for what is at stake, ask back instead of acting."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, Restarted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException

ACTION_CLARIFY = "action_clarify"
ACTION_ANSWER = "action_answer_question_back"

ACT = "act_threshold"
STAKES = "stakes_threshold"
STAKES_INTENTS = "stakes_intents"
HARMLESS_INTENTS = "harmless_intents"
HARMLESS_IN_FORMS = "harmless_in_forms"
ANSWER_INTENTS = "answer_intents"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class ClarificationPolicy(Policy):
    """Predicts `action_clarify` for a message whose intent is less certain than acting on it asks for.

    Configuration: `act_threshold` (confidence from which an intent is acted on), `stakes_threshold` for the intents in
    `stakes_intents` (money, consent), `harmless_intents`, which are always acted on, and `harmless_in_forms`, the
    intents that are so while a form is active. What the message already put into slots is taken back, in this process:
    a yes that was only half understood must not be found there later, even when the action server is away. A button's
    payload has confidence 1 and is never asked back.

    A typed message of the `answer_intents` right after the question back answers that question and not a form's, so
    `action_answer_question_back` is predicted for it, its slots taken back too.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the component's default configuration; the priority is above the rules'."""
        return {
            "priority": 7,
            ACT: 0.4,
            STAKES: 0.6,
            STAKES_INTENTS: [],
            HARMLESS_INTENTS: [],
            HARMLESS_IN_FORMS: {},
            ANSWER_INTENTS: [],
        }

    @staticmethod
    def supported_data() -> SupportedData:
        """Learns from nothing; takes whatever there is."""
        return SupportedData.ML_AND_RULE_DATA

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> None:
        """Check the thresholds. Raises InvalidConfigException."""
        super().__init__(config, model_storage, resource, execution_context, **kwargs)
        if not 0 <= config[ACT] <= config[STAKES] <= 1:
            raise InvalidConfigException(f"ClarificationPolicy: 0 <= {ACT} <= {STAKES} <= 1 must hold.")
        self._stakes = frozenset(config[STAKES_INTENTS])
        self._harmless = frozenset(config[HARMLESS_INTENTS])
        self._harmless_in = {form: frozenset(names) for form, names in config[HARMLESS_IN_FORMS].items()}
        self._answers = frozenset(config[ANSWER_INTENTS])

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ClarificationPolicy:
        """Create the policy: everything it needs is in its configuration."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """Learn nothing. Raises InvalidConfigException when the domain does not know what this policy names."""
        named = self._stakes.union(self._harmless, self._answers, *self._harmless_in.values())
        actions = {ACTION_CLARIFY, *self._harmless_in, *([ACTION_ANSWER] if self._answers else [])}
        unknown = (named - set(domain.intents)) | (actions - set(domain.action_names_or_texts))
        if unknown:
            raise InvalidConfigException(
                f"ClarificationPolicy: the domain does not know {', '.join(sorted(unknown))}."
            )
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Return `action_clarify` after an unsure message, what follows it, else no opinion."""
        message = tracker.latest_message
        if tracker.latest_action_name in (ACTION_CLARIFY, ACTION_ANSWER):
            return self._certain(ACTION_LISTEN_NAME, domain, [])
        if tracker.latest_action_name == ACTION_LISTEN_NAME and message:
            if self.is_unsure(message, tracker.active_loop_name):
                return self._certain(ACTION_CLARIFY, domain, slots_taken_back(tracker))
            if self._answers_question_back(message, tracker):
                return self._certain(ACTION_ANSWER, domain, slots_taken_back(tracker))
        return self._prediction(self._default_predictions(domain))

    def is_unsure(self, message: UserUttered, form: str | None = None) -> bool:
        """Whether the message's intent is less certain than acting on it asks for, in a form or in none."""
        name = message.intent.get("name")
        if name is None or name == DEFAULT_NLU_FALLBACK_INTENT_NAME:
            return False
        if name in self._harmless or name in self._harmless_in.get(form or "", ()):
            return False
        needed: float = self.config[STAKES if name in self._stakes else ACT]
        # An event injected by our own processes brings no confidence: nobody guessed it.
        return float(message.intent.get("confidence", 1.0)) < needed

    def _answers_question_back(self, message: UserUttered, tracker: DialogueStateTracker) -> bool:
        typed = not (message.text or "").startswith("/")
        if not typed or message.intent.get("name") not in self._answers:
            return False
        done = [event.action_name for event in tracker.applied_events() if isinstance(event, ActionExecuted)]
        return done[-2:-1] in ([ACTION_CLARIFY], [ACTION_ANSWER])

    def _certain(self, action: str, domain: Domain, events: list[Event]) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        # A form forces itself with a prediction of this kind; any other kind would lose against it.
        return self._prediction(probabilities, events=events, is_no_user_prediction=True)


def slots_taken_back(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that give each slot set since the last message its value from before that message."""
    held: dict[str, Any] = {}
    before: dict[str, Any] = {}
    changed: set[str] = set()
    for event in tracker.events:
        if isinstance(event, (SessionStarted, Restarted)):
            held = {}
        elif isinstance(event, UserUttered):
            before, changed = dict(held), set()
        elif isinstance(event, SlotSet):
            held[event.key] = event.value
            changed.add(event.key)
    return [SlotSet(name, before.get(name, tracker.slots[name].initial_value)) for name in sorted(changed)]
