"""Brings up the environments a verb needs, then becomes the verb: `python -m scripts.prepare VERB [arguments]`.

Runs on a bare Python 3.12, before anything is installed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from scripts.environments import APP, RASA, ensure
from scripts.locks import locked
from scripts.paths import ROOT, TOOLS, app_command
from scripts.steps import StepFailed, Steps, heed_sigterm


@dataclass(frozen=True)
class Verb:
    """A verb of the Makefile: its module, how many steps it has in all, whether it needs Rasa."""

    module: str
    total_steps: int
    rasa: bool = True


VERBS = {
    "run": Verb("scripts.run", 5),
    "test": Verb("scripts.test", 8),
    "shell": Verb("scripts.shell", 5),
    "train": Verb("scripts.train", 3),
    "nlu-eval": Verb("scripts.nlu_eval", 4),
    "nlu-report": Verb("scripts.nlu_report", 4),
    "unanswered": Verb("scripts.unanswered", 2),
    "bench": Verb("scripts.bench", 4),
    "soak-money": Verb("scripts.soak_money", 1, rasa=False),
    "lint": Verb("scripts.lint", 5, rasa=False),
}


def prepare(verb: Verb) -> None:
    """Make the verb's environments current, one make at a time."""
    waiting = "another make is setting up the environments: waiting for it ..."
    steps = Steps(verb.total_steps)
    with locked(TOOLS / "setup.lock", wait=True, waiting=waiting):
        ensure(APP, steps)
        if verb.rasa:
            ensure(RASA, steps)


def main(arguments: list[str]) -> int:
    """Prepare and hand over; comes back, with an exit code, only when that did not work."""
    if not arguments or arguments[0] not in VERBS:
        print(f"usage: python -m scripts.prepare {'|'.join(VERBS)} [arguments]", file=sys.stderr)
        return 2
    verb = VERBS[arguments[0]]
    heed_sigterm()
    try:
        prepare(verb)
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on", file=sys.stderr)
        return 130
    os.chdir(ROOT)
    command = app_command(verb.module, *arguments[1:])
    return os.execv(command[0], command)  # noqa: S606  # no shell is the point: the verb becomes make's own child


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
