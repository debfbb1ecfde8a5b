"""`python -m bench` measures turns, understanding and the way of the money; one of them when named; `choices` compares
ours with itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial

from bench import choices, money, turns, understanding
from bench.processes import BenchmarkError

MEASUREMENTS: dict[str, Callable[[], None]] = {
    "turns": turns.measure,
    "nlu": understanding.measure,
    "nlu-full": partial(understanding.measure, None),
    "choices": choices.measure,
    "money": money.measure,
}


def main() -> int:
    """Run the named measurements in order; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "measurement", nargs="*", default=["turns", "nlu", "money"], help=f"of {', '.join(MEASUREMENTS)}"
    )
    names = parser.parse_args().measurement
    for name in names:
        if name not in MEASUREMENTS:
            parser.error(f"there is no measurement {name!r}: choose of {', '.join(MEASUREMENTS)}")
    try:
        for name in names:
            MEASUREMENTS[name]()
    except BenchmarkError as reason:
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
