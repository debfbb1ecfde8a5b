"""Rasa entity extractor for sums of money in Korean."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from prepayment.amounts import parse

AMOUNT = "amount"
AMOUNT_CANDIDATES = "amount_candidates"
ALL = "all"
MINIMUM = "minimum"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class AmountEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds at most one entity per message.

    `amount`: won as int (may be 0 or negative: refusing is not this component's part) "all" for the whole sum due
    or "minimum" for the least that can be paid.
    `amount_candidates`: list of won when the message names several sums and does not say which is meant.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AmountEntityExtractor:
        """Create the component; it has nothing to configure and nothing to learn."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the amount entity to each message that names one."""
        for message in messages:
            found = self.add_extractor_name(_entities(message.get(TEXT) or ""))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def _entities(text: str) -> list[dict[str, Any]]:
    amount = parse(text)
    value: int | str | list[int] | None
    if amount.kind == "won":
        kind, value = AMOUNT, amount.won
    elif amount.kind == "all":
        kind, value = AMOUNT, ALL
    elif amount.kind == "minimum":
        kind, value = AMOUNT, MINIMUM
    elif amount.kind == "ambiguous":
        kind, value = AMOUNT_CANDIDATES, list(amount.candidates)
    else:
        return []
    start, end = amount.span or (0, len(text))
    return [
        {
            ENTITY_ATTRIBUTE_TYPE: kind,
            ENTITY_ATTRIBUTE_VALUE: value,
            ENTITY_ATTRIBUTE_START: start,
            ENTITY_ATTRIBUTE_END: end,
        }
    ]
