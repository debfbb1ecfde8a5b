#!/bin/sh
# The way from a bare machine to Python: makes sure that .venv holds a Python 3.12, then hands the verb to it.
set -eu
cd "$(dirname "$0")/.."

is_312() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' >/dev/null 2>&1; }

python=.venv/bin/python
if ! is_312 "$python"; then
    uv=$(sh scripts/find-uv.sh)
    echo "making .venv with Python 3.12 (fetched if this machine has none)" >&2
    mkdir -p .tools/log
    # --allow-existing: two makes at once, or a rest of an environment whose Python has gone, do no harm.
    if ! "$uv" venv --quiet --allow-existing --python 3.12 .venv >.tools/log/venv.log 2>&1 || ! is_312 "$python"; then
        tail -n 5 .tools/log/venv.log >&2
        cat >&2 <<'MESSAGE'
Python 3.12 cannot be had: it is not on this machine and uv could not fetch it.
  Debian, Ubuntu, macOS with pyenv:  pyenv install 3.12 3.10
  macOS:                             brew install python@3.12 python@3.10
  with network access:               uv python install 3.12 3.10
Then run make again.
MESSAGE
        exit 1
    fi
fi
exec "$python" -m scripts.prepare "$@"
