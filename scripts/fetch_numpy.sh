#!/usr/bin/env bash
# Fetches NumPy's wheel, the only dependency of ours, as scripts/requirements.txt pins it: scripts/fetch_numpy.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
mkdir -p "$folder"
if compgen -G "$folder/numpy-*.whl" >/dev/null; then exit; fi
requirement=$(mktemp)
trap 'rm -f "$requirement"' EXIT
sed -n '/^numpy==/,/[^\\]$/p' scripts/requirements.txt >"$requirement"
.deps/packaging-venv/bin/pip download --quiet --require-hashes --no-deps --only-binary :all: --dest "$folder" -r "$requirement"
