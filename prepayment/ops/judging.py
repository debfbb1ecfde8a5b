"""``ratings``: what customers thought of their conversations."""

from __future__ import annotations

from prepayment.ops.asking import FirstDay, Json, LastDay
from prepayment.ops.days import days_named, end_of, start_of
from prepayment.ops.output import iso, say, say_json, say_table, seoul
from prepayment.ops.session import opened
from prepayment.ports import Opinion


def ratings(first: FirstDay, last: LastDay = "today", as_json: Json = False) -> None:
    """List the ratings of some days, newest first, and how many were good and bad."""
    with opened() as app, app.database(write=False) as unit:
        first_day, last_day = days_named(first, last, app.clock.now())
        found = unit.ratings.between(start_of(first_day), end_of(last_day))
    counts = {opinion: sum(one.opinion is opinion for one in found) for opinion in Opinion}
    if as_json:
        rows = [
            {"conversation": one.conversation_id, "opinion": one.opinion, "seq": one.seq, "at": iso(one.at)}
            for one in found
        ]
        say_json({"up": counts[Opinion.UP], "down": counts[Opinion.DOWN], "ratings": rows})
    elif found:
        say_table(
            ("opinion", "conversation", "up to message", "when"),
            [(one.opinion, one.conversation_id, str(one.seq), seoul(one.at)) for one in found],
            whole=("conversation", "when"),
        )
        say(f"{counts[Opinion.UP]} up, {counts[Opinion.DOWN]} down")
    else:
        say("Nobody rated a conversation in these days.")
