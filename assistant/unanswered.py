"""Lists what customers asked that the bot did not answer, ready to be labelled."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.environment import SettingsError
from assistant.unanswered_groups import group
from assistant.unanswered_report import Section, as_text, as_yaml, plural
from assistant.unanswered_store import OUT_OF_SCOPE, Message, read_unanswered

DAY_SECONDS = 86_400
FORMATS = {"text": as_text, "yaml": as_yaml}


class Options(NamedTuple):
    """What to list: messages of the last `since` days, groups asked at least `at_least` times, in which format."""

    since: int
    at_least: int
    format: str
    with_out_of_scope: bool


def list_unanswered(environment: Mapping[str, str], options: Options) -> str:
    """Return the report on the store that PREPAY_TRACKER_URL names.

    Raises SettingsError when it names none, StoreUnreadable when that cannot be read.
    """
    tracker_url = environment.get("PREPAY_TRACKER_URL", "").strip()
    if not tracker_url:
        raise SettingsError(
            "PREPAY_TRACKER_URL is not set: which store shall be read? `make unanswered` sets it."
        )
    # Rasa stamps events with the machine's time, also where the rest of the product runs on a shifted clock.
    messages = read_unanswered(tracker_url, time.time() - options.since * DAY_SECONDS)
    refused = [message for message in messages if message.outcome == OUT_OF_SCOPE]
    open_ones = [message for message in messages if message.outcome != OUT_OF_SCOPE]
    sections = [_section("Unanswered", open_ones, options)]
    if options.with_out_of_scope:
        sections.append(_section("Turned down as out of scope", refused, options))
    return FORMATS[options.format](sections)


def _section(title: str, messages: Sequence[Message], options: Options) -> Section:
    days = plural(options.since, "day")
    if not messages:
        return Section(f"{title} in the last {days}: nothing.", (), ())
    grouping = group(messages)
    shown = [found for found in grouping.groups if found.times >= options.at_least]
    conversations = len({message.conversation for message in messages})
    heading = (
        f"{title} in the last {days}: {plural(len(messages), 'message')} "
        f"in {plural(conversations, 'conversation')}, {plural(len(grouping.groups), 'group')}"
    )
    remarks = []
    small = len(grouping.groups) - len(shown)
    if small:
        remarks.append(f"Not listed: {plural(small, 'group')} asked fewer than {options.at_least} times.")
    if grouping.texts_left_out:
        remarks.append(
            f"Not compared: the {plural(grouping.texts_left_out, 'least frequent text')}, "
            f"asked {plural(grouping.messages_left_out, 'time')} in all. Fewer days (--since) take in more of them."
        )
    return Section(heading, shown, remarks)
