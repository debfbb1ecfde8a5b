#!/bin/sh
# Prints the path of a uv that really runs; installs the pinned one into .tools when there is none.
# A shim that stands on PATH for another Python version is not a working uv, so each candidate is tried.
set -u
cd "$(dirname "$0")/.." || exit 1

works() { "$1" --version >/dev/null 2>&1 && "$1" python find --help >/dev/null 2>&1; }

found=$(command -v uv || true)
for candidate in "$found" .tools/bin/uv "${HOME:-/nonexistent}/.local/bin/uv"; do
    if [ -n "$candidate" ] && works "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done

echo "uv is not on this machine: installing it into .tools" >&2
mkdir -p .tools/bin .tools/log
log=.tools/log/uv.log
new=.tools/uv-$$
trap 'rm -rf "$new"' EXIT INT TERM
: >"$log"
for python in python3 python3.12 python3.13 python3.11 python3.10 /usr/bin/python3; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >>"$log" 2>&1 || continue
    rm -rf "$new"
    # A Debian without python3-venv can still have pip, so that is the second way.
    if "$python" -m venv "$new" >>"$log" 2>&1; then
        "$new/bin/python" -m pip install --quiet --require-hashes -r requirements/tools.txt >>"$log" 2>&1
    else
        rm -rf "$new"
        "$python" -m pip install --quiet --require-hashes --target "$new" -r requirements/tools.txt >>"$log" 2>&1
    fi
    if works "$new/bin/uv"; then
        mv -f "$new/bin/uv" .tools/bin/uv # in one move: another make may be doing the same
        echo .tools/bin/uv
        exit 0
    fi
done

cat >&2 <<'MESSAGE'
uv cannot be had: it is not on PATH, and installing it with pip failed (see .tools/log/uv.log).
  Debian, Ubuntu:  sudo apt-get install python3-venv     then run make again
  macOS:           brew install uv
  anywhere:        pipx install uv                       or any other way that puts a working uv on PATH
MESSAGE
exit 1
