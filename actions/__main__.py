"""The action server: ``python -m actions``. On 127.0.0.1 only: its webhook asks nobody who they are."""

from __future__ import annotations

from rasa_sdk.endpoint import create_app

from actions.application import application
from actions.executor import SelectiveDomainExecutor
from prepayment.bootstrap import configure_logging


def main() -> None:
    """Serve the actions until stopped."""
    configure_logging()
    app = application()
    executor = SelectiveDomainExecutor()
    executor.register_package("actions")
    server = create_app(executor, cors_origins=[])
    # One process: the threads inside it are enough, and there is nothing to share between several.
    server.run(
        host="127.0.0.1",
        port=app.settings.actions_port,
        single_process=True,
        access_log=False,
        motd=False,
    )


if __name__ == "__main__":
    main()
