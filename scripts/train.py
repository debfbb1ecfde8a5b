"""`make train`: the model, when what it is made from has changed."""

from __future__ import annotations

from scripts.model import MODEL, ensure_model
from scripts.paths import ROOT
from scripts.steps import Steps, verb


@verb
def main() -> int:
    """Train if needed and say where the model is."""
    ensure_model(Steps(3, done=2))
    print(MODEL.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    main()
