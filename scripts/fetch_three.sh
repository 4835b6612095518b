#!/usr/bin/env bash
# Fetches the parts of the self-contained page (three.js, esbuild) and the tools that test exported files (gltf-validator,
# playwright-core) into .deps/viewer, as src/export/viewer/package-lock.json pins them. A step of set-up; a second run does
# nothing. CMake finds the folder at the next configure.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/node_path.sh
from=src/export/viewer to=.deps/viewer
if cmp -s "$from/package-lock.json" "$to/installed-lock.json"; then exit 0; fi
rm -rf "$to"
mkdir -p "$to"
cp "$from/package.json" "$from/package-lock.json" "$to/"
npm ci --prefix "$to" --ignore-scripts --no-audit --no-fund --loglevel=error
cp "$from/package-lock.json" "$to/installed-lock.json"
