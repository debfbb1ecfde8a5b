"""``close-alarm``: ends the alarm of a difference that a person has looked into."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from prepayment.alarms import AlarmKind
from prepayment.ops.asking import Confirmed, Name, Reason, actor_named, make_sure, reason_given
from prepayment.ops.output import printable, say, say_pairs, seoul
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened

_ENDS: Final = {
    AlarmKind.REVIEW: "it ends when the order is decided: `resolve`",
    AlarmKind.GIVEN_BACK: "it ends when the money is given back: see `show`",
    AlarmKind.FAILING: "it ends when what is tried succeeds: see `stuck`",
}


def close_alarm(
    kind: Annotated[AlarmKind, typer.Argument(help="Of which kind; only differences are closed by hand.")],
    subject: Annotated[str, typer.Argument(help="What it is about, as `alarms` shows it.")],
    reason: Reason,
    confirmed: Confirmed = False,
    name: Name = None,
) -> None:
    """Close the alarm of a difference that was looked into; the very same one is not raised again."""
    actor, recorded = actor_named(name), reason_given(reason)
    if kind in _ENDS:
        raise Refusal(
            f"An alarm of the kind {kind} is not closed by hand: {_ENDS[kind]}. Nothing was changed."
        )
    with opened() as app:
        with app.database(write=False) as unit:
            alarm = next((one for one in unit.alarms.open(kind) if one.subject == subject), None)
        if alarm is None:
            raise Refusal(f"No alarm is open about {printable(subject)[:96]!r}; `alarms` lists them.")
        say("This closes an alarm", title=True)
        say_pairs(
            [
                ("about", alarm.subject),
                ("since", seoul(alarm.at)),
                ("text", alarm.text),
                ("recorded", f"{actor}: {recorded}"),
            ]
        )
        make_sure("Type yes to close it", confirmed=confirmed)
        if not app.alarms.close_difference(subject, reason=reason, actor=actor):
            raise Refusal("Somebody else closed it at the same moment.")
        say("Closed.")
