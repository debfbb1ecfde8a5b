"""The patches refuse what Rasa refuses and accept what Rasa accepts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import jsonschema
import pytest
import rasa
import rasa.core.actions.action
import rasa.model
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from assistant import runtime_patches

GOOD: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "amount", "value": 50000, "timestamp": None}]},
    {"events": [{"event": "active_loop", "name": None}], "responses": [{"text": "네", "buttons": []}]},
]
BAD: list[Any] = [
    [],
    "done",
    None,
    {"events": {}},
    {"events": "slot"},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "no_such_event"}]},
    {"events": [{"name": "amount", "value": 1}]},
    {"responses": ["text"]},
    {"responses": {}},
]
SHIPPED_VALIDATE = RemoteAction._validate_action_result
SHIPPED_RESOLVE = Event.resolve_by_type


@pytest.fixture(autouse=True)
def _restore(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what `apply` changes, after each test."""
    monkeypatch.setattr(RemoteAction, "_validate_action_result", SHIPPED_VALIDATE)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(SHIPPED_RESOLVE))
    monkeypatch.setattr(rasa.model, "project_fingerprint", rasa.model.project_fingerprint)
    shipped = rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT
    monkeypatch.setattr(rasa.core.actions.action, "DEFAULT_REQUEST_TIMEOUT", shipped)


def outcome(check: Callable[[Any, Any], bool], result: Any) -> tuple[str, str]:
    try:
        return "accepted", str(check(RemoteAction("action_x", None), deepcopy(result)))
    except jsonschema.ValidationError as error:
        return "refused", error.message


@pytest.mark.parametrize("result", GOOD)
def test_good_action_results_are_still_accepted(result: Any) -> None:
    runtime_patches.apply()

    assert outcome(RemoteAction._validate_action_result, result) == ("accepted", "True")


@pytest.mark.parametrize("result", BAD)
def test_bad_action_results_are_still_refused_with_the_same_words(result: Any) -> None:
    runtime_patches.apply()
    patched = outcome(RemoteAction._validate_action_result, result)

    assert patched[0] == "refused"
    assert outcome(SHIPPED_VALIDATE, result) == patched


def test_a_good_result_is_accepted_after_a_bad_one() -> None:
    runtime_patches.apply()

    assert outcome(RemoteAction._validate_action_result, BAD[5])[0] == "refused"
    assert outcome(RemoteAction._validate_action_result, GOOD[2])[0] == "accepted"


def test_every_event_type_resolves_to_the_same_class() -> None:
    names = [event.type_name for event in all_subclasses(Event) if event.type_name]
    shipped = [SHIPPED_RESOLVE(name) for name in names]
    runtime_patches.apply()

    assert shipped == [Event.resolve_by_type(name) for name in names]
    assert shipped == [Event.resolve_by_type(name) for name in names]
    assert UserUttered is Event.resolve_by_type("user")


def test_unknown_event_types_are_treated_as_before() -> None:
    runtime_patches.apply()

    with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
        Event.resolve_by_type("nonsense")
    assert Event.resolve_by_type("topic") is None
    assert SlotSet is Event.resolve_by_type("nonsense", SlotSet)
    with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
        Event.resolve_by_type("nonsense")


def test_event_classes_are_walked_once_per_type(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = []
    monkeypatch.setattr(
        "rasa.shared.utils.common.all_subclasses", lambda cls: walks.append(cls) or all_subclasses(cls)
    )
    runtime_patches.apply()

    for _ in range(5):
        Event.resolve_by_type("slot")

    assert walks.count(Event) == 1


def test_another_version_of_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.6.22")

    with pytest.raises(runtime_patches.PatchError, match=r"3\.6\.22"):
        runtime_patches.apply()
    assert SHIPPED_VALIDATE is RemoteAction._validate_action_result


def test_a_missing_function_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(RemoteAction, "_validate_action_result")

    with pytest.raises(runtime_patches.PatchError, match="_validate_action_result"):
        runtime_patches.apply()


def test_an_action_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer hears of it within five seconds; here it is a moment."""
    assert runtime_patches.ACTION_SECONDS < 5
    monkeypatch.setattr(runtime_patches, "ACTION_SECONDS", 0.1)
    runtime_patches.apply()

    async def ask() -> None:
        server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        action = RemoteAction("action_x", EndpointConfig(f"http://127.0.0.1:{address[1]}"))
        generator = TemplatedNaturalLanguageGenerator({})
        tracker = DialogueStateTracker("cv1", [])
        await action.run(CollectingOutputChannel(), generator, tracker, Domain.empty())

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(ask())


def test_a_rasa_without_the_time_out_of_actions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(rasa.core.actions.action, "DEFAULT_REQUEST_TIMEOUT")

    with pytest.raises(runtime_patches.PatchError, match="time-out"):
        runtime_patches.apply()
