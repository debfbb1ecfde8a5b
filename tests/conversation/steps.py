"""What somebody does in a turn of a transcript. What cannot be done raises AssertionError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from prepayment.alarms import AlarmKind
from prepayment.calendar import SEOUL, Month
from tests.conversation.agent_steps import agent
from tests.conversation.checkout_steps import checkout
from tests.conversation.language import TranscriptError
from tests.conversation.stage import Stage

# What the product can go on without for a while; its database is killed in tests/integration/outages.
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS: Final = frozenset({"actions", "rasa", "sandbox", "worker"})


def user(stage: Stage, text: str) -> None:
    """The customer types something."""
    stage.acknowledged(stage.chat.say(text))
    stage.wait_until_answered()


def types(stage: Stage, text: str) -> None:
    """The customer types something that takes long, and sees the first bubble; what follows comes unasked."""
    stage.acknowledged(stage.chat.say(text))
    stage.wait_for_first_answer()


def choose(stage: Stage, title: str) -> None:
    """The customer presses a button of the newest bubble that has any."""
    offer = stage.offer()
    titles = [button["title"] for button in offer["buttons"]]
    assert title in titles, f"{title!r} is not offered, but {titles}"
    stage.acknowledged(stage.chat.choose(dict(offer), titles.index(title)))
    stage.wait_until_answered()


def choose_old(stage: Stage, title: str) -> None:
    """The customer presses a button of the oldest bubble that has it, wherever the talk is now."""
    offers = [row for row in stage.rows() if title in [one["title"] for one in row["buttons"]]]
    assert offers, f"{title!r} was never offered"
    bubble = offers[0]
    place = [button["title"] for button in bubble["buttons"]].index(title)
    stage.acknowledged(stage.chat.choose(dict(bubble), place))
    stage.wait_until_answered()


def hurried(stage: Stage, texts: list[str]) -> None:
    """The customer types on without waiting for the answers."""
    for text in texts:
        stage.acknowledged(stage.chat.say(text))
    stage.wait_until_answered()


def log_in(stage: Stage, customer_id: str) -> None:
    """The visitor logs in on the host site, which tells the chat; as somebody else, that is another conversation."""
    stage.identify(customer_id)
    stage.wait_until_answered()


def tab(stage: Stage, name: str) -> None:
    """The customer goes on in another tab of the browser; ``first`` is the one in which it all began."""
    stage.bring_to_front(name)


def clock(stage: Stage, moment: str) -> None:
    """``+16m`` from the product's now; in Seoul this month's ``last day 23:59:30``, its first ``Monday 10:00:00``."""
    sandbox = stage.stack.sandbox
    if moment.startswith("+"):
        ahead = stage.stack.app.clock.now() - datetime.now(UTC) + _minutes(moment.removeprefix("+"))
        sandbox.control("PUT", "clock", {"offset_seconds": ahead.total_seconds()})
        return
    name, _, time_of_day = moment.rpartition(" ")
    month = Month.of(datetime.now(SEOUL))
    if name == "last day":
        day = month.last_day
    elif name in WEEKDAYS:
        first = month.last_day.replace(day=1)
        day = first + timedelta(days=(WEEKDAYS.index(name) - first.weekday()) % 7)
    else:
        raise TranscriptError(f"unknown moment {moment!r}")
    sandbox.set_clock(datetime.combine(day, time.fromisoformat(time_of_day), SEOUL))


def pause(stage: Stage, minutes: str) -> None:
    """``31m`` of silence: the product's clock goes on, and for Rasa, which has none, all it heard is older."""
    stage.trackers.age(stage.conversation, _minutes(minutes))
    clock(stage, f"+{minutes}")


def fault(stage: Stage, faults: Mapping[str, Any] | list[Mapping[str, Any]] | None) -> None:
    """Something goes wrong at PortOne or the carrier; several hit one after the other, None ends them all."""
    control = stage.stack.sandbox.control
    if faults is None:
        control("DELETE", "faults")
        return
    first, *later = faults if isinstance(faults, list) else [faults]
    control("PUT", "faults", first)
    for one in later:
        control("POST", "faults", one)


def down(stage: Stage, part: str) -> None:
    """A process of the product, or the whole outside, dies."""
    stage.stack.processes.kill(_part(part))


def held(stage: Stage, part: str) -> None:
    """A process hangs: it takes what it is asked, and answers nothing."""
    stage.hold(_part(part))


def up(stage: Stage, part: str) -> None:
    """What died is started again, what hung goes on."""
    stage.let_go(_part(part))
    stage.stack.processes.start(part)


def operator(stage: Stage, command: str) -> None:
    """What the customer centre or an operator does meanwhile: ``cancel``, or differences that ``pause``."""
    app = stage.stack.app
    match command:
        case "cancel":
            order = stage.order()
            assert order is not None, "there is no order to cancel"
            app.cancelling.cancel(order.id, reason="고객 요청", actor="operator:test")
        case "pause":
            with app.database() as unit:
                for number in range(stage.stack.settings.pause_at_differences):
                    unit.alarms.add(AlarmKind.DIFFERENCE, f"carrier:or{number}", "a difference")
                unit.commit()
        case _:
            raise TranscriptError(f"unknown operator command {command!r}")


def pushed(stage: Stage, responses: list[str]) -> None:
    """Answers come unasked; with an empty list nothing has come."""
    stage.wait_for_answers(len(responses))


def _minutes(text: str) -> timedelta:
    """``16m`` as a span of time."""
    if not text.endswith("m") or not text.removesuffix("m").isdecimal():
        raise TranscriptError(f"minutes are written 16m, not {text!r}")
    return timedelta(minutes=int(text.removesuffix("m")))


def _part(name: str) -> str:
    if name not in PARTS:
        raise TranscriptError(f"unknown part {name!r}: one of {sorted(PARTS)}")
    return name


RUN: Final[Mapping[str, Callable[[Stage, Any], None]]] = {
    "user": user,
    "types": types,
    "choose": choose,
    "choose_old": choose_old,
    "hurried": hurried,
    "log_in": log_in,
    "tab": tab,
    "checkout": checkout,
    "clock": clock,
    "pause": pause,
    "fault": fault,
    "down": down,
    "held": held,
    "up": up,
    "operator": operator,
    "agent": agent,
    "pushed": pushed,
}
