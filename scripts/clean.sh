#!/bin/sh
# Removes what was built: the model, reports, caches, logs. With "all" the environments too.
# Never the databases and secrets in var/: those are somebody's data.
set -eu
cd "$(dirname "$0")/.."
rm -rf models .rasa results .pytest_cache .mypy_cache .ruff_cache .hypothesis var/log .tools/log
find . \( -path ./.git -o -path ./.venv -o -path ./.venv-rasa -o -name node_modules \) -prune \
    -o -type d -name __pycache__ -exec rm -rf {} +
if [ "${1:-}" = all ]; then
    rm -rf .venv .venv-rasa .tools
fi
