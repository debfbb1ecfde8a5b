"""Command line of the Rasa process: run (default), shell, train, nlu-eval."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

from assistant.environment import (
    SettingsError,
    prepare_libraries,
    read_server_settings,
    read_shell_settings,
    require_free,
)
from assistant.labelled_messages import FormatError, read_labelled
from assistant.models import newest_model


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says and return the exit status; what went wrong is one line on standard error."""
    options = _parser().parse_args(arguments)
    prepare_libraries()
    try:
        return int(options.command(options))
    except SettingsError as reason:
        print(f"assistant: {reason}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    settings = read_server_settings(os.environ)
    require_free(settings.port)
    model = newest_model()
    _patch_and_quieten()
    from assistant.server import serve

    logging.getLogger("assistant").info("starting Rasa on port %d with %s", settings.port, model)
    return 0 if serve(settings, model) else 1


def _shell(options: argparse.Namespace) -> int:
    if not options.conversation:
        raise SettingsError(
            "The shell needs --conversation or PREPAY_CONVERSATION: whose conversation is it?"
        )
    read_shell_settings(os.environ)
    model = newest_model()
    _patch_and_quieten()
    from assistant.server import talk

    return 0 if talk(options.conversation, model) else 1


def _train(options: argparse.Namespace) -> int:
    _patch_and_quieten()
    from assistant.training import TrainingError, train

    try:
        print(train(options.out, options.name))
    except TrainingError as reason:
        print(f"assistant: {reason}", file=sys.stderr)
        return 1
    return 0


def _nlu_eval(options: argparse.Namespace) -> int:
    model = options.model or newest_model()
    try:
        pairs = read_labelled(options.file)
    except (FormatError, OSError, UnicodeDecodeError) as reason:
        print(f"assistant: {reason}", file=sys.stderr)
        return 1
    _patch_and_quieten()
    from rasa.core.agent import Agent

    from assistant.nlu_evaluation import predict, report

    report(asyncio.run(predict(Agent.load(model), pairs)))
    return 0


def _patch_and_quieten() -> None:
    """Stop the chatter, import Rasa (seconds) and repair it. Only after the settings were found good."""
    from assistant import quiet_logging

    quiet_logging.configure()
    from assistant import runtime_patches

    runtime_patches.apply()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant", description=__doc__)
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(metavar="command")
    commands.add_parser("run", help="serve the newest model (the default)").set_defaults(command=_run)
    shell = commands.add_parser("shell", help="talk to the newest model on this terminal")
    shell.add_argument("--conversation", required=True, help="the sender id to talk as")
    shell.set_defaults(command=_shell)
    train = commands.add_parser("train", help="train a model; prints its path")
    train.add_argument("--out", type=Path, default=Path("models"), help="folder (default: models)")
    train.add_argument("--name", default="prepayment", help="file name without ending (default: prepayment)")
    train.set_defaults(command=_train)
    evaluate = commands.add_parser(
        "nlu-eval", help="measure understanding on a file of intent<TAB>text lines"
    )
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--model", type=Path, help="a model file (default: the newest in models/)")
    evaluate.set_defaults(command=_nlu_eval)
    return parser


if __name__ == "__main__":
    sys.exit(main())
