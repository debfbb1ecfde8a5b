"""Command line: reads messages from standard input, one a line, and prints one line for each:
the sum in whole won, or `all`, `none` or `ambiguous`. The least that can be paid is a sum, too.
A negative sum cannot be paid and prints `none`.
"""

from __future__ import annotations

import io
import sys

from prepayment.amounts import Amount, parse
from prepayment.rules import MINIMUM_WON


def answer(amount: Amount) -> str:
    """Return the line that stands for `amount`."""
    if amount.kind == "minimum":
        return str(MINIMUM_WON)
    if amount.kind != "won" or amount.won is None:
        return amount.kind
    return str(amount.won) if amount.won >= 0 else "none"


def main() -> None:
    """Answer every line of standard input (UTF-8) at once, so that the program can be used in a pipe or by hand."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        # Only "\n" ends a line: a stray carriage return must not shift the answers.
        sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    for line in sys.stdin:
        print(answer(parse(line.rstrip("\r\n"))), flush=True)


if __name__ == "__main__":
    main()
