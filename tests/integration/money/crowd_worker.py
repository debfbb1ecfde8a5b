"""A worker process whose dialogue engine is a witness: ``SANDBOX_DIRECTORY``, settings in the environment."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

from prepayment.settings import Settings
from prepayment.worker import Worker
from tests.integration.money.own_sandbox import calls_at
from tests.integration.money.rig import make_rig


def main(sandbox_directory: Path) -> None:
    """Say ``ready`` and work until SIGTERM."""
    logging.disable()
    settings = Settings.load()
    with calls_at(settings.portone_api_url, sandbox_directory) as sandbox, make_rig(settings, sandbox) as rig:
        rig.witness.check = lambda order_id, state: ()  # the audit in the end reads what was said
        worker = Worker(rig.apps[0])
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        print("ready", flush=True)
        worker.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
