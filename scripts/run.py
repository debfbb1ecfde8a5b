"""`make run`: trains when needed, migrates, and runs every process until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Any

from prepayment.settings import Settings
from scripts.configuration import child_environment, load_settings
from scripts.locks import LockHeld, locked
from scripts.model import ensure_model
from scripts.paths import app_command
from scripts.practice_staff import PracticeLogIn, ensure_practice_account
from scripts.services import Service, fetch_json, log_folder, occupied, services
from scripts.stack import Stack
from scripts.steps import StepFailed, Steps, run_logged, verb

STACK_LOCK = "stack.lock"
STARTING_SECONDS = 15


def migrate(settings: Settings, steps: Steps) -> None:
    """Bring the database to the newest schema. Raises StepFailed with the end of the output."""
    with steps.step("migrating the database"):
        log = log_folder(settings) / "migrate.log"
        run_logged(app_command("prepayment.migrate"), log, child_environment(settings))


def check_ports(wanted: list[Service]) -> None:
    """Raise StepFailed that names each port in use and its owner."""
    if problems := occupied(wanted):
        advice = "stop it, or choose other ports in .env (PREPAY_WEB_PORT, PREPAY_RASA_PORT, ...)"
        raise StepFailed("\n".join([*problems, advice]))


def _announce(settings: Settings, practice: PracticeLogIn | None) -> None:
    lines = ["", f"  ready: {settings.public_url}", f"  logs:  {log_folder(settings)}", "  stop:  Ctrl-C", ""]
    if not settings.is_live:
        customers: list[dict[str, Any]] = fetch_json(
            f"http://127.0.0.1:{settings.sandbox_port}/_sandbox/customers"
        )
        lines += ["  log in there as a demo customer, for example:"]
        lines += [
            "    {name} ({customer_id}, {phone_number}): {note}".format_map(one) for one in customers[:2]
        ]
        lines += [""]
    if practice:
        lines += [
            f"  talk to customers as staff: {settings.public_url}/desk",
            f"    log-in name {practice.staff_id}, password {practice.password}",
            "",
        ]
    print("\n".join(lines), file=sys.stderr, flush=True)


@verb
def main() -> int:
    """Run the whole product; 0 after Ctrl-C, 1 when a process died or never got well."""
    steps = Steps(5, done=2)
    settings = load_settings()
    wanted = list(services(settings).values())
    try:
        with locked(settings.var_dir / STACK_LOCK, wait=False):
            check_ports(wanted)
            ensure_model(steps)
            migrate(settings, steps)
            practice = ensure_practice_account(settings)
            names = ", ".join(service.name for service in wanted)
            steps.tell(f"starting {names} (about {STARTING_SECONDS} s) ...")
            stack = Stack(wanted, child_environment(settings), log_folder(settings))
            return stack.serve(lambda: _announce(settings, practice))
    except LockHeld as error:
        raise StepFailed(f"already running from this folder: process {error.pid}") from None


if __name__ == "__main__":
    main()
