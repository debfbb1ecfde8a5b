"""Repairs of Rasa 3.6.21: three that do the same as before with less work, two of how it fails.

They hold for exactly that version: another one stops the start instead of being patched blindly.
"""

from __future__ import annotations

from typing import Any

import jsonschema
import rasa
import rasa.core.actions.action
import rasa.model
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.processor import MessageProcessor
from rasa.shared.constants import DOCS_BASE_URL
from rasa.shared.core.events import Event

RASA_VERSION = "3.6.21"

# An action server that hangs is given up while the customer still waits: Rasa's own five minutes would also keep the
# conversation locked for that long. What an action asks of the carrier takes three seconds at the most.
ACTION_SECONDS = 4.5


class PatchError(RuntimeError):
    """Rasa is not what these patches were written for."""


def apply() -> None:
    """Apply all patches. Raises PatchError when this is not the Rasa they were written for."""
    require_rasa()
    RemoteAction._validate_action_result = _compiled_validation()
    Event.resolve_by_type = staticmethod(_remembered_resolution())
    rasa.model.project_fingerprint = _no_project_fingerprint
    MessageProcessor._run_action = _failing_turn()
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS


def require_rasa() -> None:
    """Raise PatchError unless this is Rasa 3.6.21 with the functions the patches replace."""
    if rasa.__version__ != RASA_VERSION:
        raise PatchError(
            f"made for Rasa {RASA_VERSION}, found {rasa.__version__}: review assistant/runtime_patches.py"
        )
    for owner, name in (
        (RemoteAction, "_validate_action_result"),
        (RemoteAction, "action_response_format_spec"),
        (Event, "resolve_by_type"),
        (rasa.model, "project_fingerprint"),
        (MessageProcessor, "_run_action"),
    ):
        if not callable(getattr(owner, name, None)):
            raise PatchError(f"{owner.__name__}.{name} is missing: review assistant/runtime_patches.py")
    if not hasattr(rasa.core.actions.action, "DEFAULT_REQUEST_TIMEOUT"):
        raise PatchError("the time-out of actions is missing: review assistant/runtime_patches.py")


def _compiled_validation() -> Any:
    """Return RemoteAction's check of an action result; the constant schema is checked once, not per call (20 ms)."""
    schema = RemoteAction.action_response_format_spec()
    validator_class = validator_for(schema)
    validator_class.check_schema(schema)

    def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
        # A new validator per result costs nothing and shares no state between conversations.
        error: jsonschema.ValidationError | None = best_match(validator_class(schema).iter_errors(result))
        if error is None:
            return True
        error.message += (
            ". Failed to validate Action server response from API, "
            "make sure your response from the Action endpoint is valid. "
            "For more information about the format visit "
            f"{DOCS_BASE_URL}/custom-actions"
        )
        raise error

    return _validate_action_result


def _remembered_resolution() -> Any:
    """Return Event.resolve_by_type that walks all event classes once per type name, not once per stored event."""
    walk = Event.resolve_by_type
    known: dict[str, type[Event]] = {}

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        if type_name in known:
            return known[type_name]
        found: type[Event] | None = walk(type_name, default)
        if found is not None and found.type_name == type_name:
            known[type_name] = found
        return found

    return resolve_by_type


def _no_project_fingerprint() -> str | None:
    """Stand in for the hash of the git remote's address, which only telemetry reads: no git process is started."""
    return None


class TurnFailed(RuntimeError):
    """An action failed, so the turn did."""


def _failing_turn() -> Any:
    """Return MessageProcessor._run_action that ends the turn when an action fails, and keeps nothing of it.

    Rasa goes on as if the action had returned no events, and the policies make of that what they can, such as "I did
    not understand". Without an answer, whoever asked knows that the turn failed, and says so.
    """
    run_action = MessageProcessor._run_action

    async def _run_action(self: MessageProcessor, action: Action, *arguments: Any, **named: Any) -> bool:
        failures: list[Exception] = []
        run = action.run

        async def watched(*run_arguments: Any, **run_named: Any) -> Any:
            try:
                return await run(*run_arguments, **run_named)
            except ActionExecutionRejection:
                raise
            except Exception as error:
                failures.append(error)
                raise

        # One of this turn alone: Rasa makes a new one for each prediction.
        action.run = watched
        goes_on: bool = await run_action(self, action, *arguments, **named)
        if failures:
            raise TurnFailed(action.name()) from failures[0]
        return goes_on

    return _run_action
