"""Command line of the Rasa process: run (default), shell, train, nlu-eval, nlu-report, unanswered."""

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


def _unanswered(options: argparse.Namespace) -> int:
    # No model, no Rasa: only the libraries that read and group, which take seconds too.
    from assistant.unanswered import Options, list_unanswered
    from assistant.unanswered_store import StoreUnreadable

    wanted = Options(options.since, options.at_least, options.format, options.with_out_of_scope)
    try:
        print(list_unanswered(os.environ, wanted), end="", flush=True)
    except StoreUnreadable as reason:
        print(f"assistant: {reason}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads (head, less) has seen enough; Python must not try to write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _nlu_report(options: argparse.Namespace) -> int:
    model = newest_model()
    _patch_and_quieten()
    from assistant.nlu_report import report
    from assistant.training import TrainingError

    try:
        asyncio.run(report(model, options.out, options.folds))
    except TrainingError as reason:
        print(f"assistant: {reason}", file=sys.stderr)
        return 1
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
    account = commands.add_parser("nlu-report", help="cross-validation, test sets, small talk, pictures")
    account.add_argument("--out", type=Path, default=Path("var/nlu-report"), help="folder for the pictures")
    account.add_argument("--folds", type=int, default=5, help="parts of the cross-validation (default: 5)")
    account.set_defaults(command=_nlu_report)
    unanswered = commands.add_parser("unanswered", help="list what customers asked that was not answered")
    unanswered.add_argument(
        "--since", type=_positive, default=30, metavar="DAYS", help="how far back (default: 30)"
    )
    unanswered.add_argument(
        "--at-least", type=_positive, default=1, metavar="N", help="only groups asked N times or more"
    )
    unanswered.add_argument(
        "--format",
        choices=("text", "yaml"),
        default="text",
        help="to read (default), or a draft for data/nlu/",
    )
    unanswered.add_argument(
        "--with-out-of-scope", action="store_true", help="also list what was turned down as out of scope"
    )
    unanswered.set_defaults(command=_unanswered)
    return parser


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
