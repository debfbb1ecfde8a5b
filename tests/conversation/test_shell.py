"""``make shell``: the bot in a terminal, as a demo customer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from scripts.paths import ROOT
from tests.integration.sandbox.harness import free_port


def test_a_scripted_conversation_in_the_shell_opens_a_checkout(tmp_path: Path) -> None:
    """It starts what it needs on its own ports, and leaves nothing behind."""
    ports = {f"PREPAY_{name}_PORT": str(free_port()) for name in ("WEB", "RASA", "ACTIONS", "SANDBOX")}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
    spoken = subprocess.run(
        [sys.executable, "-m", "scripts.shell"],
        cwd=ROOT,
        env={**inherited, **ports, "PREPAY_VAR_DIR": str(tmp_path)},
        input="선결제가 뭐예요?\n5만원 선결제 해줘\n네\n/stop\n",
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert spoken.returncode == 0, spoken.stderr
    assert "청구서가 나오기 전에 미리 내는 것" in spoken.stdout
    assert "50,000원" in spoken.stdout
    assert re.search(r"/pay/[\w-]{20,}", spoken.stdout)
