"""`python -m scripts.state_diagram` writes docs/order-states.md from the table of steps; `--check` says whether it is
current.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import batched, chain, pairwise
from typing import Final

from prepayment.alarms import OPERATOR, AlarmKind, alarm_of, alarms_ended_by
from prepayment.ledger import holder_of
from prepayment.orders import OPEN, SETTLING, TRANSITIONS, UNPAID, EffectKind, State, effects_of
from scripts.paths import ROOT

PAGE: Final = ROOT / "docs" / "order-states.md"

MEANINGS: Final[Mapping[State, str]] = {
    State.QUOTED: "The sum was checked and the link was given; nothing was sent to PortOne.",
    State.VERIFIED: "Identity was verified for the number of this line.",
    State.PAYING: "The payment window is open, or was left.",
    State.CONFIRMING: "The customer approved; PortOne is being asked to charge.",
    State.PAID: "PortOne charged exactly what was asked for; the carrier has not booked it yet.",
    State.APPLIED: "The carrier booked it and restored the limit: done.",
    State.EXPIRED: "Its time was over and nothing had been charged.",
    State.WITHDRAWN: "The customer wished another sum, or stopped.",
    State.DECLINED: "The card was refused and nothing was charged; the same order can be paid again.",
    State.UNKNOWN: "No answer came to the charge; the worker reads until the truth is known.",
    State.CANCELLING: "The money is being given back; PortOne may take its time.",
    State.CANCELLED: "The customer has the money back, and the carrier has no booking.",
    State.REVIEW: "Only a person can tell what is right; the customer is told that somebody looks at it.",
}

Step = tuple[State, State]

STEPS: Final[frozenset[Step]] = frozenset(
    (source, target) for source, targets in TRANSITIONS.items() for target in targets
)
# The customer's path, which is drawn first and arrow by arrow.
_PATH: Final[tuple[Step, ...]] = tuple(
    pairwise((State.QUOTED, State.VERIFIED, State.PAYING, State.CONFIRMING, State.PAID, State.APPLIED))
)
_NUMBERS: Final = {state: number for number, state in enumerate(State)}
# Steps around these are drawn apart, or they would cover the customer's path.
_GIVING_BACK: Final = frozenset({State.CANCELLING, State.CANCELLED, State.REVIEW})


@dataclass(frozen=True)
class Group:
    """States that share steps. What all of them can do is one arrow from the group, which is drawn as a box around
    them, or as one node that lists them.
    """

    name: str
    states: frozenset[State]
    inner: tuple[Group, ...] = ()
    is_listed: bool = False

    def all(self) -> Iterable[Group]:
        """Yield the group and those in it, the outer before the inner."""
        yield self
        for group in self.inner:
            yield from group.all()


def paying_drawing() -> str:
    """Return how orders are paid, as Mermaid."""
    payable = Group("payable", UNPAID - {State.QUOTED})
    groups = (
        Group("unpaid", UNPAID, inner=(payable,)),
        Group("settling", SETTLING - _GIVING_BACK),
        Group("ended", frozenset(State) - OPEN - _GIVING_BACK),
    )
    steps = [step for step in STEPS if _GIVING_BACK.isdisjoint(step)]
    return _mermaid("TB", groups, steps, begin=State.QUOTED)


def giving_back_drawing() -> str:
    """Return how money is given back and what a person decides, as Mermaid."""
    steps = [step for step in STEPS if not _GIVING_BACK.isdisjoint(step)]
    perhaps_charged = frozenset(source for source, _ in steps) - _GIVING_BACK
    return _mermaid("LR", (Group("perhaps_charged", perhaps_charged, is_listed=True),), steps)


def _mermaid(
    direction: str, groups: Iterable[Group], steps: Iterable[Step], begin: State | None = None
) -> str:
    outer = tuple(groups)
    left = set(steps)
    shared: list[str] = []
    for group in chain.from_iterable(group.all() for group in outer):
        for target in _sorted(frozenset(State) - group.states):
            common = {(source, target) for source in group.states}
            if common <= left.difference(_PATH):
                shared.append(f"{group.name} --> {target}")
                left -= common
    path = [step for step in _PATH if step in left]
    others = sorted(left.difference(path), key=lambda step: (_NUMBERS[step[0]], _NUMBERS[step[1]]))
    lines = [
        "stateDiagram-v2",
        f"direction {direction}",
        *chain.from_iterable(_declared(group) for group in outer),
        *([f"[*] --> {begin}"] if begin else []),
        *(f"{source} --> {target}" for source, target in [*path, *others]),
        *shared,
    ]
    return "\n    ".join(lines)


def _declared(group: Group) -> list[str]:
    if group.is_listed:
        rows = batched(_sorted(group.states), 2)
        return [f'state "{",<br/>".join(", ".join(row) for row in rows)}" as {group.name}']
    own = _sorted(group.states.difference(*(inner.states for inner in group.inner)))
    contents = [*own, *chain.from_iterable(_declared(inner) for inner in group.inner)]
    return [f"state {group.name} {{", *(f"    {line}" for line in contents), "}"]


def states_table() -> str:
    """Return a Markdown table of the states."""
    rows = []
    for state in State:
        holder = holder_of(state)
        nexts = ", ".join(f"`{target}`" for target in _sorted(TRANSITIONS[state])) or "nothing: the end"
        rows.append((f"`{state}`", MEANINGS[state], holder or "where it was", nexts))
    return _table(("state", "means", "the money is with", "steps to"), rows)


def steps_table() -> str:
    """Return a Markdown table of the steps that ask for something outside or concern an operator."""
    alike: dict[tuple[State, str, str], list[State | None]] = {}
    for target in State:
        for source in _sorted(source for source, aim in STEPS if aim is target):
            alike.setdefault((target, _asked(source, target), _alarm(source, target)), []).append(source)
    rows = [
        (f"`{target}`", ", ".join(f"`{source}`" for source in sources), asked, alarm)
        for (target, asked, alarm), sources in alike.items()
        if asked or alarm
    ]
    return _table(("step into", "from", "asks for, in this order", "alarm"), rows)


_EFFECTS: Final[Mapping[EffectKind, str]] = {
    EffectKind.APPLY: "book at the carrier",
    EffectKind.REVOKE: "take back at the carrier",
    EffectKind.REFUND: "refund through PortOne",
    EffectKind.TELL_CHAT: "tell the chat",
}


def _asked(source: State, target: State) -> str:
    return ", ".join(_EFFECTS[kind] for kind in effects_of(source, target))


def _alarm(source: State, target: State) -> str:
    raised = _raised(alarm_of(target, "worker"), alarm_of(target, OPERATOR))
    ended = [f"ends `{kind}`" for kind in alarms_ended_by(source, target)]
    return "; ".join([*raised, *ended])


def _raised(by_itself: AlarmKind | None, by_operator: AlarmKind | None) -> list[str]:
    if by_itself is None:
        return []
    return [f"raises `{by_itself}`" + ("" if by_operator else ", unless an operator asked for it")]


def _sorted(states: Iterable[State]) -> list[State]:
    return sorted(states, key=_NUMBERS.__getitem__)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def page() -> str:
    """Return the whole page."""
    return f"""# An order's states

Made by `python -m scripts.state_diagram` from the table in [`prepayment/orders.py`](../prepayment/orders.py): change
the table, not this page. Every step is a compare-and-set; its event row, its postings and what it asks for outside are
written in the same transaction. An arrow from a box is a step that every state in it can take.

## Paying

```mermaid
{paying_drawing()}
```

What PortOne says counts: a payable order can turn out to be paid without our confirmation.

## Giving back, and what a person decides

```mermaid
{giving_back_drawing()}
```

## States

{states_table()}

## What steps ask for

The worker does it from the outbox, at least once and harmless twice. Steps that are not listed ask for nothing.

{steps_table()}
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with `--check` compare it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.state_diagram", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when the page is not current"
    )
    current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
    if not parser.parse_args(arguments).check:
        PAGE.write_text(page(), encoding="utf-8")
    elif not current:
        print(f"{PAGE.relative_to(ROOT)} is not current: python -m scripts.state_diagram", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
