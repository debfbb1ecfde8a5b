"""One switched-on fault."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`kind` goes wrong in the way of `action`.

    `ms`: how long to wait; `count`: how many times it still hits (None: until cleared); `code`: the refusal; `won`: the
    sum to tell or to charge.
    """

    kind: str
    action: str
    ms: int = 0
    count: int | None = None
    code: str | None = None
    won: int | None = None
