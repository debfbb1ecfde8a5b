#!/bin/sh
# Recompiles the lock files in requirements/ from their .in files. They hold hashes and name no package index.
set -eu
cd "$(dirname "$0")/.."
uv=$(sh scripts/find-uv.sh)

compile() { # name, oldest Python it is for, further options
    name=$1 python=$2
    shift 2
    "$uv" pip compile --quiet --universal --generate-hashes --no-header --python-version "$python" "$@" \
        "requirements/$name.in" --output-file "requirements/$name.txt"
    echo "requirements/$name.txt"
}

compile dev 3.12 "$@"
compile app 3.12 --constraint requirements/dev.txt # what is deployed is what was tested
compile rasa 3.10 "$@"
compile tools 3.8 "$@"
